module {
  gpu.module @kernels {
    gpu.func @gemm(%arg0: memref<?x64xf16>, %arg1: memref<64x64x!humming.code<u4>, #humming_tile.layout<[[4, 2, 8], [1, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>>, %arg2: memref<64x2xf16, #humming_tile.layout<[[1, 8, 8], [2]] offset [3, 0, 2, 1]>>, %arg3: memref<64xf16>, %arg4: memref<?x64xf16>, %arg5: i32) kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
      %0 = arith.index_castui %arg5 : i32 to index
      %c64 = arith.constant 64 : index
      %c64_0 = arith.constant 64 : index
      humming_tile.foreach (%arg6, %arg7, %arg8, %arg9, %arg10, %arg11, %arg12, %arg13, %arg14) in (%c64, %0, %c64_0) tile [64, 16, 64] {
        %1 = humming_tile.alloc : !humming_tile.smem<2x64x64x!humming.code<u4>>
        %2 = humming_tile.alloc : !humming_tile.smem<2x16x64xf16>
        %3 = humming_tile.alloc : !humming_tile.smem<2x64x2xf16>
        humming_tile.await_dependencies
        %cst = arith.constant 0.000000e+00 : f32
        %4 = humming_tile.splat %cst : f32 -> !humming_tile.frag<64x16xf32>
        %5 = humming_tile.pipeline from %arg9 to %arg10 step 64 copy "cp_async" buffers(%1, %2, %3 : !humming_tile.smem<2x64x64x!humming.code<u4>>, !humming_tile.smem<2x16x64xf16>, !humming_tile.smem<2x64x2xf16>) iter(%4 : !humming_tile.frag<64x16xf32>) produce {
        ^bb0(%arg15: index):
          humming_tile.copy %arg1[%arg6, %arg15] to %1 : memref<64x64x!humming.code<u4>, #humming_tile.layout<[[4, 2, 8], [1, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>> to !humming_tile.smem<2x64x64x!humming.code<u4>>
          humming_tile.copy %arg0[%arg7, %arg15] to %2 : memref<?x64xf16> to !humming_tile.smem<2x16x64xf16>
          %c32 = arith.constant 32 : index
          %8 = arith.divui %arg15, %c32 : index
          humming_tile.copy %arg2[%arg6, %8] to %3 : memref<64x2xf16, #humming_tile.layout<[[1, 8, 8], [2]] offset [3, 0, 2, 1]>> to !humming_tile.smem<2x64x2xf16>
          humming_tile.yield
        } consume {
        ^bb0(%arg15: index, %arg16: !humming_tile.frag<64x16xf32>):
          %8 = humming_tile.load %1 : !humming_tile.smem<2x64x64x!humming.code<u4>> -> !humming_tile.frag<64x64x!humming.code<u4>>
          %9 = humming_tile.load %2 : !humming_tile.smem<2x16x64xf16> -> !humming_tile.frag<16x64xf16>
          %10 = humming_tile.load %3 : !humming_tile.smem<2x64x2xf16> -> !humming_tile.frag<64x2xf16>
          %11 = humming_tile.dequant !humming.code<u4> %8 scale(%10 : !humming_tile.frag<64x2xf16>) : !humming_tile.frag<64x64x!humming.code<u4>> -> !humming_tile.frag<64x64xf16>
          %12 = humming_tile.mma "m16n8k16" warps [4, 1] %11, %9, %arg16 : !humming_tile.frag<64x64xf16>, !humming_tile.frag<16x64xf16>, !humming_tile.frag<64x16xf32>
          humming_tile.yield %12 : !humming_tile.frag<64x16xf32>
        } -> !humming_tile.frag<64x16xf32>
        humming_tile.release_dependents
        %6 = humming_tile.load %arg3[%arg6] : memref<64xf16> -> !humming_tile.frag<64x16xf16>
        %7 = humming_tile.map(%5, %6 : !humming_tile.frag<64x16xf32>, !humming_tile.frag<64x16xf16>) {
        ^bb0(%arg15: f32, %arg16: f16):
          %8 = arith.extf %arg16 : f16 to f32
          %9 = arith.addf %arg15, %8 : f32
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
      %c1 = arith.constant 1 : index
      humming_tile.foreach (%arg2, %arg3, %arg4, %arg5, %arg6, %arg7, %arg8, %arg9, %arg10) in (%c64, %c64_0, %c1) tile [64, 64, 1] {
        %0 = humming_tile.load %arg0[%arg2, %arg3] : memref<64x64x!humming.code<u4>> -> !humming_tile.frag<64x64x!humming.code<u4>>
        humming_tile.store %0 to %arg1[%arg2, %arg3] : !humming_tile.frag<64x64x!humming.code<u4>> to memref<64x64x!humming.code<u4>, #humming_tile.layout<[[4, 2, 8], [1, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>>
      }
      gpu.return
    }
    gpu.func @gemm_pack_scale(%arg0: memref<64x2xf16>, %arg1: memref<64x2xf16, #humming_tile.layout<[[1, 8, 8], [2]] offset [3, 0, 2, 1]>>) kernel attributes {known_block_size = array<i32: 256, 1, 1>} {
      %c64 = arith.constant 64 : index
      %c2 = arith.constant 2 : index
      %c1 = arith.constant 1 : index
      humming_tile.foreach (%arg2, %arg3, %arg4, %arg5, %arg6, %arg7, %arg8, %arg9, %arg10) in (%c64, %c2, %c1) tile [64, 2, 1] {
        %0 = humming_tile.load %arg0[%arg2, %arg3] : memref<64x2xf16> -> !humming_tile.frag<64x2xf16>
        humming_tile.store %0 to %arg1[%arg2, %arg3] : !humming_tile.frag<64x2xf16> to memref<64x2xf16, #humming_tile.layout<[[1, 8, 8], [2]] offset [3, 0, 2, 1]>>
      }
      gpu.return
    }
  }
}
