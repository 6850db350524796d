// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @dequant_c1_codes(%c: !humming_tile.frag<64x64xi4>) {
  // expected-error @+1 {{expected codes, got 'i4'}}
  %0 = humming_tile.dequant !humming.code<u4> %c : !humming_tile.frag<64x64xi4> -> !humming_tile.frag<64x64xf16>
  return
}

// -----

func.func @dequant_c1_shape(%c: !humming_tile.frag<64x64x!humming.code<u4>>) {
  // expected-error @+1 {{expected planes of 64x32, got 64x64}}
  %0 = humming_tile.dequant !humming.code<u4> %c : !humming_tile.frag<64x64x!humming.code<u4>> -> !humming_tile.frag<64x32xf16>
  return
}

// -----

func.func @dequant_c1_bits(%c: !humming_tile.frag<64x64x!humming.code<u4>>) {
  // expected-error @+1 {{expected planes that make up '!humming.code<u5>', got 4 bits}}
  %0 = humming_tile.dequant !humming.code<u5> %c : !humming_tile.frag<64x64x!humming.code<u4>> -> !humming_tile.frag<64x64xf16>
  return
}

// -----

func.func @dequant_c1_type(%c: !humming_tile.frag<64x64x!humming.code<u4>>) {
  // expected-error @+1 {{expected planes that make up 'i4', got 4 bits}}
  %0 = humming_tile.dequant i4 %c : !humming_tile.frag<64x64x!humming.code<u4>> -> !humming_tile.frag<64x64xf16>
  return
}

// -----

func.func @dequant_c2_element(%c: !humming_tile.frag<64x64x!humming.code<u4>>, %s: !humming_tile.frag<64x2xbf16>) {
  // expected-error @+1 {{expected a scale of 64 rows of 'f16' whose columns divide 64, got '!humming_tile.frag<64x2xbf16>'}}
  %0 = humming_tile.dequant !humming.code<u4> %c scale(%s : !humming_tile.frag<64x2xbf16>) : !humming_tile.frag<64x64x!humming.code<u4>> -> !humming_tile.frag<64x64xf16>
  return
}

// -----

func.func @dequant_c2_rows(%c: !humming_tile.frag<64x64x!humming.code<u4>>, %s: !humming_tile.frag<32x2xf16>) {
  // expected-error @+1 {{expected a scale of 64 rows of 'f16' whose columns divide 64, got '!humming_tile.frag<32x2xf16>'}}
  %0 = humming_tile.dequant !humming.code<u4> %c scale(%s : !humming_tile.frag<32x2xf16>) : !humming_tile.frag<64x64x!humming.code<u4>> -> !humming_tile.frag<64x64xf16>
  return
}

// -----

func.func @dequant_c2_columns(%c: !humming_tile.frag<64x64x!humming.code<u4>>, %s: !humming_tile.frag<64x3xf16>) {
  // expected-error @+1 {{expected a scale of 64 rows of 'f16' whose columns divide 64, got '!humming_tile.frag<64x3xf16>'}}
  %0 = humming_tile.dequant !humming.code<u4> %c scale(%s : !humming_tile.frag<64x3xf16>) : !humming_tile.frag<64x64x!humming.code<u4>> -> !humming_tile.frag<64x64xf16>
  return
}

// -----

func.func @dequant_c3_element(%c: !humming_tile.frag<64x64x!humming.code<u4>>, %z: !humming_tile.frag<64x2x!humming.code<u4>>) {
  // expected-error @+1 {{expected zero points of 64 rows of bytes or 'f16', one for each scale, got '!humming_tile.frag<64x2x!humming.code<u4>>'}}
  %0 = humming_tile.dequant !humming.code<u4> %c zero(%z : !humming_tile.frag<64x2x!humming.code<u4>>) : !humming_tile.frag<64x64x!humming.code<u4>> -> !humming_tile.frag<64x64xf16>
  return
}

// -----

func.func @dequant_c3_rows(%c: !humming_tile.frag<64x64x!humming.code<u4>>, %z: !humming_tile.frag<16x2x!humming.code<u8>>) {
  // expected-error @+1 {{expected zero points of 64 rows of bytes or 'f16', one for each scale, got '!humming_tile.frag<16x2x!humming.code<u8>>'}}
  %0 = humming_tile.dequant !humming.code<u4> %c zero(%z : !humming_tile.frag<16x2x!humming.code<u8>>) : !humming_tile.frag<64x64x!humming.code<u4>> -> !humming_tile.frag<64x64xf16>
  return
}

// -----

func.func @dequant_c3_columns(%c: !humming_tile.frag<64x64x!humming.code<u4>>, %s: !humming_tile.frag<64x2xf16>, %z: !humming_tile.frag<64x1x!humming.code<u8>>) {
  // expected-error @+1 {{expected zero points of 64 rows of bytes or 'f16', one for each scale, got '!humming_tile.frag<64x1x!humming.code<u8>>'}}
  %0 = humming_tile.dequant !humming.code<u4> %c scale(%s : !humming_tile.frag<64x2xf16>) zero(%z : !humming_tile.frag<64x1x!humming.code<u8>>) : !humming_tile.frag<64x64x!humming.code<u4>> -> !humming_tile.frag<64x64xf16>
  return
}

// -----

func.func @dequant_c3_divisor(%c: !humming_tile.frag<64x64x!humming.code<u4>>, %z: !humming_tile.frag<64x3x!humming.code<u8>>) {
  // expected-error @+1 {{expected zero points of 64 rows of bytes or 'f16', one for each scale, got '!humming_tile.frag<64x3x!humming.code<u8>>'}}
  %0 = humming_tile.dequant !humming.code<u4> %c zero(%z : !humming_tile.frag<64x3x!humming.code<u8>>) : !humming_tile.frag<64x64x!humming.code<u4>> -> !humming_tile.frag<64x64xf16>
  return
}

// -----

func.func @dequant_c3_type(%c: !humming_tile.frag<64x64x!humming.code<u4>>, %z: !humming_tile.frag<64x2xbf16>) {
  // expected-error @+1 {{expected zero points of 64 rows of bytes or 'f16', one for each scale, got '!humming_tile.frag<64x2xbf16>'}}
  %0 = humming_tile.dequant !humming.code<u4> %c zero(%z : !humming_tile.frag<64x2xbf16>) : !humming_tile.frag<64x64x!humming.code<u4>> -> !humming_tile.frag<64x64xf16>
  return
}

// -----

func.func @dequant_c3_integers(%c: !humming_tile.frag<64x64x!humming.code<u4>>, %z: !humming_tile.frag<64x2xi8>) {
  // expected-error @+1 {{expected zero points of 64 rows of bytes or 'f16', one for each scale, got '!humming_tile.frag<64x2xi8>'}}
  %0 = humming_tile.dequant !humming.code<u4> %c zero(%z : !humming_tile.frag<64x2xi8>) : !humming_tile.frag<64x64x!humming.code<u4>> -> !humming_tile.frag<64x64xf16>
  return
}

// -----

func.func @dequant_c5_scale(%c: !humming_tile.frag<64x64x!humming.code<u4>>, %s: !humming_tile.frag<64x1xf16>) {
  // expected-error @+1 {{expected in_place without scale, with a minifloat of fewer exponent bits and f16, got '!humming.code<e2m1>' to 'f16'}}
  %0 = humming_tile.dequant !humming.code<e2m1> %c scale(%s : !humming_tile.frag<64x1xf16>) {in_place} : !humming_tile.frag<64x64x!humming.code<u4>> -> !humming_tile.frag<64x64xf16>
  return
}

// -----

func.func @dequant_c5_type(%c: !humming_tile.frag<64x64x!humming.code<u4>>) {
  // expected-error @+1 {{expected in_place without scale, with a minifloat of fewer exponent bits and f16, got '!humming.code<e2m1>' to 'bf16'}}
  %0 = humming_tile.dequant !humming.code<e2m1> %c {in_place} : !humming_tile.frag<64x64x!humming.code<u4>> -> !humming_tile.frag<64x64xbf16>
  return
}
