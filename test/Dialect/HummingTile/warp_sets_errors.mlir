// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @warp_sets_c1() {
  // expected-error @+1 {{expected at least two sets of warps, got 1}}
  %number, %sets = humming_tile.warp_sets 1
  return
}
