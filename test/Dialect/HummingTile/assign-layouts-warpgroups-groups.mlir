// RUN: humming-opt %s --humming-tile-assign-layouts | FileCheck %s

// Products that start from zero have the layout of any product's, and the sum that they are scaled and added to has it from them. A scale
// for each row is in the threads that have the row, and one for each token in those that have the token.

// CHECK-DAG: #[[ACC:.+]] = #humming_tile.layout<{{\[\[}}4, 2, 2, 8], [1, 2, 4, 2]] thread [0, 4, 3, 6] reg [1, 5, 2, 7]>
// CHECK-LABEL: gpu.func @group
// CHECK: humming_tile.splat %{{.+}} -> !humming_tile.frag<128x16xf32, #[[ACC]]>
// CHECK: humming_tile.warpgroup_mma "m64k32" warps 4 %{{.+}}, %{{.+}} : {{.+}}, !humming_tile.frag<128x16xi32, #[[ACC]]>
// CHECK: humming_tile.load %{{.+}} -> !humming_tile.frag<128x1xf32, #[[ROWS:.+]]>
// CHECK: humming_tile.load %{{.+}} transpose {{.+}} -> !humming_tile.frag<1x16xf32, #[[TOKENS:.+]]>
// CHECK: humming_tile.map({{.+}} : !humming_tile.frag<128x16xf32, #[[ACC]]>, !humming_tile.frag<128x16xi32, #[[ACC]]>, !humming_tile.frag<128x1xf32, #[[ROWS]]>, !humming_tile.frag<1x16xf32, #[[TOKENS]]>)
// CHECK: } -> !humming_tile.frag<128x16xf32, #[[ACC]]>

gpu.module @kernels {
  gpu.func @group(%a: memref<?x256xi8>, %s: memref<128x2xf32>, %t: memref<?x2xf32>, %n0: index, %m0: index, %k: index) kernel
      attributes {known_block_size = array<i32: 128, 1, 1>} {
    %c0 = arith.constant 0 : index
    %zero = arith.constant 0.0 : f32
    %one = arith.constant 1 : i8
    %x = humming_tile.alloc : !humming_tile.smem<3x16x128xi8>
    %scales = humming_tile.alloc : !humming_tile.smem<3x128x1xf32>
    %init = humming_tile.splat %zero : f32 -> !humming_tile.frag<128x16xf32>
    %sum = humming_tile.pipeline from %c0 to %k step 128 copy "cp_async"
        buffers(%x, %scales : !humming_tile.smem<3x16x128xi8>, !humming_tile.smem<3x128x1xf32>)
        iter(%init : !humming_tile.frag<128x16xf32>) produce {
    ^bb0(%i: index):
      humming_tile.copy %a[%m0, %i] to %x : memref<?x256xi8> to !humming_tile.smem<3x16x128xi8>
      humming_tile.copy %s[%n0, %i] to %scales : memref<128x2xf32> to !humming_tile.smem<3x128x1xf32>
      humming_tile.yield
    } consume {
    ^bb0(%i: index, %acc: !humming_tile.frag<128x16xf32>):
      %v = humming_tile.splat %one : i8 -> !humming_tile.frag<128x128xi8>
      %d = humming_tile.warpgroup_mma "m64k32" warps 4 %v, %x
         : !humming_tile.frag<128x128xi8>, !humming_tile.smem<3x16x128xi8>, !humming_tile.frag<128x16xi32>
      %row = humming_tile.load %scales : !humming_tile.smem<3x128x1xf32> -> !humming_tile.frag<128x1xf32>
      %token = humming_tile.load %t[%m0, %i] transpose : memref<?x2xf32> -> !humming_tile.frag<1x16xf32>
      %e = humming_tile.map(%acc, %d, %row, %token : !humming_tile.frag<128x16xf32>, !humming_tile.frag<128x16xi32>,
                            !humming_tile.frag<128x1xf32>, !humming_tile.frag<1x16xf32>) {
      ^bb1(%old: f32, %group: i32, %byRow: f32, %byToken: f32):
        %factor = arith.mulf %byRow, %byToken : f32
        %number = arith.sitofp %group : i32 to f32
        %new = math.fma %number, %factor, %old : f32
        humming_tile.yield %new : f32
      } -> !humming_tile.frag<128x16xf32>
      humming_tile.yield %e : !humming_tile.frag<128x16xf32>
    } -> !humming_tile.frag<128x16xf32>
    gpu.return
  }
}
