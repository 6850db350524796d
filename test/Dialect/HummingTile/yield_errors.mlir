// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @yield_c1_parent() {
  // expected-error @+1 {{expects parent op to be one of 'humming_tile.foreach, humming_tile.pipeline, humming_tile.map'}}
  humming_tile.yield
}

// -----

func.func @not_last(%x: !humming_tile.frag<16x8xf32>) {
  %0 = humming_tile.map(%x : !humming_tile.frag<16x8xf32>) {
  ^bb0(%y: f32):
    // expected-error @+1 {{'humming_tile.yield' op must be the last operation in the parent block}}
    humming_tile.yield %y : f32
    humming_tile.yield %y : f32
  } -> !humming_tile.frag<16x8xf32>
  return
}
