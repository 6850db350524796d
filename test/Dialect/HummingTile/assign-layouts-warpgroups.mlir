// RUN: humming-opt %s --humming-tile-assign-layouts | FileCheck %s

// Two warpgroups side by side along n: each of the eight warps has 32 rows of its own, two atoms of 16, and all 16 tokens. Weights
// and accumulators lie as in mma.m16n8k16; the tokens are in shared memory in two swizzled panels of 64 columns, and no fragment. Codes have
// the order of packed memory.

// CHECK-DAG: #[[ACC:.+]] = #humming_tile.layout<{{\[\[}}8, 2, 2, 8], [1, 2, 4, 2]] thread [0, 4, 3, 6] reg [1, 5, 2, 7]>
// CHECK-DAG: #[[WEIGHTS:.+]] = #humming_tile.layout<{{\[\[}}8, 2, 2, 8], [1, 8, 2, 4, 2]] thread [0, 4, 3, 7] reg [1, 5, 6, 2, 8]>
// CHECK-DAG: #[[CODES:.+]] = #humming_tile.layout<{{\[\[}}8, 2, 2, 8], [1, 2, 4, 2, 4, 2]] thread [0, 4, 3, 8] reg [1, 5, 6, 9, 7, 2]>
// CHECK-DAG: #[[TOKENMEM:.+]] = #humming_tile.layout<{{\[\[}}16], [2, 64]] offset [1, 0, 2] swizzle 128>
// CHECK-LABEL: gpu.func @product
// CHECK: %[[X:.+]] = humming_tile.alloc : !humming_tile.smem<3x16x128xf16, #[[TOKENMEM]]>
// CHECK: humming_tile.splat %{{.+}} -> !humming_tile.frag<256x16xf32, #[[ACC]]>
// CHECK: humming_tile.load {{.+}} -> !humming_tile.frag<256x128x!humming.code<u4>, #[[CODES]]>
// CHECK: humming_tile.dequant {{.+}} -> !humming_tile.frag<256x128xf16, #[[WEIGHTS]]>
// CHECK: humming_tile.warpgroup_mma "m64k16" warps 8 %{{.+}}, %[[X]], %{{.+}} : !humming_tile.frag<256x128xf16, #[[WEIGHTS]]>, !humming_tile.smem<3x16x128xf16, #[[TOKENMEM]]>, !humming_tile.frag<256x16xf32, #[[ACC]]>
// CHECK: } -> !humming_tile.frag<256x16xf32, #[[ACC]]>

#packed = #humming_tile.layout<[[16, 2, 8], [4, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
gpu.module @kernels {
  gpu.func @product(%w: memref<256x256x!humming.code<u4>, #packed>, %a: memref<?x256xf16>, %n0: index, %m0: index, %k: index) kernel
      attributes {known_block_size = array<i32: 256, 1, 1>} {
    %c0 = arith.constant 0 : index
    %zero = arith.constant 0.0 : f32
    %sw = humming_tile.alloc : !humming_tile.smem<3x256x128x!humming.code<u4>>
    %x = humming_tile.alloc : !humming_tile.smem<3x16x128xf16>
    %init = humming_tile.splat %zero : f32 -> !humming_tile.frag<256x16xf32>
    %sum = humming_tile.pipeline from %c0 to %k step 128 copy "cp_async"
        buffers(%sw, %x : !humming_tile.smem<3x256x128x!humming.code<u4>>, !humming_tile.smem<3x16x128xf16>)
        iter(%init : !humming_tile.frag<256x16xf32>) produce {
    ^bb0(%i: index):
      humming_tile.copy %w[%n0, %i] to %sw
        : memref<256x256x!humming.code<u4>, #packed> to !humming_tile.smem<3x256x128x!humming.code<u4>>
      humming_tile.copy %a[%m0, %i] to %x : memref<?x256xf16> to !humming_tile.smem<3x16x128xf16>
      humming_tile.yield
    } consume {
    ^bb0(%i: index, %acc: !humming_tile.frag<256x16xf32>):
      %codes = humming_tile.load %sw
        : !humming_tile.smem<3x256x128x!humming.code<u4>> -> !humming_tile.frag<256x128x!humming.code<u4>>
      %v = humming_tile.dequant !humming.code<u4> %codes
         : !humming_tile.frag<256x128x!humming.code<u4>> -> !humming_tile.frag<256x128xf16>
      %d = humming_tile.warpgroup_mma "m64k16" warps 8 %v, %x, %acc
         : !humming_tile.frag<256x128xf16>, !humming_tile.smem<3x16x128xf16>, !humming_tile.frag<256x16xf32>
      humming_tile.yield %d : !humming_tile.frag<256x16xf32>
    } -> !humming_tile.frag<256x16xf32>
    gpu.return
  }
}
