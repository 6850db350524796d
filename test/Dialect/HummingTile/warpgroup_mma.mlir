// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @warpgroup_mma
// CHECK-SAME: (%[[W:.+]]: !humming_tile.frag<128x64xf16>, %[[X:.+]]: !humming_tile.smem<3x16x64xf16>, %[[C:.+]]: !humming_tile.frag<128x16xf32>, %[[STAGE:.+]]: index)
// CHECK: humming_tile.warpgroup_mma "m64k16" warps 4 %[[W]], %[[X]], %[[C]] : !humming_tile.frag<128x64xf16>, !humming_tile.smem<3x16x64xf16>, !humming_tile.frag<128x16xf32>
// CHECK: humming_tile.warpgroup_mma "m64k16" warps 8 %[[W]], %[[X]] stage %[[STAGE]], %[[C]]
func.func @warpgroup_mma(%w: !humming_tile.frag<128x64xf16>, %x: !humming_tile.smem<3x16x64xf16>,
                         %c: !humming_tile.frag<128x16xf32>, %stage: index) {
  %0 = humming_tile.warpgroup_mma "m64k16" warps 4 %w, %x, %c
     : !humming_tile.frag<128x64xf16>, !humming_tile.smem<3x16x64xf16>, !humming_tile.frag<128x16xf32>
  %1 = humming_tile.warpgroup_mma "m64k16" warps 8 %w, %x stage %stage, %c
     : !humming_tile.frag<128x64xf16>, !humming_tile.smem<3x16x64xf16>, !humming_tile.frag<128x16xf32>
  return
}

// Without a sum to go on from the products start from zero.

// CHECK-LABEL: func.func @from_zero
// CHECK-SAME: (%[[W:.+]]: !humming_tile.frag<128x64xf16>, %[[X:.+]]: !humming_tile.smem<3x16x64xf16>, %[[STAGE:.+]]: index)
// CHECK: humming_tile.warpgroup_mma "m64k16" warps 4 %[[W]], %[[X]] : !humming_tile.frag<128x64xf16>, !humming_tile.smem<3x16x64xf16>, !humming_tile.frag<128x16xf32>
// CHECK: humming_tile.warpgroup_mma "m64k16" warps 8 %[[W]], %[[X]] stage %[[STAGE]] :
func.func @from_zero(%w: !humming_tile.frag<128x64xf16>, %x: !humming_tile.smem<3x16x64xf16>, %stage: index) {
  %0 = humming_tile.warpgroup_mma "m64k16" warps 4 %w, %x
     : !humming_tile.frag<128x64xf16>, !humming_tile.smem<3x16x64xf16>, !humming_tile.frag<128x16xf32>
  %1 = humming_tile.warpgroup_mma "m64k16" warps 8 %w, %x stage %stage
     : !humming_tile.frag<128x64xf16>, !humming_tile.smem<3x16x64xf16>, !humming_tile.frag<128x16xf32>
  return
}

// Types of the other atoms; 256 tokens are the most.

// CHECK-LABEL: func.func @types
// CHECK-COUNT-4: humming_tile.warpgroup_mma
func.func @types(%wb: !humming_tile.frag<64x64xbf16>, %xb: !humming_tile.smem<3x256x64xbf16>, %cb: !humming_tile.frag<64x256xf32>,
                 %we: !humming_tile.frag<64x128xf8E4M3FN>, %xe: !humming_tile.smem<3x8x128xf8E4M3FN>,
                 %wf: !humming_tile.frag<64x128xf8E5M2>, %xf: !humming_tile.smem<3x8x128xf8E5M2>, %cf: !humming_tile.frag<64x8xf32>,
                 %wi: !humming_tile.frag<64x128xi8>, %xi: !humming_tile.smem<3x8x128xi8>, %ci: !humming_tile.frag<64x8xi32>) {
  %0 = humming_tile.warpgroup_mma "m64k16" warps 4 %wb, %xb, %cb
     : !humming_tile.frag<64x64xbf16>, !humming_tile.smem<3x256x64xbf16>, !humming_tile.frag<64x256xf32>
  %1 = humming_tile.warpgroup_mma "m64k32" warps 4 %we, %xe, %cf
     : !humming_tile.frag<64x128xf8E4M3FN>, !humming_tile.smem<3x8x128xf8E4M3FN>, !humming_tile.frag<64x8xf32>
  %2 = humming_tile.warpgroup_mma "m64k32" warps 4 %wf, %xf, %cf
     : !humming_tile.frag<64x128xf8E5M2>, !humming_tile.smem<3x8x128xf8E5M2>, !humming_tile.frag<64x8xf32>
  %3 = humming_tile.warpgroup_mma "m64k32" warps 4 %wi, %xi, %ci
     : !humming_tile.frag<64x128xi8>, !humming_tile.smem<3x8x128xi8>, !humming_tile.frag<64x8xi32>
  return
}

// Weights that are operands are read from their shared tile.

// CHECK-LABEL: func.func @shared
// CHECK-SAME: (%[[W:.+]]: !humming_tile.smem<3x128x128xf8E4M3FN>, %[[X:.+]]: !humming_tile.smem<3x16x128xf8E4M3FN>, %[[C:.+]]: !humming_tile.frag<128x16xf32>, %[[STAGE:.+]]: index)
// CHECK: humming_tile.warpgroup_mma "m64k32" warps 8 %[[W]], %[[X]] stage %[[STAGE]], %[[C]] : !humming_tile.smem<3x128x128xf8E4M3FN>, !humming_tile.smem<3x16x128xf8E4M3FN>, !humming_tile.frag<128x16xf32>
func.func @shared(%w: !humming_tile.smem<3x128x128xf8E4M3FN>, %x: !humming_tile.smem<3x16x128xf8E4M3FN>,
                  %c: !humming_tile.frag<128x16xf32>, %stage: index) {
  %0 = humming_tile.warpgroup_mma "m64k32" warps 8 %w, %x stage %stage, %c
     : !humming_tile.smem<3x128x128xf8E4M3FN>, !humming_tile.smem<3x16x128xf8E4M3FN>, !humming_tile.frag<128x16xf32>
  return
}
