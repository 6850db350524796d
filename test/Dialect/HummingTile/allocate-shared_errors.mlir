// RUN: humming-opt %s --humming-tile-allocate-shared=arch=sm_75 --split-input-file --verify-diagnostics

gpu.module @kernels {
  // expected-error @+1 {{expected at most 65536 bytes of shared memory on sm_75, got 73728; use fewer stages or a smaller block}}
  gpu.func @limit() kernel attributes {
      humming_tile.launch = #humming_tile.launch<threads = 128, shared = 0, tiles = 4, block_n = 64, block_m = 16,
                                                 split = 1>} {
    // expected-note @+1 {{8192 bytes for '!humming_tile.smem<2x128x64x!humming.code<u4>>'}}
    %codes = humming_tile.alloc : !humming_tile.smem<2x128x64x!humming.code<u4>>
    // expected-note @+1 {{65536 bytes for '!humming_tile.smem<4x128x64xf16>'}}
    %tokens = humming_tile.alloc : !humming_tile.smem<4x128x64xf16>
    gpu.return
  }
}

// -----

gpu.module @kernels {
  // expected-error @+1 {{expected a humming_tile.launch on the kernel}}
  gpu.func @launch() kernel {
    gpu.return
  }
}
