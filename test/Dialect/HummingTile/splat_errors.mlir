// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @splat_c1_element(%x: f16) {
  // expected-error @+1 {{expected a scalar of 'f32', got 'f16'}}
  %0 = humming_tile.splat %x : f16 -> !humming_tile.frag<64x16xf32>
  return
}
