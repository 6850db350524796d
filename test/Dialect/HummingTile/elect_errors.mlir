// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @elect_c1_none() {
  // expected-error @+1 {{expected 1 to 32 lanes, got 0}}
  %0 = humming_tile.elect 0
  return
}

// -----

func.func @elect_c1_most() {
  // expected-error @+1 {{expected 1 to 32 lanes, got 33}}
  %0 = humming_tile.elect 33
  return
}
