// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @map_c1_input(%a: !humming_tile.frag<64x16xf32>, %b: !humming_tile.frag<64x8xf16>) {
  // expected-error @+1 {{expected inputs of 64x16, or one row or column for all, got 64x8}}
  %0 = humming_tile.map(%a, %b : !humming_tile.frag<64x16xf32>, !humming_tile.frag<64x8xf16>) {
  ^bb0(%x: f32, %y: f16):
    humming_tile.yield %x : f32
  } -> !humming_tile.frag<64x16xf32>
  return
}

// -----

func.func @map_c1_result(%a: !humming_tile.frag<64x16xf32>, %b: !humming_tile.frag<64x16xf16>) {
  // expected-error @+1 {{expected inputs of 16x64, or one row or column for all, got 64x16}}
  %0 = humming_tile.map(%a, %b : !humming_tile.frag<64x16xf32>, !humming_tile.frag<64x16xf16>) {
  ^bb0(%x: f32, %y: f16):
    humming_tile.yield %x : f32
  } -> !humming_tile.frag<16x64xf32>
  return
}

// -----

func.func @map_c2_arguments(%a: !humming_tile.frag<64x16xf32>, %b: !humming_tile.frag<64x16xf16>) {
  // expected-error @+1 {{expected the region to take one scalar of each input}}
  %0 = humming_tile.map(%a, %b : !humming_tile.frag<64x16xf32>, !humming_tile.frag<64x16xf16>) {
  ^bb0(%x: f32):
    humming_tile.yield %x : f32
  } -> !humming_tile.frag<64x16xf32>
  return
}

// -----

func.func @map_c2_argument_type(%a: !humming_tile.frag<64x16xf32>, %b: !humming_tile.frag<64x16xf16>) {
  // expected-error @+1 {{expected the region to take one scalar of each input}}
  %0 = humming_tile.map(%a, %b : !humming_tile.frag<64x16xf32>, !humming_tile.frag<64x16xf16>) {
  ^bb0(%x: f32, %y: f32):
    humming_tile.yield %x : f32
  } -> !humming_tile.frag<64x16xf32>
  return
}

// -----

func.func @map_c2_yield_type(%a: !humming_tile.frag<64x16xf32>, %b: !humming_tile.frag<64x16xf16>) {
  // expected-error @+1 {{expected the region to yield 'f32'}}
  %0 = humming_tile.map(%a, %b : !humming_tile.frag<64x16xf32>, !humming_tile.frag<64x16xf16>) {
  ^bb0(%x: f32, %y: f16):
    humming_tile.yield %y : f16
  } -> !humming_tile.frag<64x16xf32>
  return
}

// -----

func.func @map_c2_yield_nothing(%a: !humming_tile.frag<64x16xf32>, %b: !humming_tile.frag<64x16xf16>) {
  // expected-error @+1 {{expected the region to yield 'f32'}}
  %0 = humming_tile.map(%a, %b : !humming_tile.frag<64x16xf32>, !humming_tile.frag<64x16xf16>) {
  ^bb0(%x: f32, %y: f16):
    humming_tile.yield
  } -> !humming_tile.frag<64x16xf32>
  return
}

// -----

func.func @map_c1_rows(%a: !humming_tile.frag<64x16xf32>, %b: !humming_tile.frag<2x16xf16>) {
  // expected-error @+1 {{expected inputs of 64x16, or one row or column for all, got 2x16}}
  %0 = humming_tile.map(%a, %b : !humming_tile.frag<64x16xf32>, !humming_tile.frag<2x16xf16>) {
  ^bb0(%x: f32, %y: f16):
    humming_tile.yield %x : f32
  } -> !humming_tile.frag<64x16xf32>
  return
}
