// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @alloc
// CHECK: humming_tile.alloc : !humming_tile.smem<2x64x64x!humming.code<u4>>
// CHECK: humming_tile.alloc at 4096 : !humming_tile.smem<2x16x64xf16>
func.func @alloc() {
  %0 = humming_tile.alloc : !humming_tile.smem<2x64x64x!humming.code<u4>>
  %1 = humming_tile.alloc at 4096 : !humming_tile.smem<2x16x64xf16>
  return
}
