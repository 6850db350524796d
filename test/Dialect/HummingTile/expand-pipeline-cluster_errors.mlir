// RUN: humming-opt %s --humming-tile-expand-pipeline --verify-diagnostics

// Four blocks would copy four rows each, in the middle of a swizzle's pattern.

#packed = #humming_tile.layout<[[8, 8], [4, 64]] offset [0, 2, 1, 3]>
#mem64 = #humming_tile.layout<[[8, 8], [1, 64]] offset [0, 2, 1, 3]>
#mem16 = #humming_tile.layout<[[16], [1, 64]] offset [1, 0, 2] swizzle 128>
gpu.module @kernels {
  gpu.func @rows(%a: memref<?x256xf16>, %w: memref<64x256xf16, #packed>, %tokens: i32) kernel
      attributes {known_block_size = array<i32: 128, 1, 1>} {
    %n = arith.constant 64 : index
    %k = arith.constant 256 : index
    %m = arith.index_castui %tokens : i32 to index
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %m, %k)
        tile [64, 16, 64] turn 2 cluster 4 {
      %zero = arith.constant 0.0 : f32
      %init = humming_tile.splat %zero : f32 -> !humming_tile.frag<64x16xf32>
      %x = humming_tile.alloc : !humming_tile.smem<3x16x64xf16, #mem16>
      %v = humming_tile.alloc : !humming_tile.smem<3x64x64xf16, #mem64>
      %sum = humming_tile.pipeline from %lower to %upper step 64 copy "tma"
          buffers(%x, %v : !humming_tile.smem<3x16x64xf16, #mem16>, !humming_tile.smem<3x64x64xf16, #mem64>)
          iter(%init : !humming_tile.frag<64x16xf32>) produce {
      ^bb0(%i: index):
        // expected-error @+1 {{expected a multiple of 8 rows for each of 4 blocks of a cluster, got 16 rows}}
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
    }
    gpu.return
  }
}
