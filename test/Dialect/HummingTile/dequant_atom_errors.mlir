// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @dequant_atom_c1_words(%w: vector<3xi32>) {
  // expected-error @+1 {{expected a word for each bit of the code, got 3 for '!humming.code<u4>'}}
  %0:4 = humming_tile.dequant_atom %w
       : !humming.code<u4>, vector<3xi32> -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>
  return
}

// -----

func.func @dequant_atom_c1_code(%w: vector<4xi32>) {
  // expected-error @+1 {{expected a word for each bit of the code, got 4 for 'i4'}}
  %0:4 = humming_tile.dequant_atom %w
       : i4, vector<4xi32> -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>
  return
}

// -----

func.func @dequant_atom_c1_types(%w: vector<4xi32>) {
  // expected-error @+1 {{expected results of one type, got 'vector<8xf16>' and 'vector<16xf16>'}}
  %0:3 = humming_tile.dequant_atom %w
       : !humming.code<u4>, vector<4xi32> -> vector<8xf16>, vector<16xf16>, vector<8xf16>
  return
}

// -----

func.func @dequant_atom_c1_elements(%w: vector<4xi32>) {
  // expected-error @+1 {{expected 32 elements of results, got 16}}
  %0:2 = humming_tile.dequant_atom %w
       : !humming.code<u4>, vector<4xi32> -> vector<8xf16>, vector<8xf16>
  return
}

// -----

func.func @dequant_atom_c2_scale_type(%w: vector<4xi32>, %s: vector<2xbf16>) {
  // expected-error @+1 {{expected two scales of 'f16' for each group, got 'vector<2xbf16>'}}
  %0:4 = humming_tile.dequant_atom %w scale(%s : vector<2xbf16>)
       : !humming.code<u4>, vector<4xi32> -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>
  return
}

// -----

// Products for operands of 8 bits are made in f16.
func.func @dequant_atom_c2_scale_narrow(%w: vector<4xi32>, %s: vector<2xf8E4M3FN>) {
  // expected-error @+1 {{expected two scales of 'f16' for each group, got 'vector<2xf8E4M3FN>'}}
  %0:2 = humming_tile.dequant_atom %w scale(%s : vector<2xf8E4M3FN>)
       : !humming.code<u4>, vector<4xi32> -> vector<16xf8E4M3FN>, vector<16xf8E4M3FN>
  return
}

// -----

func.func @dequant_atom_c2_scale_length(%w: vector<4xi32>, %s: vector<3xf16>) {
  // expected-error @+1 {{expected two scales of 'f16' for each group, got 'vector<3xf16>'}}
  %0:4 = humming_tile.dequant_atom %w scale(%s : vector<3xf16>)
       : !humming.code<u4>, vector<4xi32> -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>
  return
}

// -----

func.func @dequant_atom_c2_zero(%w: vector<4xi32>, %z: vector<2xi16>) {
  // expected-error @+1 {{expected two zero points, bytes or 'f16', for each group, got 'vector<2xi16>'}}
  %0:4 = humming_tile.dequant_atom %w zero(%z : vector<2xi16>)
       : !humming.code<u4>, vector<4xi32> -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>
  return
}

// -----

func.func @dequant_atom_c2_groups(%w: vector<4xi32>, %s: vector<2xf16>, %z: vector<4xi8>) {
  // expected-error @+1 {{expected as many zero points as scales, got 'vector<4xi8>' and 'vector<2xf16>'}}
  %0:4 = humming_tile.dequant_atom %w scale(%s : vector<2xf16>) zero(%z : vector<4xi8>)
       : !humming.code<u4>, vector<4xi32> -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>
  return
}

// -----

func.func @dequant_atom_c2_zero_type(%w: vector<4xi32>, %z: vector<2xbf16>) {
  // expected-error @+1 {{expected two zero points, bytes or 'f16', for each group, got 'vector<2xbf16>'}}
  %0:4 = humming_tile.dequant_atom %w zero(%z : vector<2xbf16>)
       : !humming.code<u4>, vector<4xi32> -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>
  return
}

// -----

func.func @dequant_atom_c4(%w: vector<4xi32>) {
  // expected-error @+1 {{expected in_place without scale, with a minifloat of fewer exponent bits and f16, got '!humming.code<u4>' to 'f16'}}
  %0:4 = humming_tile.dequant_atom %w {in_place}
       : !humming.code<u4>, vector<4xi32> -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>
  return
}
