// RUN: humming-opt %s --humming-tile-assign-layouts | FileCheck %s

// Two groups of k, each with accumulators of its own, and what scales them: a column of rows' scales, a row of
// tokens' scales, one scale of all. Two warps along n, two along m.

// CHECK-DAG: #[[ACC:.+]] = #humming_tile.layout<{{\[\[}}2, 2, 2, 8], [2, 1, 4, 2]] thread [0, 4, 3, 6] reg [1, 5, 2, 7]>
// CHECK-DAG: #[[WEIGHTS:.+]] = #humming_tile.layout<{{\[\[}}2, 2, 2, 8], [1, 2, 2, 4, 4]] thread [0, 4, *2, 3, 7] reg [1, 5, 6, 2, 8]>
// CHECK-DAG: #[[TOKENS:.+]] = #humming_tile.layout<{{\[\[}}2, 1, 8], [1, 2, 2, 4, 4]] thread [*2, 0, 3, 2, 6] reg [1, 4, 5, 7]>
// The rows' scales: the same in the warps along m and in the four lanes of a row.
// CHECK-DAG: #[[ROWS:.+]] = #humming_tile.layout<{{\[\[}}2, 2, 2, 8], [1]] thread [0, *2, 3, *4] reg [1, 2]>
// The tokens' scales: the same in the warps along n and in the eight lanes of a token.
// CHECK-DAG: #[[COLUMNS:.+]] = #humming_tile.layout<{{\[\[}}1], [2, 1, 4, 2]] thread [*2, 1, *8, 3] reg [2, 4]>
// CHECK-DAG: #[[ONE:.+]] = #humming_tile.layout<{{\[\[}}1], [1]] thread [*128]>

// CHECK-LABEL: gpu.func @groups
// CHECK: humming_tile.splat %{{.+}} : i32 -> !humming_tile.frag<64x16xi32, #[[ACC]]>
// CHECK: humming_tile.splat %{{.+}} : f32 -> !humming_tile.frag<64x16xf32, #[[ACC]]>
// CHECK: humming_tile.load %{{.+}} -> !humming_tile.frag<64x64xi8, #[[WEIGHTS]]>
// CHECK: humming_tile.load %{{.+}} -> !humming_tile.frag<16x64xi8, #[[TOKENS]]>
// CHECK: humming_tile.mma {{.+}} columns [0, 32]
// CHECK: humming_tile.mma {{.+}} columns [32, 32]
// CHECK: humming_tile.load %{{.+}} column 1 : {{.+}} -> !humming_tile.frag<64x1xi8, #[[ROWS]]>
// CHECK: humming_tile.map
// CHECK: -> !humming_tile.frag<64x1xf32, #[[ROWS]]>
// CHECK: humming_tile.load %{{.+}} transpose : memref<?x2xf32> -> !humming_tile.frag<1x16xf32, #[[COLUMNS]]>
// CHECK: humming_tile.load %{{.+}} : memref<1xf32> -> !humming_tile.frag<1x1xf32, #[[ONE]]>
// CHECK: -> !humming_tile.frag<64x16xf32, #[[ACC]]>

// The one scale of all lies in one way, beside rows' scales and beside tokens'.
// CHECK-COUNT-2: !humming_tile.frag<1x1xf32, #[[ONE]]>
#scales = #humming_tile.layout<[[1, 8, 8], [2]] offset [3, 0, 2, 1]>
gpu.module @kernels {
  gpu.func @groups(%w: memref<64x64xi8>, %a: memref<?x64xi8>, %s: memref<64x2xi8, #scales>, %x: memref<?x2xf32>,
                   %g: memref<1xf32>, %c: memref<?x64xf32>, %n0: index, %m0: index, %k: index) kernel
      attributes {known_block_size = array<i32: 128, 1, 1>} {
    %none = arith.constant 0 : i32
    %nothing = arith.constant 0.0 : f32
    %c0 = arith.constant 0 : index
    %sw = humming_tile.alloc : !humming_tile.smem<1x64x64xi8>
    %sa = humming_tile.alloc : !humming_tile.smem<1x16x64xi8>
    %ss = humming_tile.alloc : !humming_tile.smem<1x64x2xi8>
    %zero = humming_tile.splat %none : i32 -> !humming_tile.frag<64x16xi32>
    %before = humming_tile.splat %nothing : f32 -> !humming_tile.frag<64x16xf32>
    humming_tile.copy %w[%n0, %k] to %sw : memref<64x64xi8> to !humming_tile.smem<1x64x64xi8>
    humming_tile.copy %a[%m0, %k] to %sa : memref<?x64xi8> to !humming_tile.smem<1x16x64xi8>
    humming_tile.copy %s[%n0, %k] to %ss : memref<64x2xi8, #scales> to !humming_tile.smem<1x64x2xi8>
    %v = humming_tile.load %sw : !humming_tile.smem<1x64x64xi8> -> !humming_tile.frag<64x64xi8>
    %t = humming_tile.load %sa : !humming_tile.smem<1x16x64xi8> -> !humming_tile.frag<16x64xi8>
    %p = humming_tile.mma "m16n8k32" warps [2, 2] columns [0, 32] %v, %t, %zero
       : !humming_tile.frag<64x64xi8>, !humming_tile.frag<16x64xi8>, !humming_tile.frag<64x16xi32>
    %q = humming_tile.mma "m16n8k32" warps [2, 2] columns [32, 32] %v, %t, %zero
       : !humming_tile.frag<64x64xi8>, !humming_tile.frag<16x64xi8>, !humming_tile.frag<64x16xi32>
    %bits = humming_tile.load %ss column 1 : !humming_tile.smem<1x64x2xi8> -> !humming_tile.frag<64x1xi8>
    %rows = humming_tile.map(%bits : !humming_tile.frag<64x1xi8>) {
    ^bb0(%y: i8):
      %f = arith.uitofp %y : i8 to f32
      humming_tile.yield %f : f32
    } -> !humming_tile.frag<64x1xf32>
    %cols = humming_tile.load %x[%m0, %c0] transpose : memref<?x2xf32> -> !humming_tile.frag<1x16xf32>
    %one = humming_tile.load %g[%c0] : memref<1xf32> -> !humming_tile.frag<1x1xf32>
    %sum = humming_tile.map(%before, %p, %rows, %cols, %one
         : !humming_tile.frag<64x16xf32>, !humming_tile.frag<64x16xi32>, !humming_tile.frag<64x1xf32>,
           !humming_tile.frag<1x16xf32>, !humming_tile.frag<1x1xf32>) {
    ^bb0(%y: f32, %z: i32, %r: f32, %u: f32, %o: f32):
      humming_tile.yield %y : f32
    } -> !humming_tile.frag<64x16xf32>
    %scaled = humming_tile.map(%rows, %one : !humming_tile.frag<64x1xf32>, !humming_tile.frag<1x1xf32>) {
    ^bb0(%y: f32, %o: f32):
      humming_tile.yield %y : f32
    } -> !humming_tile.frag<64x1xf32>
    %tokens = humming_tile.map(%cols, %one : !humming_tile.frag<1x16xf32>, !humming_tile.frag<1x1xf32>) {
    ^bb0(%y: f32, %o: f32):
      humming_tile.yield %y : f32
    } -> !humming_tile.frag<1x16xf32>
    humming_tile.store %sum to %c[%m0, %n0] transpose : !humming_tile.frag<64x16xf32> to memref<?x64xf32>
    gpu.return
  }
}
