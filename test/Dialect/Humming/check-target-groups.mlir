// RUN: humming-opt %s --humming-check-target=arch=sm_89 --split-input-file --verify-diagnostics

// Groups that cross multiplications or packed tiles are refused, and sums beyond the accumulators.

func.func @operand(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x128xf16>) -> tensor<?x256xf16> {
  // expected-error @+1 {{scale = operand does not go with groups of 4; expected 8, 16, 32 or a multiple of 64}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x128xf16>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @operand_short(%a: tensor<?x100xf16>, %w: tensor<256x100x!humming.code<u4>>,
    %s: tensor<256x3xf16>) -> tensor<?x256xf16> {
  // expected-error @+1 {{scale = operand does not go with groups of 48; expected 8, 16, 32 or a multiple of 64}}
  %c = humming.gemm a(%a : tensor<?x100xf16>) b(%w : tensor<256x100x!humming.code<u4>>)
       scale(%s : tensor<256x3xf16>) -> tensor<?x256xf16> attributes {scale_block = array<i64: 1, 48>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

// bf16 is multiplied 16 at a time.
func.func @accumulator(%a: tensor<?x512xbf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x64xf32>) -> tensor<?x256xf16> {
  // expected-error @+1 {{scale = accumulator does not go with groups of 8; expected 16, 32 or a multiple of 64: whole multiplications}}
  %c = humming.gemm a(%a : tensor<?x512xbf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x64xf32>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @accumulator_8_bits(%a: tensor<?x512xf8E4M3FN>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x32xf32>) -> tensor<?x256xf16> {
  // expected-error @+1 {{scale = accumulator does not go with groups of 16; expected 32 or a multiple of 64: whole multiplications}}
  %c = humming.gemm a(%a : tensor<?x512xf8E4M3FN>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x32xf32>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @accumulator_4_bits(%a: tensor<?x512xi4>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x16xf32>) -> tensor<?x256xf16> {
  // expected-error @+1 {{scale = accumulator does not go with groups of 32; expected a multiple of 64: whole multiplications}}
  %c = humming.gemm a(%a : tensor<?x512xi4>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x16xf32>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @accumulator_96(%a: tensor<?x192xf16>, %w: tensor<256x192x!humming.code<u4>>,
    %s: tensor<256x2xf32>) -> tensor<?x256xf16> {
  // expected-error @+1 {{scale = accumulator does not go with groups of 96; expected 8, 16, 32 or a multiple of 64: whole multiplications}}
  %c = humming.gemm a(%a : tensor<?x192xf16>) b(%w : tensor<256x192x!humming.code<u4>>)
       scale(%s : tensor<256x2xf32>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @input(%a: tensor<?x512xi8>, %w: tensor<256x512x!humming.code<u4>>,
    %x: tensor<?x32xf32>) -> tensor<?x256xf16> {
  // expected-error @+1 {{input scales do not go with groups of 16; expected 32 or a multiple of 64: whole multiplications}}
  %c = humming.gemm a(%a : tensor<?x512xi8>) b(%w : tensor<256x512x!humming.code<u4>>)
       input_scale(%x : tensor<?x32xf32>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @input_operand(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xf16>, %x: tensor<?x4xf32>) -> tensor<?x256xf16> {
  // expected-error @+1 {{input scales of several groups need scale = accumulator; use it, or one input scale a token}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) input_scale(%x : tensor<?x4xf32>) -> tensor<?x256xf16> attributes {numerics = #humming.numerics<acc = f32, scale = operand>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @crossed(%a: tensor<?x768xf16>, %w: tensor<256x768x!humming.code<u4>>,
    %s: tensor<256x6xf32>, %x: tensor<?x4xf32>) -> tensor<?x256xf16> {
  // expected-error @+1 {{groups of 128 of the scale and 192 of the input scale cross; expected one to be a multiple of the other}}
  %c = humming.gemm a(%a : tensor<?x768xf16>) b(%w : tensor<256x768x!humming.code<u4>>)
       scale(%s : tensor<256x6xf32>) input_scale(%x : tensor<?x4xf32>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}
