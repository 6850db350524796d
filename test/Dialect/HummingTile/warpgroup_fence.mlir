// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @warpgroup_fence
// CHECK-NEXT: humming_tile.warpgroup_fence{{$}}
func.func @warpgroup_fence() {
  humming_tile.warpgroup_fence
  return
}
