// RUN: humming-opt %s --humming-tile-distribute --split-input-file --verify-diagnostics

gpu.module @kernels {
  // expected-error @+1 {{expected known_block_size on a kernel in tile form}}
  gpu.func @threads() kernel {
    gpu.return
  }
}

// -----

gpu.module @kernels {
  // expected-error @+1 {{expected the number of tokens, an i32, as the last argument}}
  gpu.func @tokens(%a: memref<?x64xf16>) kernel attributes {known_block_size = array<i32: 32, 1, 1>} {
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @fragment_layout(%x: f32) kernel attributes {known_block_size = array<i32: 32, 1, 1>} {
    // expected-error @+1 {{expected a layout; run humming-tile-assign-layouts first}}
    %0 = humming_tile.splat %x : f32 -> !humming_tile.frag<16x8xf32>
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @buffer_layout() kernel attributes {known_block_size = array<i32: 32, 1, 1>} {
    // expected-error @+1 {{expected a layout; run humming-tile-assign-layouts first}}
    %0 = humming_tile.alloc at 0 : !humming_tile.smem<2x16x64xf16>
    gpu.return
  }
}

// -----

#swizzled = #humming_tile.layout<[[16], [1, 64]] offset [1, 0, 2] swizzle 128>
gpu.module @kernels {
  gpu.func @place() kernel attributes {known_block_size = array<i32: 32, 1, 1>} {
    // expected-error @+1 {{expected a place in shared memory; run humming-tile-allocate-shared first}}
    %0 = humming_tile.alloc : !humming_tile.smem<2x16x64xf16, #swizzled>
    gpu.return
  }
}

// -----

#swizzled = #humming_tile.layout<[[16], [1, 64]] offset [1, 0, 2] swizzle 128>
gpu.module @kernels {
  gpu.func @shares(%a: memref<32x64xf16>, %i: index) kernel attributes {known_block_size = array<i32: 32, 1, 1>} {
    %0 = humming_tile.alloc at 0 : !humming_tile.smem<2x16x64xf16, #swizzled>
    // expected-error @+1 {{expected the threads' shares (via); run humming-tile-assign-layouts first}}
    humming_tile.copy async %a[%i, %i] to %0 stage %i : memref<32x64xf16> to !humming_tile.smem<2x16x64xf16, #swizzled>
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @foreach_left(%m: index) kernel attributes {known_block_size = array<i32: 32, 1, 1>} {
    // expected-error @+1 {{expected to be gone before humming-tile-distribute}}
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%m, %m, %m)
        tile [64, 16, 64] {
    }
    gpu.return
  }
}

// -----

#odd = #humming_tile.layout<[[8], [3, 4]] offset [1, 0, 2]>
#six = #humming_tile.layout<[[8], [2, 6]] thread [0] reg [1, 2]>
gpu.module @kernels {
  gpu.func @straddling_modes(%i: index) kernel attributes {known_block_size = array<i32: 32, 1, 1>} {
    %0 = humming_tile.alloc at 0 : !humming_tile.smem<2x8x12xf16, #odd>
    // expected-error @+1 {{expected memory that the fragment's modes divide into whole bytes, got}}
    %1 = humming_tile.load %0 stage %i : !humming_tile.smem<2x8x12xf16, #odd> -> !humming_tile.frag<8x12xf16, #six>
    gpu.return
  }
}

// -----

#weights = #humming_tile.layout<[[1, 2, 2, 8], [1, 4, 2, 4, 2]] thread [0, 4, 3, 7] reg [1, 5, 6, 2, 8]>
#scattered = #humming_tile.layout<[[1, 2, 2, 8], [1, 4, 2, 4, 2]] thread [0, 4, 3, 7] reg [5, 1, 8, 6, 2]>
#packed = #humming_tile.layout<[[2, 2, 8], [1, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
gpu.module @kernels {
  gpu.func @scattered_codes(%i: index) kernel attributes {known_block_size = array<i32: 32, 1, 1>} {
    %0 = humming_tile.alloc at 0 : !humming_tile.smem<2x32x64x!humming.code<u4>, #packed>
    %1 = humming_tile.load %0 stage %i
       : !humming_tile.smem<2x32x64x!humming.code<u4>, #packed> -> !humming_tile.frag<32x64x!humming.code<u4>, #scattered>
    // expected-error @+1 {{expected the codes of a packed tile together, got}}
    %2 = humming_tile.dequant !humming.code<u4> %1
       : !humming_tile.frag<32x64x!humming.code<u4>, #scattered> -> !humming_tile.frag<32x64xf16, #weights>
    gpu.return
  }
}

// -----

#single = #humming_tile.layout<[[1, 2, 2, 8], [1, 4, 2, 4, 2]] thread [0, 4, 3, 7] reg [5, 8, 6, 2, 1]>
#packed = #humming_tile.layout<[[2, 2, 8], [1, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
gpu.module @kernels {
  gpu.func @single_codes(%i: index) kernel attributes {known_block_size = array<i32: 32, 1, 1>} {
    %0 = humming_tile.alloc at 0 : !humming_tile.smem<2x32x64x!humming.code<u4>, #packed>
    // expected-error @+1 {{expected memory that the fragment's modes divide into whole bytes, got}}
    %1 = humming_tile.load %0 stage %i
       : !humming_tile.smem<2x32x64x!humming.code<u4>, #packed> -> !humming_tile.frag<32x64x!humming.code<u4>, #single>
    gpu.return
  }
}
