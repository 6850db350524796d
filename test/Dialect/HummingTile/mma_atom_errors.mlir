// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @mma_atom_c1_name(%a: vector<8xf16>, %b: vector<4xf16>, %c: vector<4xf32>) {
  // expected-error @+1 {{expected an atom of Target/MmaAtoms.td, got "m8n8k4" on 'vector<8xf16>', 'vector<4xf16>', 'vector<4xf32>'}}
  %0 = humming_tile.mma_atom "m8n8k4" %a, %b, %c : vector<8xf16>, vector<4xf16>, vector<4xf32>
  return
}

// -----

func.func @mma_atom_c1_types(%a: vector<8xbf16>, %b: vector<4xbf16>, %c: vector<4xf16>) {
  // expected-error @+1 {{expected an atom of Target/MmaAtoms.td, got "m16n8k16" on 'vector<8xbf16>', 'vector<4xbf16>', 'vector<4xf16>'}}
  %0 = humming_tile.mma_atom "m16n8k16" %a, %b, %c : vector<8xbf16>, vector<4xbf16>, vector<4xf16>
  return
}

// -----

func.func @mma_atom_c1_weights(%a: vector<4xf16>, %b: vector<4xf16>, %c: vector<4xf32>) {
  // expected-error @+1 {{expected 8 elements, got 'vector<4xf16>'}}
  %0 = humming_tile.mma_atom "m16n8k16" %a, %b, %c : vector<4xf16>, vector<4xf16>, vector<4xf32>
  return
}

// -----

func.func @mma_atom_c1_tokens(%a: vector<8xf16>, %b: vector<2xf16>, %c: vector<4xf32>) {
  // expected-error @+1 {{expected 4 elements, got 'vector<2xf16>'}}
  %0 = humming_tile.mma_atom "m16n8k16" %a, %b, %c : vector<8xf16>, vector<2xf16>, vector<4xf32>
  return
}

// -----

func.func @mma_atom_c1_accumulators(%a: vector<8xf16>, %b: vector<4xf16>, %c: vector<8xf32>) {
  // expected-error @+1 {{expected 4 elements, got 'vector<8xf32>'}}
  %0 = humming_tile.mma_atom "m16n8k16" %a, %b, %c : vector<8xf16>, vector<4xf16>, vector<8xf32>
  return
}

// -----

func.func @result_type(%a: vector<8xf16>, %b: vector<4xf16>, %c: vector<4xf32>) {
  // expected-error @+1 {{failed to verify that all of {c, result} have same type}}
  %0 = "humming_tile.mma_atom"(%a, %b, %c) <{atom = "m16n8k16"}>
     : (vector<8xf16>, vector<4xf16>, vector<4xf32>) -> vector<4xf16>
  return
}

// -----

func.func @mma_atom_c1_scales(%a: vector<32xi4>, %b: vector<16xi4>, %c: vector<4xi32>, %s: vector<2xf8E8M0FNU>) {
  // expected-error @+1 {{expected an atom of Target/MmaAtoms.td, got "m16n8k64" on 'vector<32xi4>', 'vector<16xi4>', 'vector<4xi32>' with scales of 'vector<2xf8E8M0FNU>'}}
  %0 = humming_tile.mma_atom "m16n8k64" %a, %b, %c scales(%s, %s : vector<2xf8E8M0FNU>, vector<2xf8E8M0FNU>)
      : vector<32xi4>, vector<16xi4>, vector<4xi32>
  return
}

// -----

func.func @mma_atom_c2_number(%a: vector<32xf4E2M1FN>, %b: vector<16xf4E2M1FN>, %c: vector<4xf32>, %s: vector<4xf8E8M0FNU>) {
  // expected-error @+1 {{expected scales of both operands, 'vector<2xf8E8M0FNU>' each, got 'vector<4xf8E8M0FNU>', 'vector<4xf8E8M0FNU>'}}
  %0 = humming_tile.mma_atom "m16n8k64" %a, %b, %c scales(%s, %s : vector<4xf8E8M0FNU>, vector<4xf8E8M0FNU>)
      : vector<32xf4E2M1FN>, vector<16xf4E2M1FN>, vector<4xf32>
  return
}

// -----

func.func @mma_atom_c2_both(%a: vector<32xf4E2M1FN>, %b: vector<16xf4E2M1FN>, %c: vector<4xf32>, %s: vector<4xf8E4M3FN>) {
  // expected-error @+1 {{expected scales of both operands, 'vector<4xf8E4M3FN>' each, got 'vector<4xf8E4M3FN>'}}
  %0 = humming_tile.mma_atom "m16n8k64" %a, %b, %c scales(%s : vector<4xf8E4M3FN>)
      : vector<32xf4E2M1FN>, vector<16xf4E2M1FN>, vector<4xf32>
  return
}
