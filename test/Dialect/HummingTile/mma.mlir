// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @mma
// CHECK-SAME: (%[[W:.+]]: !humming_tile.frag<64x64xf16>, %[[A:.+]]: !humming_tile.frag<16x64xf16>, %[[C:.+]]: !humming_tile.frag<64x16xf32>)
// CHECK: humming_tile.mma "m16n8k16" warps [4, 1] %[[W]], %[[A]], %[[C]] : !humming_tile.frag<64x64xf16>, !humming_tile.frag<16x64xf16>, !humming_tile.frag<64x16xf32>
// CHECK: humming_tile.mma "m16n8k8" warps [2, 2] %[[W]], %[[A]], %[[C]]
// CHECK: humming_tile.mma "m16n8k16" warps [4, 1] columns [32, 16] %[[W]], %[[A]], %[[C]]
func.func @mma(%w: !humming_tile.frag<64x64xf16>, %a: !humming_tile.frag<16x64xf16>, %c: !humming_tile.frag<64x16xf32>) {
  %0 = humming_tile.mma "m16n8k16" warps [4, 1] %w, %a, %c
     : !humming_tile.frag<64x64xf16>, !humming_tile.frag<16x64xf16>, !humming_tile.frag<64x16xf32>
  %1 = humming_tile.mma "m16n8k8" warps [2, 2] %w, %a, %c
     : !humming_tile.frag<64x64xf16>, !humming_tile.frag<16x64xf16>, !humming_tile.frag<64x16xf32>
  // Columns 32 to 47 only.
  %2 = humming_tile.mma "m16n8k16" warps [4, 1] columns [32, 16] %w, %a, %c
     : !humming_tile.frag<64x64xf16>, !humming_tile.frag<16x64xf16>, !humming_tile.frag<64x16xf32>
  return
}
