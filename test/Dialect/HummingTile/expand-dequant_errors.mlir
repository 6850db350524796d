// RUN: humming-opt %s --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(gpu.module(humming-tile-expand-dequant))'

// f16 has five exponent bits.
gpu.module @minifloat {
  gpu.func @f(%w: vector<8xi32>) -> vector<8xf16> {
    // expected-error @+1 {{no recipe from '!humming.code<e6m1>' to 'f16': expected an integer code, a table, or a minifloat with at most as many exponent bits}}
    %r:4 = humming_tile.dequant_atom %w
       : !humming.code<e6m1>, vector<8xi32> -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>
    gpu.return %r#0 : vector<8xf16>
  }
}

// -----

gpu.module @operand {
  gpu.func @f(%w: vector<4xi32>) -> vector<8xf32> {
    // expected-error @+1 {{no recipe from '!humming.code<u4>' to 'f32'}}
    %r:4 = humming_tile.dequant_atom %w
       : !humming.code<u4>, vector<4xi32> -> vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
    gpu.return %r#0 : vector<8xf32>
  }
}

// -----

gpu.module @signed_zero_point {
  gpu.func @f(%w: vector<4xi32>, %z: vector<2xi8>) -> vector<8xf16> {
    // expected-error @+1 {{expected no zero point with '!humming.code<i4>', whose codes are signed}}
    %r:4 = humming_tile.dequant_atom %w zero(%z : vector<2xi8>)
       : !humming.code<i4>, vector<4xi32> -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>
    gpu.return %r#0 : vector<8xf16>
  }
}

// -----

gpu.module @table_zero_point {
  gpu.func @f(%w: vector<4xi32>, %z: vector<2xi8>) -> vector<8xf16> {
    // expected-error @+1 {{expected no zero point with '!humming.code<nf4>', whose codes are signed}}
    %r:4 = humming_tile.dequant_atom %w zero(%z : vector<2xi8>)
       : !humming.code<nf4>, vector<4xi32> -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>
    gpu.return %r#0 : vector<8xf16>
  }
}

// -----

!code = !humming.code<lut5, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
                             16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31]>

gpu.module @no_table {
  gpu.func @f(%w: vector<5xi32>) -> vector<8xf16> {
    // expected-error @+1 {{expected a table in shared memory with 32 values}}
    %r:4 = humming_tile.dequant_atom %w
       : !code, vector<5xi32> -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>
    gpu.return %r#0 : vector<8xf16>
  }
}
