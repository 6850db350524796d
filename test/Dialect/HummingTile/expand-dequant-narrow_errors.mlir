// RUN: humming-opt %s --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(gpu.module(humming-tile-expand-dequant))'

gpu.module @scaled_integers {
  gpu.func @f(%w: vector<4xi32>, %s: vector<2xi8>) -> vector<16xi8> {
    // expected-error @+1 {{expected a scale only with an integer code and e4m3 or e5m2 operands, got '!humming.code<u4>' to 'i8': it belongs to the accumulators}}
    %r:2 = humming_tile.dequant_atom %w scale(%s : vector<2xi8>)
       : !humming.code<u4>, vector<4xi32> -> vector<16xi8>, vector<16xi8>
    gpu.return %r#0 : vector<16xi8>
  }
}

// -----

gpu.module @scaled_minifloats {
  gpu.func @f(%w: vector<4xi32>, %s: vector<2xf16>) -> vector<16xf8E4M3FN> {
    // expected-error @+1 {{expected a scale only with an integer code and e4m3 or e5m2 operands, got '!humming.code<e2m1>' to 'f8E4M3FN': it belongs to the accumulators}}
    %r:2 = humming_tile.dequant_atom %w scale(%s : vector<2xf16>)
       : !humming.code<e2m1>, vector<4xi32> -> vector<16xf8E4M3FN>, vector<16xf8E4M3FN>
    gpu.return %r#0 : vector<16xf8E4M3FN>
  }
}

// -----

gpu.module @length {
  gpu.func @f(%w: vector<4xi32>) -> vector<8xi8> {
    // expected-error @+1 {{expected vectors of 16 elements of 'i8', got 8}}
    %r:4 = humming_tile.dequant_atom %w
       : !humming.code<u4>, vector<4xi32> -> vector<8xi8>, vector<8xi8>, vector<8xi8>, vector<8xi8>
    gpu.return %r#0 : vector<8xi8>
  }
}

// -----

// -31 to 31 are too many for four bits of precision.
gpu.module @zero_points_of_five_bits {
  gpu.func @f(%w: vector<5xi32>, %z: vector<2xi8>) -> vector<16xf8E4M3FN> {
    // expected-error @+1 {{no recipe from '!humming.code<u5>' with zero points to 'f8E4M3FN': expected a minifloat of at most 4 exponent and 3 fraction bits, or an integer code whose numbers are at most 16, unsigned beside zero points}}
    %r:2 = humming_tile.dequant_atom %w zero(%z : vector<2xi8>)
       : !humming.code<u5>, vector<5xi32> -> vector<16xf8E4M3FN>, vector<16xf8E4M3FN>
    gpu.return %r#0 : vector<16xf8E4M3FN>
  }
}

// -----

gpu.module @minifloat {
  gpu.func @f(%w: vector<4xi32>) -> vector<32xi4> {
    // expected-error @+1 {{no recipe from '!humming.code<e2m1>' to 'i4': expected an integer code of at most 4 bits, unsigned and of one less beside zero points}}
    %r = humming_tile.dequant_atom %w : !humming.code<e2m1>, vector<4xi32> -> vector<32xi4>
    gpu.return %r : vector<32xi4>
  }
}

// -----

gpu.module @signed_zero_point {
  gpu.func @f(%w: vector<4xi32>, %z: vector<2xi8>) -> vector<16xi8> {
    // expected-error @+1 {{no recipe from '!humming.code<i4>' with zero points to 'i8'}}
    %r:2 = humming_tile.dequant_atom %w zero(%z : vector<2xi8>)
       : !humming.code<i4>, vector<4xi32> -> vector<16xi8>, vector<16xi8>
    gpu.return %r#0 : vector<16xi8>
  }
}

// -----

gpu.module @float_zero_point {
  gpu.func @f(%w: vector<4xi32>, %z: vector<2xf8E4M3FN>) -> vector<16xf8E4M3FN> {
    // expected-error @+1 {{expected zero points of bytes with operands of 8 bits, got 'vector<2xf8E4M3FN>'}}
    %r:2 = humming_tile.dequant_atom %w zero(%z : vector<2xf8E4M3FN>)
       : !humming.code<u4>, vector<4xi32> -> vector<16xf8E4M3FN>, vector<16xf8E4M3FN>
    gpu.return %r#0 : vector<16xf8E4M3FN>
  }
}

// -----

// The sixteen columns of a group are half those of a register.
gpu.module @groups {
  gpu.func @f(%w: vector<3xi32>, %z: vector<8xi8>) -> vector<32xi4> {
    // expected-error @+1 {{expected at most 4 zero points with operands of 4 bits, whose registers have one each, got 'vector<8xi8>'}}
    %r = humming_tile.dequant_atom %w zero(%z : vector<8xi8>) : !humming.code<u3>, vector<3xi32> -> vector<32xi4>
    gpu.return %r : vector<32xi4>
  }
}
