// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @mbarrier_fence
// CHECK-NEXT: humming_tile.mbarrier_fence{{$}}
func.func @mbarrier_fence() {
  humming_tile.mbarrier_fence
  return
}
