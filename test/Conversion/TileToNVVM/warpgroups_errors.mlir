// RUN: humming-opt %s --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(gpu.module(convert-humming-tile-to-nvvm{arch=sm_80}))'

gpu.module @fence {
  gpu.func @f() kernel attributes {humming_tile.launch = #humming_tile.launch<threads = 128, shared = 1024, tiles = 1, block_n = 64, block_m = 8, split = 1>} {
    // expected-error @+1 {{failed to legalize operation 'humming_tile.warpgroup_fence'}}
    humming_tile.warpgroup_fence
    gpu.return
  }
}

// -----

gpu.module @proxy {
  gpu.func @f() kernel attributes {humming_tile.launch = #humming_tile.launch<threads = 128, shared = 1024, tiles = 1, block_n = 64, block_m = 8, split = 1>} {
    // expected-error @+1 {{failed to legalize operation 'humming_tile.proxy_fence'}}
    humming_tile.proxy_fence
    gpu.return
  }
}
