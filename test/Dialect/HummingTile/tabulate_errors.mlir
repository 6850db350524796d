// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @tabulate_c1_code(%t: !humming_tile.smem<1x1x32xf16>) {
  // expected-error @+1 {{expected a table of at least 16 values and a 16-bit float, got '!humming.code<u5>' and 'f16'}}
  humming_tile.tabulate !humming.code<u5> to %t : !humming_tile.smem<1x1x32xf16>
  return
}

// -----

func.func @tabulate_c1_small(%t: !humming_tile.smem<1x1x8xf16>) {
  // expected-error @+1 {{expected a table of at least 16 values and a 16-bit float, got}}
  humming_tile.tabulate !humming.code<lut3, [0, 1, 2, 3, 4, 5, 6, 7]> to %t : !humming_tile.smem<1x1x8xf16>
  return
}

// -----

func.func @tabulate_c2_pairs(%t: !humming_tile.smem<1x1x16xf16>) {
  // expected-error @+1 {{expected a buffer of 1x256x64, got '!humming_tile.smem<1x1x16xf16>'}}
  humming_tile.tabulate !humming.code<nf4> to %t : !humming_tile.smem<1x1x16xf16>
  return
}

// -----

func.func @dequant_c4_pairs(%codes: !humming_tile.frag<64x64x!humming.code<nf4>>, %t: !humming_tile.smem<1x1x16xf16>) {
  // expected-error @+1 {{expected a table of 1x256x64x'f16', got '!humming_tile.smem<1x1x16xf16>'}}
  %w = humming_tile.dequant !humming.code<nf4> %codes table(%t : !humming_tile.smem<1x1x16xf16>)
     : !humming_tile.frag<64x64x!humming.code<nf4>> -> !humming_tile.frag<64x64xf16>
  return
}

// -----

func.func @dequant_atom_c3_no_copy(%w: vector<4xi32>, %t: memref<?xi8, 3>) {
  // expected-error @+1 {{expected a copy beside a table of pairs, which '!humming.code<nf4>' has}}
  %r:4 = humming_tile.dequant_atom %w table(%t : memref<?xi8, 3>)
       : !humming.code<nf4>, vector<4xi32> -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>
  return
}

// -----

func.func @dequant_atom_c3_copy(%w: vector<4xi32>, %copy: index) {
  // expected-error @+1 {{expected a copy beside a table of pairs, which '!humming.code<nf4>' has not}}
  %r:4 = humming_tile.dequant_atom %w copy %copy
       : !humming.code<nf4>, vector<4xi32> -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>
  return
}

// -----

!code = !humming.code<lut5, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
                             16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31]>

func.func @tabulate_c1_type(%t: !humming_tile.smem<1x1x32xf32>) {
  // expected-error @+1 {{and 'f32'}}
  humming_tile.tabulate !code to %t : !humming_tile.smem<1x1x32xf32>
  return
}

func.func @tabulate_c2_shape(%t: !humming_tile.smem<1x2x16xf16>) {
  // expected-error @+1 {{expected a buffer of 1x1x32, got '!humming_tile.smem<1x2x16xf16>'}}
  humming_tile.tabulate !code to %t : !humming_tile.smem<1x2x16xf16>
  return
}

func.func @dequant_c4_table(%four: !humming_tile.frag<64x64x!humming.code<u4>>, %one: !humming_tile.frag<64x64x!humming.code<u1>>,
                            %t: !humming_tile.smem<1x1x32xbf16>) {
  // expected-error @+1 {{expected a table of 1x1x32x'f16', got '!humming_tile.smem<1x1x32xbf16>'}}
  %w = humming_tile.dequant !code %four, %one table(%t : !humming_tile.smem<1x1x32xbf16>)
     : !humming_tile.frag<64x64x!humming.code<u4>>, !humming_tile.frag<64x64x!humming.code<u1>> -> !humming_tile.frag<64x64xf16>
  return
}

func.func @dequant_atom_c3_table(%w: vector<5xi32>, %t: memref<?xf16, 3>) {
  // expected-error @+1 {{operand #1 must be 1D memref of 8-bit signless integer values, but got 'memref<?xf16, 3>'}}
  %r:4 = humming_tile.dequant_atom %w table(%t : memref<?xf16, 3>)
       : !code, vector<5xi32> -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>
  return
}
