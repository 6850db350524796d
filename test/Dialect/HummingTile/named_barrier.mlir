// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @named_barrier
// CHECK-SAME: (%[[GROUP:.+]]: index)
// CHECK-NEXT: humming_tile.named_barrier 1 threads 256{{$}}
// CHECK-NEXT: humming_tile.named_barrier 2 plus %[[GROUP]] threads 128{{$}}
func.func @named_barrier(%group: index) {
  humming_tile.named_barrier 1 threads 256
  humming_tile.named_barrier 2 plus %group threads 128
  return
}
