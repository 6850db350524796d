// RUN: humming-opt %s --humming-check-target=arch=sm_80 --split-input-file --verify-diagnostics

// Scales and groups that do not lower yet are refused by name.

func.func @no_scale(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>)
    -> tensor<?x256xf16> {
  // expected-error @+1 {{a gemm without a scale does not lower yet; pass a scale of ones}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @per_tensor(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<1x1xf16>)
    -> tensor<?x256xf16> {
  // expected-error @+1 {{a scale per tensor does not lower yet; repeat it for each of the 256 channels}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<1x1xf16>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @scale_type(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xf32>)
    -> tensor<?x256xf16> {
  // expected-error @+1 {{scale type 'f32' does not lower yet beside 'f16' activations; expected 'f16'}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf32>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @group_size(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x128xf16>)
    -> tensor<?x256xf16> {
  // expected-error @+1 {{scale = operand with group size 4 does not lower yet; expected 8, 16, 32 or a multiple of 64}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x128xf16>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @groups_on_accumulators(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xf16>)
    -> tensor<?x256xf16> {
  // expected-error @+1 {{scale = accumulator with 4 groups does not lower yet; expected one group, or scale = operand}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf16>
       attributes {numerics = #humming.numerics<acc = f32, scale = accumulator>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @power_of_two_scales(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<e2m1>>,
    %s: tensor<256x16xf8E8M0FNU>)
    -> tensor<?x256xf16> {
  // expected-error @+1 {{scale type 'f8E8M0FNU' reaches from 2^-127 to 2^127, which 'f16' does not hold; use bf16 activations}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<e2m1>>)
       scale(%s : tensor<256x16xf8E8M0FNU>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @overflow(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<e4m3>>,
    %s: tensor<256x16xf8E4M3FN>)
    -> tensor<?x256xf16> {
  // expected-error @+1 {{products of e4m3 and 'f8E4M3FN' reach 215040, beyond the 65504 of 'f16'; use bf16 activations}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<e4m3>>)
       scale(%s : tensor<256x16xf8E4M3FN>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}
