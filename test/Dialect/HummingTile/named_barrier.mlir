// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @named_barrier
// CHECK-NEXT: humming_tile.named_barrier 1 threads 256{{$}}
func.func @named_barrier() {
  humming_tile.named_barrier 1 threads 256
  return
}
