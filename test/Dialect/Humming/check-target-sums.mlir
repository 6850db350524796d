// RUN: humming-opt %s --humming-check-target=arch=sm_80 --split-input-file --verify-diagnostics

// Sums that the accumulators cannot hold are refused, with what would do.

// 8 * 16384, activations being of magnitude 1.
func.func @f16_sum(%a: tensor<?x16384xf16>, %w: tensor<256x16384x!humming.code<u4>>) -> tensor<?x256xf16> {
  // expected-error @+1 {{sums of K = 16384 numbers of u4 reach 131072, beyond the 65504 of acc = f16; use acc = f32}}
  %c = humming.gemm a(%a : tensor<?x16384xf16>) b(%w : tensor<256x16384x!humming.code<u4>>)
       -> tensor<?x256xf16> attributes {numerics = #humming.numerics<acc = f16, scale = accumulator>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

// Zero points double the numbers.
func.func @f16_sum_zero(%a: tensor<?x8192xf16>, %w: tensor<256x8192x!humming.code<u4>>,
    %s: tensor<256x1xf16>, %z: tensor<256x1x!humming.code<u4>>) -> tensor<?x256xf16> {
  // expected-error @+1 {{sums of K = 8192 numbers of u4 reach 122880, beyond the 65504 of acc = f16; use acc = f32}}
  %c = humming.gemm a(%a : tensor<?x8192xf16>) b(%w : tensor<256x8192x!humming.code<u4>>)
       scale(%s : tensor<256x1xf16>) zero(%z : tensor<256x1x!humming.code<u4>>) -> tensor<?x256xf16> attributes {numerics = #humming.numerics<acc = f16, scale = accumulator>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

// 2^14 a product.
func.func @i32_sum(%a: tensor<?x131136xi8>, %w: tensor<16x131136x!humming.code<i8>>) -> tensor<?x16xf16> {
  // expected-error @+1 {{sums of 131136 products of i8 and i8 overflow i32; expected at most 131071: use groups that scale accumulators}}
  %c = humming.gemm a(%a : tensor<?x131136xi8>) b(%w : tensor<16x131136x!humming.code<i8>>)
       -> tensor<?x16xf16> {
  ^bb0(%acc: i32):
    %f = arith.sitofp %acc : i32 to f32
    %h = arith.truncf %f : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x16xf16>
}
