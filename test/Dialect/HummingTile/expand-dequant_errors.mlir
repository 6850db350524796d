// RUN: humming-opt %s --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(gpu.module(humming-tile-expand-dequant))'

gpu.module @minifloat {
  gpu.func @f(%w: vector<1xi32>) -> vector<8xf16> {
    // expected-error @+1 {{no recipe from '!humming.code<e2m1>' to 'f16': expected an integer code of 4 bits and f16 or bf16}}
    %r = humming_tile.dequant_atom %w : !humming.code<e2m1>, vector<1xi32> -> vector<8xf16>
    gpu.return %r : vector<8xf16>
  }
}

// -----

gpu.module @wide {
  gpu.func @f(%w: vector<2xi32>) -> vector<8xbf16> {
    // expected-error @+1 {{no recipe from '!humming.code<u8>' to 'bf16'}}
    %r = humming_tile.dequant_atom %w : !humming.code<u8>, vector<2xi32> -> vector<8xbf16>
    gpu.return %r : vector<8xbf16>
  }
}

// -----

gpu.module @signed_zero_point {
  gpu.func @f(%w: vector<1xi32>, %z: vector<2xi8>) -> vector<8xf16> {
    // expected-error @+1 {{expected no zero point with '!humming.code<i4>', whose codes are signed}}
    %r = humming_tile.dequant_atom %w zero(%z : vector<2xi8>) : !humming.code<i4>, vector<1xi32> -> vector<8xf16>
    gpu.return %r : vector<8xf16>
  }
}
