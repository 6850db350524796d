// RUN: humming-opt %s --humming-tile-distribute --split-input-file --verify-diagnostics

#weights = #humming_tile.layout<[[4, 1, 2, 8], [1, 4, 2, 4, 2]] thread [0, 4, 3, 7] reg [1, 5, 6, 2, 8]>
#acc = #humming_tile.layout<[[4, 1, 2, 8], [1, 1, 4, 2]] thread [0, 4, 3, 6] reg [1, 5, 2, 7]>
#rows = #humming_tile.layout<[[8], [1, 64]] offset [1, 0, 2]>
gpu.module @kernels {
  gpu.func @not_swizzled() kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    %stage = arith.constant 0 : index
    %zero = arith.constant 0.0 : f32
    %one = arith.constant 1.0 : f16
    %x = humming_tile.alloc at 0 : !humming_tile.smem<3x8x64xf16, #rows>
    %v = humming_tile.splat %one : f16 -> !humming_tile.frag<64x64xf16, #weights>
    %init = humming_tile.splat %zero : f32 -> !humming_tile.frag<64x8xf32, #acc>
    // expected-error @+1 {{expected activations in swizzled lines of 128 bytes, got '!humming_tile.smem<3x8x64xf16, #humming_tile.layout<}}
    %d = humming_tile.warpgroup_mma "m64k16" warps 4 %v, %x stage %stage, %init
       : !humming_tile.frag<64x64xf16, #weights>, !humming_tile.smem<3x8x64xf16, #rows>, !humming_tile.frag<64x8xf32, #acc>
    gpu.return
  }
}

// -----

#rows = #humming_tile.layout<[[64], [128]] offset [0, 1]>
#acc = #humming_tile.layout<[[1, 1, 4, 2, 8], [1, 1, 4, 2]] thread [2, 4, 7] reg [3, 8]>
#lines = #humming_tile.layout<[[8], [1, 128]] offset [1, 0, 2] swizzle 128>
gpu.module @kernels {
  gpu.func @no_core_matrices() kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    %w = humming_tile.alloc at 0 : !humming_tile.smem<3x64x128xi8, #rows>
    %x = humming_tile.alloc at 24576 : !humming_tile.smem<3x8x128xi8, #lines>
    %zero = arith.constant 0 : i32
    %init = humming_tile.splat %zero : i32 -> !humming_tile.frag<64x8xi32, #acc>
    // expected-error @+1 {{expected weights in core matrices of 8 rows of 16 bytes, got '!humming_tile.smem<3x64x128xi8, #humming_tile.layout<}}
    %d = humming_tile.warpgroup_mma "m64k32" warps 4 %w, %x, %init
       : !humming_tile.smem<3x64x128xi8, #rows>, !humming_tile.smem<3x8x128xi8, #lines>, !humming_tile.frag<64x8xi32, #acc>
    gpu.return
  }
}
