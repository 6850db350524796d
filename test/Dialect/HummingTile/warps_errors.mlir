// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @warps_c1_first() {
  // expected-error @+1 {{expected a first warp of at least 0 and at least one warp, got -1 and 1}}
  humming_tile.warps from -1 count 1 {
    gpu.barrier
  }
  return
}

// -----

func.func @warps_c1_count() {
  // expected-error @+1 {{expected a first warp of at least 0 and at least one warp, got 8 and 0}}
  humming_tile.warps from 8 count 0 {
    gpu.barrier
  }
  return
}
