// RUN: humming-opt %s --humming-tile-interleave-products --split-input-file --verify-diagnostics

gpu.module @kernels {
  gpu.func @open() {
    // expected-error @+1 {{expected a warpgroup_commit behind it}}
    humming_tile.warpgroup_fence
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @elsewhere(%sum: vector<4xf32>) -> vector<4xf32> {
    // expected-error @+1 {{expected at most one group to stay in flight, and that in front of it, got 1}}
    %w = humming_tile.warpgroup_wait 1 %sum : (vector<4xf32>) -> vector<4xf32>
    gpu.return %w : vector<4xf32>
  }
}

// -----

gpu.module @kernels {
  gpu.func @two(%sum: vector<4xf32>) -> vector<4xf32> {
    humming_tile.warpgroup_fence
    humming_tile.warpgroup_commit
    // expected-error @+1 {{expected at most one group to stay in flight, and that in front of it, got 2}}
    %w = humming_tile.warpgroup_wait 2 %sum : (vector<4xf32>) -> vector<4xf32>
    gpu.return %w : vector<4xf32>
  }
}
