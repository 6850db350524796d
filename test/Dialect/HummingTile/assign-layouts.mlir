// RUN: humming-opt %s --humming-tile-assign-layouts | FileCheck %s

// From the atom outward: 64 x 16 outputs by two warps along n, codes with one scale and one zero point a row.

// Accumulators: 2 warps x 2 atoms of 16 rows, 2 atoms of 8 tokens.
// CHECK-DAG: #[[ACC:.+]] = #humming_tile.layout<{{\[\[}}2, 2, 2, 8], [1, 2, 4, 2]] thread [0, 4, 3, 6] reg [1, 5, 2, 7]>
// Weights: the A operand, four atoms along k; codes: the same, registers in the order of packed memory.
// CHECK-DAG: #[[WEIGHTS:.+]] = #humming_tile.layout<{{\[\[}}2, 2, 2, 8], [1, 4, 2, 4, 2]] thread [0, 4, 3, 7] reg [1, 5, 6, 2, 8]>
// CHECK-DAG: #[[CODES:.+]] = #humming_tile.layout<{{\[\[}}2, 2, 2, 8], [1, 4, 2, 4, 2]] thread [0, 4, 3, 7] reg [1, 5, 8, 6, 2]>
// Tokens: the B operand, the same in both warps.
// CHECK-DAG: #[[TOKENS:.+]] = #humming_tile.layout<{{\[\[}}1, 2, 8], [1, 4, 2, 4, 2]] thread [*2, 0, 3, 2, 6] reg [1, 4, 5, 7]>
// Scales and zero points: with their rows, the same in the four lanes of a row.
// CHECK-DAG: #[[SCALE:.+]] = #humming_tile.layout<{{\[\[}}2, 2, 2, 8], [1]] thread [0, 3, *4] reg [1, 2]>
// Copies: 16 bytes a thread, neighbours in neighbouring threads.
// CHECK-DAG: #[[CODESHARE:.+]] = #humming_tile.layout<{{\[\[}}2, 2, 2, 8], [1, 4, 2, 4, 2]] thread [1, 4, 3, 7] reg [0, 5, 8, 6, 2]>
// CHECK-DAG: #[[TOKENSHARE:.+]] = #humming_tile.layout<{{\[\[}}2, 8], [1, 8, 8]] thread [1, 3] reg [2, 0, 4]>
// CHECK-DAG: #[[SCALESHARE:.+]] = #humming_tile.layout<{{\[\[}}1, 8, 8], [1]] thread [3, 0, 2] reg [1]>
// CHECK-DAG: #[[ZEROSHARE:.+]] = #humming_tile.layout<{{\[\[}}1, 8, 4, 2], [1]] thread [4, 0, 2] reg [3, 1]>
// Shared tiles: in the order of packed memory, or swizzled for ldmatrix.
// CHECK-DAG: #[[CODEMEM:.+]] = #humming_tile.layout<{{\[\[}}4, 2, 8], [1, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
// CHECK-DAG: #[[TOKENMEM:.+]] = #humming_tile.layout<{{\[\[}}16], [1, 64]] offset [1, 0, 2] swizzle 128>
// CHECK-DAG: #[[SCALEMEM:.+]] = #humming_tile.layout<{{\[\[}}1, 8, 8], [1]] offset [3, 0, 2, 1]>

// CHECK-LABEL: gpu.func @gemm
// CHECK: %[[W:.+]] = humming_tile.alloc : !humming_tile.smem<2x64x64x!humming.code<u4>, #[[CODEMEM]]>
// CHECK: %[[A:.+]] = humming_tile.alloc : !humming_tile.smem<2x16x64xf16, #[[TOKENMEM]]>
// CHECK: %[[S:.+]] = humming_tile.alloc : !humming_tile.smem<2x64x1xf16, #[[SCALEMEM]]>
// CHECK: %[[Z:.+]] = humming_tile.alloc : !humming_tile.smem<2x64x1x!humming.code<u8>, #[[SCALEMEM]]>
// CHECK: humming_tile.splat %{{.+}} -> !humming_tile.frag<64x16xf32, #[[ACC]]>
// CHECK: humming_tile.pipeline {{.+}} iter(%{{.+}} : !humming_tile.frag<64x16xf32, #[[ACC]]>)
// CHECK: humming_tile.copy %{{.+}} to %[[W]] via #[[CODESHARE]]
// CHECK: humming_tile.copy %{{.+}} to %[[A]] via #[[TOKENSHARE]]
// CHECK: humming_tile.copy %{{.+}} to %[[S]] via #[[SCALESHARE]]
// CHECK: humming_tile.copy %{{.+}} to %[[Z]] via #[[ZEROSHARE]]
// CHECK: ^bb0(%{{.+}}: index, %{{.+}}: !humming_tile.frag<64x16xf32, #[[ACC]]>):
// CHECK: humming_tile.load %[[W]] {{.+}} -> !humming_tile.frag<64x64x!humming.code<u4>, #[[CODES]]>
// CHECK: humming_tile.load %[[A]] {{.+}} -> !humming_tile.frag<16x64xf16, #[[TOKENS]]>
// CHECK: humming_tile.load %[[S]] {{.+}} -> !humming_tile.frag<64x1xf16, #[[SCALE]]>
// CHECK: humming_tile.load %[[Z]] {{.+}} -> !humming_tile.frag<64x1x!humming.code<u8>, #[[SCALE]]>
// CHECK: humming_tile.dequant {{.+}} -> !humming_tile.frag<64x64xf16, #[[WEIGHTS]]>
// CHECK: } -> !humming_tile.frag<64x16xf32, #[[ACC]]>

// The epilogue's operands and result lie as the accumulators do.
// CHECK: humming_tile.load %{{.+}} : memref<64xf16> -> !humming_tile.frag<64x16xf16, #[[ACC]]>
// CHECK: } -> !humming_tile.frag<64x16xf16, #[[ACC]]>

#weights = #humming_tile.layout<[[4, 2, 8], [2, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
#scales = #humming_tile.layout<[[1, 8, 8], [2]] offset [3, 0, 2, 1]>
gpu.module @kernels {
  gpu.func @gemm(%w: memref<64x128x!humming.code<u4>, #weights>, %s: memref<64x2xf16, #scales>,
                 %z: memref<64x2x!humming.code<u8>, #scales>, %a: memref<?x128xf16>, %bias: memref<64xf16>,
                 %c: memref<?x64xf16>, %n0: index, %m0: index, %k: index) kernel
      attributes {known_block_size = array<i32: 64, 1, 1>} {
    %c0 = arith.constant 0 : index
    %c64 = arith.constant 64 : index
    %cst = arith.constant 0.0 : f32
    %sw = humming_tile.alloc : !humming_tile.smem<2x64x64x!humming.code<u4>>
    %sa = humming_tile.alloc : !humming_tile.smem<2x16x64xf16>
    %ss = humming_tile.alloc : !humming_tile.smem<2x64x1xf16>
    %sz = humming_tile.alloc : !humming_tile.smem<2x64x1x!humming.code<u8>>
    %init = humming_tile.splat %cst : f32 -> !humming_tile.frag<64x16xf32>
    %sum = humming_tile.pipeline from %c0 to %k step 64 copy "cp_async"
        buffers(%sw, %sa, %ss, %sz : !humming_tile.smem<2x64x64x!humming.code<u4>>, !humming_tile.smem<2x16x64xf16>,
                !humming_tile.smem<2x64x1xf16>, !humming_tile.smem<2x64x1x!humming.code<u8>>)
        iter(%init : !humming_tile.frag<64x16xf32>) produce {
    ^bb0(%i: index):
      humming_tile.copy %w[%n0, %i] to %sw
        : memref<64x128x!humming.code<u4>, #weights> to !humming_tile.smem<2x64x64x!humming.code<u4>>
      humming_tile.copy %a[%m0, %i] to %sa : memref<?x128xf16> to !humming_tile.smem<2x16x64xf16>
      %g = arith.divui %i, %c64 : index
      humming_tile.copy %s[%n0, %g] to %ss : memref<64x2xf16, #scales> to !humming_tile.smem<2x64x1xf16>
      humming_tile.copy %z[%n0, %g] to %sz
        : memref<64x2x!humming.code<u8>, #scales> to !humming_tile.smem<2x64x1x!humming.code<u8>>
      humming_tile.yield
    } consume {
    ^bb0(%i: index, %acc: !humming_tile.frag<64x16xf32>):
      %codes = humming_tile.load %sw
        : !humming_tile.smem<2x64x64x!humming.code<u4>> -> !humming_tile.frag<64x64x!humming.code<u4>>
      %t = humming_tile.load %sa : !humming_tile.smem<2x16x64xf16> -> !humming_tile.frag<16x64xf16>
      %sc = humming_tile.load %ss : !humming_tile.smem<2x64x1xf16> -> !humming_tile.frag<64x1xf16>
      %zp = humming_tile.load %sz
        : !humming_tile.smem<2x64x1x!humming.code<u8>> -> !humming_tile.frag<64x1x!humming.code<u8>>
      %v = humming_tile.dequant !humming.code<u4> %codes scale(%sc : !humming_tile.frag<64x1xf16>)
           zero(%zp : !humming_tile.frag<64x1x!humming.code<u8>>)
         : !humming_tile.frag<64x64x!humming.code<u4>> -> !humming_tile.frag<64x64xf16>
      %d = humming_tile.mma "m16n8k16" warps [2, 1] %v, %t, %acc
         : !humming_tile.frag<64x64xf16>, !humming_tile.frag<16x64xf16>, !humming_tile.frag<64x16xf32>
      humming_tile.yield %d : !humming_tile.frag<64x16xf32>
    } -> !humming_tile.frag<64x16xf32>
    %b = humming_tile.load %bias[%n0] : memref<64xf16> -> !humming_tile.frag<64x16xf16>
    %r = humming_tile.map(%sum, %b : !humming_tile.frag<64x16xf32>, !humming_tile.frag<64x16xf16>) {
    ^bb0(%x: f32, %y: f16):
      %h = arith.truncf %x : f32 to f16
      humming_tile.yield %h : f16
    } -> !humming_tile.frag<64x16xf16>
    humming_tile.store %r to %c[%m0, %n0] transpose : !humming_tile.frag<64x16xf16> to memref<?x64xf16>
    gpu.return
  }
}
