// RUN: humming-opt %s --humming-tile-assign-layouts | FileCheck %s

// Weights of 8 bits that are read from shared memory: there they lie as packed, 64 rows by 16 columns of core matrices at a time. Of
// the 256 rows each of the two warpgroups has two instructions of 64, and of these each warp 16 that follow one another.

// CHECK-DAG: #[[ACC:.+]] = #humming_tile.layout<{{\[\[}}2, 2, 4, 2, 8], [1, 2, 4, 2]] thread [0, 5, 2, 4, 7] reg [1, 6, 3, 8]>
// CHECK-DAG: #[[WEIGHTS:.+]] = #humming_tile.layout<{{\[\[}}4, 64], [8, 16]] offset [0, 2, 1, 3]>
// CHECK-DAG: #[[TOKENS:.+]] = #humming_tile.layout<{{\[\[}}16], [1, 128]] offset [1, 0, 2] swizzle 128>
// CHECK-LABEL: gpu.func @product
// CHECK: %[[W:.+]] = humming_tile.alloc : !humming_tile.smem<3x256x128xi8, #[[WEIGHTS]]>
// CHECK: %[[X:.+]] = humming_tile.alloc : !humming_tile.smem<3x16x128xi8, #[[TOKENS]]>
// CHECK: humming_tile.splat %{{.+}} -> !humming_tile.frag<256x16xi32, #[[ACC]]>
// CHECK: humming_tile.warpgroup_mma "m64k32" warps 8 %[[W]], %[[X]], %{{.+}} : {{.+}}, !humming_tile.frag<256x16xi32, #[[ACC]]>

#packed = #humming_tile.layout<[[4, 64], [16, 16]] offset [0, 2, 1, 3]>
gpu.module @kernels {
  gpu.func @product(%w: memref<256x256xi8, #packed>, %a: memref<?x256xi8>, %n0: index, %m0: index, %k: index) kernel
      attributes {known_block_size = array<i32: 256, 1, 1>} {
    %c0 = arith.constant 0 : index
    %zero = arith.constant 0 : i32
    %sw = humming_tile.alloc : !humming_tile.smem<3x256x128xi8>
    %x = humming_tile.alloc : !humming_tile.smem<3x16x128xi8>
    %init = humming_tile.splat %zero : i32 -> !humming_tile.frag<256x16xi32>
    %sum = humming_tile.pipeline from %c0 to %k step 128 copy "cp_async"
        buffers(%sw, %x : !humming_tile.smem<3x256x128xi8>, !humming_tile.smem<3x16x128xi8>)
        iter(%init : !humming_tile.frag<256x16xi32>) produce {
    ^bb0(%i: index):
      humming_tile.copy %w[%n0, %i] to %sw : memref<256x256xi8, #packed> to !humming_tile.smem<3x256x128xi8>
      humming_tile.copy %a[%m0, %i] to %x : memref<?x256xi8> to !humming_tile.smem<3x16x128xi8>
      humming_tile.yield
    } consume {
    ^bb0(%i: index, %acc: !humming_tile.frag<256x16xi32>):
      %d = humming_tile.warpgroup_mma "m64k32" warps 8 %sw, %x, %acc
         : !humming_tile.smem<3x256x128xi8>, !humming_tile.smem<3x16x128xi8>, !humming_tile.frag<256x16xi32>
      humming_tile.yield %d : !humming_tile.frag<256x16xi32>
    } -> !humming_tile.frag<256x16xi32>
    gpu.return
  }
}
