// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @warpgroup_atom_c1_name(%a: vector<8xf16>, %b: i64, %c: vector<4xf32>) {
  // expected-error @+1 {{expected an atom of a warpgroup in Target/MmaAtoms.td, got "m16n8k16" on 'f16', 'f32'}}
  %0 = humming_tile.warpgroup_atom "m16n8k16" %a, %b, %c : vector<8xf16>, vector<4xf32>
  return
}

// -----

func.func @warpgroup_atom_c1_types(%a: vector<8xf16>, %b: i64, %c: vector<4xf16>) {
  // expected-error @+1 {{expected an atom of a warpgroup in Target/MmaAtoms.td, got "m64k16" on 'f16', 'f16'}}
  %0 = humming_tile.warpgroup_atom "m64k16" %a, %b, %c : vector<8xf16>, vector<4xf16>
  return
}

// -----

func.func @warpgroup_atom_c1_operand(%a: vector<8xf16>, %b: i64, %c: vector<4xf32>) {
  // expected-error @+1 {{expected an atom of a warpgroup in Target/MmaAtoms.td, got "m64k32" on 'f16', 'f32'}}
  %0 = humming_tile.warpgroup_atom "m64k32" %a, %b, %c : vector<8xf16>, vector<4xf32>
  return
}

// -----

func.func @warpgroup_atom_c1_weights(%a: vector<4xf16>, %b: i64, %c: vector<4xf32>) {
  // expected-error @+1 {{expected 8 elements of a and 4 of c for every 8 of at most 256 tokens, got 'vector<4xf16>' and 'vector<4xf32>'}}
  %0 = humming_tile.warpgroup_atom "m64k16" %a, %b, %c : vector<4xf16>, vector<4xf32>
  return
}

// -----

func.func @warpgroup_atom_c1_tokens(%a: vector<8xf16>, %b: i64, %c: vector<6xf32>) {
  // expected-error @+1 {{expected 8 elements of a and 4 of c for every 8 of at most 256 tokens, got 'vector<8xf16>' and 'vector<6xf32>'}}
  %0 = humming_tile.warpgroup_atom "m64k16" %a, %b, %c : vector<8xf16>, vector<6xf32>
  return
}

// -----

func.func @warpgroup_atom_c1_most_tokens(%a: vector<8xf16>, %b: i64, %c: vector<132xf32>) {
  // expected-error @+1 {{expected 8 elements of a and 4 of c for every 8 of at most 256 tokens, got 'vector<8xf16>' and 'vector<132xf32>'}}
  %0 = humming_tile.warpgroup_atom "m64k16" %a, %b, %c : vector<8xf16>, vector<132xf32>
  return
}

// -----

func.func @from_zero_c1_tokens(%a: vector<8xf16>, %b: i64) {
  // expected-error @+1 {{expected 8 elements of a and 4 of c for every 8 of at most 256 tokens, got 'vector<8xf16>' and 'vector<6xf32>'}}
  %0 = humming_tile.warpgroup_atom "m64k16" %a, %b : vector<8xf16>, vector<6xf32>
  return
}

// -----

func.func @result_type(%a: vector<8xf16>, %b: i64, %c: vector<4xf32>) {
  // expected-error @+1 {{failed to verify that all of {c, result} have same type}}
  %0 = "humming_tile.warpgroup_atom"(%a, %b, %c) <{atom = "m64k16"}> : (vector<8xf16>, i64, vector<4xf32>) -> vector<8xf32>
  return
}

// -----

func.func @warpgroup_atom_c2_descriptor(%a: i64, %b: i64) {
  // expected-error @+1 {{expected the type of operands of 8 bits beside a descriptor of a, and none beside registers, got 'i64'}}
  %0 = humming_tile.warpgroup_atom "m64k32" %a, %b : i64, vector<4xf32>
  return
}

// -----

func.func @warpgroup_atom_c2_registers(%a: vector<16xi8>, %b: i64) {
  // expected-error @+1 {{expected the type of operands of 8 bits beside a descriptor of a, and none beside registers, got 'vector<16xi8>'}}
  %0 = humming_tile.warpgroup_atom "m64k32" %a of i8, %b : vector<16xi8>, vector<4xi32>
  return
}

// -----

func.func @warpgroup_atom_c2_bits(%a: i64, %b: i64) {
  // expected-error @+1 {{expected the type of operands of 8 bits beside a descriptor of a, and none beside registers, got 'i64'}}
  %0 = humming_tile.warpgroup_atom "m64k16" %a of f16, %b : i64, vector<4xf32>
  return
}

// -----

func.func @warpgroup_atom_c1_shared(%a: i64, %b: i64) {
  // expected-error @+1 {{expected an atom of a warpgroup in Target/MmaAtoms.td, got "m64k32" on 'i8', 'f32'}}
  %0 = humming_tile.warpgroup_atom "m64k32" %a of i8, %b : i64, vector<4xf32>
  return
}
