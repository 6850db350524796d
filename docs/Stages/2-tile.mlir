module {
  gpu.module @kernels {
    gpu.func @gemm(%arg0: memref<?x64xf16>, %arg1: memref<64x64x!humming.code<u4>, #humming_tile.layout<[[4, 2, 8], [1, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>>, %arg2: memref<64x2xf16, #humming_tile.layout<[[1, 8, 8], [2]] offset [3, 0, 2, 1]>>, %arg3: memref<64xf16>, %arg4: memref<?x64xf16>, %arg5: i32) kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
      %0 = arith.index_castui %arg5 : i32 to index
      %c64 = arith.constant 64 : index
      humming_tile.foreach (%arg6, %arg7, %arg8, %arg9) in (%c64, %0) tile [64, 16] split 1 {
        %c0 = arith.constant 0 : index
        %c64_0 = arith.constant 64 : index
        %1 = humming_tile.alloc : !humming_tile.smem<2x64x64x!humming.code<u4>>
        %2 = humming_tile.alloc : !humming_tile.smem<2x16x64xf16>
        %3 = humming_tile.alloc : !humming_tile.smem<2x64x2xf16>
        %cst = arith.constant 0.000000e+00 : f32
        %4 = humming_tile.splat %cst : f32 -> !humming_tile.frag<64x16xf32>
        %5 = humming_tile.pipeline from %c0 to %c64_0 step 64 copy "cp_async" buffers(%1, %2, %3 : !humming_tile.smem<2x64x64x!humming.code<u4>>, !humming_tile.smem<2x16x64xf16>, !humming_tile.smem<2x64x2xf16>) iter(%4 : !humming_tile.frag<64x16xf32>) produce {
        ^bb0(%arg10: index):
          humming_tile.copy %arg1[%arg6, %arg10] to %1 : memref<64x64x!humming.code<u4>, #humming_tile.layout<[[4, 2, 8], [1, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>> to !humming_tile.smem<2x64x64x!humming.code<u4>>
          humming_tile.copy %arg0[%arg7, %arg10] to %2 : memref<?x64xf16> to !humming_tile.smem<2x16x64xf16>
          %c32 = arith.constant 32 : index
          %8 = arith.divui %arg10, %c32 : index
          humming_tile.copy %arg2[%arg6, %8] to %3 : memref<64x2xf16, #humming_tile.layout<[[1, 8, 8], [2]] offset [3, 0, 2, 1]>> to !humming_tile.smem<2x64x2xf16>
          humming_tile.yield
        } consume {
        ^bb0(%arg10: index, %arg11: !humming_tile.frag<64x16xf32>):
          %8 = humming_tile.load %1 : !humming_tile.smem<2x64x64x!humming.code<u4>> -> !humming_tile.frag<64x64x!humming.code<u4>>
          %9 = humming_tile.load %2 : !humming_tile.smem<2x16x64xf16> -> !humming_tile.frag<16x64xf16>
          %10 = humming_tile.load %3 : !humming_tile.smem<2x64x2xf16> -> !humming_tile.frag<64x2xf16>
          %11 = humming_tile.dequant !humming.code<u4> %8 scale(%10 : !humming_tile.frag<64x2xf16>) : !humming_tile.frag<64x64x!humming.code<u4>> -> !humming_tile.frag<64x64xf16>
          %12 = humming_tile.mma "m16n8k16" warps [4, 1] %11, %9, %arg11 : !humming_tile.frag<64x64xf16>, !humming_tile.frag<16x64xf16>, !humming_tile.frag<64x16xf32>
          humming_tile.yield %12 : !humming_tile.frag<64x16xf32>
        } -> !humming_tile.frag<64x16xf32>
        %6 = humming_tile.load %arg3[%arg6] : memref<64xf16> -> !humming_tile.frag<64x16xf16>
        %7 = humming_tile.map(%5, %6 : !humming_tile.frag<64x16xf32>, !humming_tile.frag<64x16xf16>) {
        ^bb0(%arg10: f32, %arg11: f16):
          %8 = arith.extf %arg11 : f16 to f32
          %9 = arith.addf %arg10, %8 : f32
          %10 = arith.truncf %9 : f32 to f16
          humming_tile.yield %10 : f16
        } -> !humming_tile.frag<64x16xf16>
        humming_tile.store %7 to %arg4[%arg7, %arg6] transpose : !humming_tile.frag<64x16xf16> to memref<?x64xf16>
      }
      gpu.return
    }
    gpu.func @gemm_pack_b(%arg0: memref<64x64x!humming.code<u4>>, %arg1: memref<64x64x!humming.code<u4>, #humming_tile.layout<[[4, 2, 8], [1, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>>) kernel attributes {known_block_size = array<i32: 256, 1, 1>} {
      %c64 = arith.constant 64 : index
      %c64_0 = arith.constant 64 : index
      humming_tile.foreach (%arg2, %arg3, %arg4, %arg5) in (%c64, %c64_0) tile [64, 64] split 1 {
        %0 = humming_tile.load %arg0[%arg2, %arg3] : memref<64x64x!humming.code<u4>> -> !humming_tile.frag<64x64x!humming.code<u4>>
        humming_tile.store %0 to %arg1[%arg2, %arg3] : !humming_tile.frag<64x64x!humming.code<u4>> to memref<64x64x!humming.code<u4>, #humming_tile.layout<[[4, 2, 8], [1, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>>
      }
      gpu.return
    }
    gpu.func @gemm_pack_scale(%arg0: memref<64x2xf16>, %arg1: memref<64x2xf16, #humming_tile.layout<[[1, 8, 8], [2]] offset [3, 0, 2, 1]>>) kernel attributes {known_block_size = array<i32: 256, 1, 1>} {
      %c64 = arith.constant 64 : index
      %c2 = arith.constant 2 : index
      humming_tile.foreach (%arg2, %arg3, %arg4, %arg5) in (%c64, %c2) tile [64, 2] split 1 {
        %0 = humming_tile.load %arg0[%arg2, %arg3] : memref<64x2xf16> -> !humming_tile.frag<64x2xf16>
        humming_tile.store %0 to %arg1[%arg2, %arg3] : !humming_tile.frag<64x2xf16> to memref<64x2xf16, #humming_tile.layout<[[1, 8, 8], [2]] offset [3, 0, 2, 1]>>
      }
      gpu.return
    }
  }
}
