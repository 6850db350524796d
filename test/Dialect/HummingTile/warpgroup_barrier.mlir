// RUN: humming-opt %s | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @warpgroup_barrier
// CHECK-NEXT: humming_tile.warpgroup_barrier
func.func @warpgroup_barrier() {
  humming_tile.warpgroup_barrier
  return
}
