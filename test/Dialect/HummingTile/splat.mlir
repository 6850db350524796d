// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @splat
// CHECK-SAME: (%[[X:.+]]: f32)
// CHECK: humming_tile.splat %[[X]] : f32 -> !humming_tile.frag<64x16xf32>
func.func @splat(%x: f32) {
  %0 = humming_tile.splat %x : f32 -> !humming_tile.frag<64x16xf32>
  return
}
