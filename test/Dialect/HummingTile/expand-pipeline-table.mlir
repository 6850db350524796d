// RUN: humming-opt %s --humming-tile-expand-pipeline | FileCheck %s

// Each block's own table is written while the first copies are on their way; the loop's barrier publishes it.
// CHECK-LABEL: gpu.func @behind_copies
// CHECK: humming_tile.copy async
// CHECK: humming_tile.async_commit
// CHECK: humming_tile.tabulate
// CHECK: scf.for
// CHECK: gpu.barrier

#via = #humming_tile.layout<[[16], [1, 8, 8]] thread [0, 2] reg [1, 3]>
#packed = #humming_tile.layout<[[8, 8], [4, 64]] offset [0, 2, 1, 3]>
#mem64 = #humming_tile.layout<[[8, 8], [1, 64]] offset [0, 2, 1, 3]>
#mem16 = #humming_tile.layout<[[16], [1, 64]] offset [1, 0, 2] swizzle 128>
gpu.module @kernels {
  gpu.func @behind_copies(%a: memref<?x256xf16>, %c: memref<?x64xf32>, %m0: index, %k: index, %init: !humming_tile.frag<64x16xf32>,
                          %w: !humming_tile.frag<64x64xf16>) kernel {
    %c0 = arith.constant 0 : index
    %x = humming_tile.alloc : !humming_tile.smem<2x16x64xf16>
    %t = humming_tile.alloc : !humming_tile.smem<1x256x64xf16>
    humming_tile.tabulate !humming.code<nf4> to %t : !humming_tile.smem<1x256x64xf16>
    %sum = humming_tile.pipeline from %c0 to %k step 64 copy "cp_async" buffers(%x : !humming_tile.smem<2x16x64xf16>)
        iter(%init : !humming_tile.frag<64x16xf32>) produce {
    ^bb0(%i: index):
      humming_tile.copy %a[%m0, %i] to %x via #via : memref<?x256xf16> to !humming_tile.smem<2x16x64xf16>
      humming_tile.yield
    } consume {
    ^bb0(%i: index, %acc: !humming_tile.frag<64x16xf32>):
      %b = humming_tile.load %x : !humming_tile.smem<2x16x64xf16> -> !humming_tile.frag<16x64xf16>
      %d = humming_tile.mma "m16n8k16" warps [4, 1] %w, %b, %acc
         : !humming_tile.frag<64x64xf16>, !humming_tile.frag<16x64xf16>, !humming_tile.frag<64x16xf32>
      humming_tile.yield %d : !humming_tile.frag<64x16xf32>
    } -> !humming_tile.frag<64x16xf32>
    humming_tile.store %sum to %c[%m0, %m0] transpose : !humming_tile.frag<64x16xf32> to memref<?x64xf32>
    gpu.return
  }

  // A warp of its own copies, so no barrier is in the loop: there is one behind the table, once for all tiles.
  // CHECK-LABEL: gpu.func @once
  // CHECK: humming_tile.tabulate
  // CHECK-NEXT: gpu.barrier
  // CHECK: humming_tile.foreach
  // CHECK-NOT: gpu.barrier
  gpu.func @once(%a: memref<?x256xf16>, %w: memref<64x256xf16, #packed>, %c: memref<?x64xf32>, %tokens: i32) kernel
      attributes {known_block_size = array<i32: 128, 1, 1>} {
    %n = arith.constant 64 : index
    %k = arith.constant 256 : index
    %m = arith.index_castui %tokens : i32 to index
    %t = humming_tile.alloc : !humming_tile.smem<1x256x64xf16>
    humming_tile.tabulate !humming.code<nf4> to %t : !humming_tile.smem<1x256x64xf16>
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %m, %k)
        tile [64, 16, 64] turn 2 blocks 2 {
      %zero = arith.constant 0.0 : f32
      %init = humming_tile.splat %zero : f32 -> !humming_tile.frag<64x16xf32>
      %x = humming_tile.alloc : !humming_tile.smem<3x16x64xf16, #mem16>
      %v = humming_tile.alloc : !humming_tile.smem<3x64x64xf16, #mem64>
      %sum = humming_tile.pipeline from %lower to %upper step 64 copy "tma"
          buffers(%x, %v : !humming_tile.smem<3x16x64xf16, #mem16>, !humming_tile.smem<3x64x64xf16, #mem64>)
          iter(%init : !humming_tile.frag<64x16xf32>) produce {
      ^bb0(%i: index):
        humming_tile.copy %a[%m0, %i] to %x : memref<?x256xf16> to !humming_tile.smem<3x16x64xf16, #mem16>
        humming_tile.copy %w[%n0, %i] to %v : memref<64x256xf16, #packed> to !humming_tile.smem<3x64x64xf16, #mem64>
        humming_tile.yield
      } consume {
      ^bb0(%i: index, %acc: !humming_tile.frag<64x16xf32>):
        %b = humming_tile.load %v : !humming_tile.smem<3x64x64xf16, #mem64> -> !humming_tile.frag<64x64xf16>
        %d = humming_tile.warpgroup_mma "m64k16" warps 4 %b, %x, %acc
           : !humming_tile.frag<64x64xf16>, !humming_tile.smem<3x16x64xf16, #mem16>, !humming_tile.frag<64x16xf32>
        humming_tile.yield %d : !humming_tile.frag<64x16xf32>
      } -> !humming_tile.frag<64x16xf32>
      humming_tile.store %sum to %c[%m0, %n0] transpose : !humming_tile.frag<64x16xf32> to memref<?x64xf32>
    }
    gpu.return
  }
}
