// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @type() {
  // expected-error @+1 {{op result #0 must be stages of a tile in shared memory, but got '!humming_tile.frag<64x64xf16>'}}
  %0 = "humming_tile.alloc"() : () -> !humming_tile.frag<64x64xf16>
  return
}

// -----

func.func @base() {
  // expected-error @+1 {{Invalid attribute `base` in property conversion: "first"}}
  %0 = "humming_tile.alloc"() <{base = "first"}> : () -> !humming_tile.smem<2x64x64xf16>
  return
}
