// RUN: humming-opt %s --humming-tile-assign-layouts --split-input-file --verify-diagnostics

gpu.module @kernels {
  // expected-error @+1 {{expected known_block_size on a kernel in tile form}}
  gpu.func @threads() kernel {
    gpu.return
  }
}

// -----

#weights = #humming_tile.layout<[[4, 2, 8], [2, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
gpu.module @kernels {
  gpu.func @packed_copy(%w: memref<64x128x!humming.code<u4>, #weights>, %i: index) kernel
      attributes {known_block_size = array<i32: 64, 1, 1>} {
    %0 = humming_tile.alloc : !humming_tile.smem<2x24x64x!humming.code<u4>>
    // expected-error @+1 {{expected a tile made of whole packed tiles, got '!humming_tile.smem<2x24x64x!humming.code<u4>>'}}
    humming_tile.copy %w[%i, %i] to %0 : memref<64x128x!humming.code<u4>, #weights> to !humming_tile.smem<2x24x64x!humming.code<u4>>
    gpu.return
  }
}

// -----

#weights = #humming_tile.layout<[[4, 2, 8], [2, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
gpu.module @kernels {
  gpu.func @two_orders(%w: memref<64x128x!humming.code<u4>, #weights>, %plain: memref<64x128x!humming.code<u4>>, %i: index) kernel
      attributes {known_block_size = array<i32: 64, 1, 1>} {
    %0 = humming_tile.alloc : !humming_tile.smem<2x64x64x!humming.code<u4>>
    humming_tile.copy %w[%i, %i] to %0 : memref<64x128x!humming.code<u4>, #weights> to !humming_tile.smem<2x64x64x!humming.code<u4>>
    // expected-error @+1 {{expected one memory order for a buffer, got}}
    humming_tile.copy %plain[%i, %i] to %0
      : memref<64x128x!humming.code<u4>> to !humming_tile.smem<2x64x64x!humming.code<u4>>
    gpu.return
  }
}

// -----

#few = #humming_tile.layout<[[1, 8], [1]] offset [0, 2, 1]>
gpu.module @kernels {
  gpu.func @short_copy(%a: memref<8x1xi8, #few>, %i: index) kernel
      attributes {known_block_size = array<i32: 64, 1, 1>} {
    %0 = humming_tile.alloc : !humming_tile.smem<2x8x1xi8>
    // expected-error @+1 {{expected a tile of whole runs of 16 bytes, got '!humming_tile.smem<2x8x1xi8>'}}
    humming_tile.copy %a[%i, %i] to %0 : memref<8x1xi8, #few> to !humming_tile.smem<2x8x1xi8>
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @two_layouts(%x: memref<64x64xf16>, %acc: !humming_tile.frag<64x64xf32>, %i: index) kernel
      attributes {known_block_size = array<i32: 64, 1, 1>} {
    // expected-error @+1 {{expected one layout for a fragment, got}}
    %0 = humming_tile.load %x[%i, %i] : memref<64x64xf16> -> !humming_tile.frag<64x64xf16>
    %1 = humming_tile.mma "m16n8k16" warps [2, 1] %0, %0, %acc
       : !humming_tile.frag<64x64xf16>, !humming_tile.frag<64x64xf16>, !humming_tile.frag<64x64xf32>
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @no_layout_for_a_fragment(%x: f32) kernel
      attributes {known_block_size = array<i32: 64, 1, 1>} {
    // expected-error @+1 {{expected a layout to reach this fragment from an mma or a packed store}}
    %0 = humming_tile.splat %x : f32 -> !humming_tile.frag<64x16xf32>
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @no_layout_for_a_buffer() kernel
      attributes {known_block_size = array<i32: 64, 1, 1>} {
    // expected-error @+1 {{expected a layout to reach this buffer from a copy}}
    %0 = humming_tile.alloc : !humming_tile.smem<2x64x64xf16>
    gpu.return
  }
}

// -----

#weights = #humming_tile.layout<[[4, 2, 8], [2, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
gpu.module @kernels {
  gpu.func @packed_store(%plain: memref<64x128x!humming.code<u4>>, %w: memref<64x128x!humming.code<u4>, #weights>, %i: index) kernel
      attributes {known_block_size = array<i32: 64, 1, 1>} {
    %0 = humming_tile.load %plain[%i, %i] : memref<64x128x!humming.code<u4>> -> !humming_tile.frag<24x64x!humming.code<u4>>
    // expected-error @+1 {{expected a tile made of whole packed tiles, got '!humming_tile.frag<24x64x!humming.code<u4>>'}}
    humming_tile.store %0 to %w[%i, %i] : !humming_tile.frag<24x64x!humming.code<u4>> to memref<64x128x!humming.code<u4>, #weights>
    gpu.return
  }
}
