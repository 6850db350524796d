// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @warpgroup_wait_c1_values(%w: vector<8xf16>) {
  // expected-error @+1 {{expected values to wait for}}
  "humming_tile.warpgroup_wait"(%w) <{pending = 0 : i32, operandSegmentSizes = array<i32: 0, 1>}> : (vector<8xf16>) -> ()
  return
}

// -----

func.func @warpgroup_wait_c1_results(%x: vector<4xf32>) {
  // expected-error @+1 {{expected results of the values' types, got 'vector<8xf32>' of 'vector<4xf32>'}}
  %0 = humming_tile.warpgroup_wait 0 %x : (vector<4xf32>) -> vector<8xf32>
  return
}

// -----

func.func @warpgroup_wait_c1_number(%x: vector<4xf32>) {
  // expected-error @+1 {{expected results of the values' types, got 'vector<4xf32>', 'vector<4xf32>' of 'vector<4xf32>'}}
  %0:2 = humming_tile.warpgroup_wait 0 %x : (vector<4xf32>) -> (vector<4xf32>, vector<4xf32>)
  return
}

// -----

func.func @negative(%x: vector<4xf32>) {
  // expected-error @+1 {{attribute 'pending' failed to satisfy constraint: 32-bit signless integer attribute whose value is non-negative}}
  %0 = humming_tile.warpgroup_wait -1 %x : (vector<4xf32>) -> vector<4xf32>
  return
}

// -----

func.func @scalar(%x: f32) {
  // expected-error @+1 {{operand #0 must be variadic of}}
  %0 = humming_tile.warpgroup_wait 0 %x : (f32) -> f32
  return
}
