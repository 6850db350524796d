// RUN: humming-opt %s --humming-check-target=arch=sm_80 | FileCheck %s

// Scales and sums that fit the range of what holds them, or that go where they fit.

// The scales of NVFP4 are exact in bf16, and their products with e2m1: 4 bits by 2 are 6. The global scale acts
// on accumulators in f32, whatever it is.
// CHECK-LABEL: func.func @nvfp4_bf16
// CHECK: humming.gemm
func.func @nvfp4_bf16(%a: tensor<?x512xbf16>, %w: tensor<256x512x!humming.code<e2m1>>,
    %s: tensor<256x32xf8E4M3FN>, %t: tensor<1xf32>) -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xbf16>) b(%w : tensor<256x512x!humming.code<e2m1>>)
       scale(%s : tensor<256x32xf8E4M3FN>) global_scale(%t : tensor<1xf32>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// CHECK-LABEL: func.func @nvfp4_f16
// CHECK: humming.gemm
func.func @nvfp4_f16(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<e2m1>>,
    %s: tensor<256x32xf8E4M3FN>, %t: tensor<1xf32>) -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<e2m1>>)
       scale(%s : tensor<256x32xf8E4M3FN>) global_scale(%t : tensor<1xf32>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// CHECK-LABEL: func.func @mx_bf16
// CHECK: humming.gemm
func.func @mx_bf16(%a: tensor<?x512xbf16>, %w: tensor<256x512x!humming.code<e2m1>>,
    %s: tensor<256x16xf8E8M0FNU>) -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xbf16>) b(%w : tensor<256x512x!humming.code<e2m1>>)
       scale(%s : tensor<256x16xf8E8M0FNU>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// On accumulators, since f16 does not hold them.
// CHECK-LABEL: func.func @mx_f16
// CHECK: humming.gemm
func.func @mx_f16(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<e2m1>>,
    %s: tensor<256x16xf8E8M0FNU>) -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<e2m1>>)
       scale(%s : tensor<256x16xf8E8M0FNU>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// No number of nf4 is above 1, so no product is above 57344.
// CHECK-LABEL: func.func @e5m2_table
// CHECK: humming.gemm
func.func @e5m2_table(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<nf4>>,
    %s: tensor<256x16xf8E5M2>) -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<nf4>>)
       scale(%s : tensor<256x16xf8E5M2>) -> tensor<?x256xf16> attributes {numerics = #humming.numerics<acc = f32, scale = operand>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// 8 * 8128 = 65024.
// CHECK-LABEL: func.func @f16_sums
// CHECK: humming.gemm
func.func @f16_sums(%a: tensor<?x8128xf16>, %w: tensor<256x8128x!humming.code<u4>>) -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x8128xf16>) b(%w : tensor<256x8128x!humming.code<u4>>)
       -> tensor<?x256xf16> attributes {numerics = #humming.numerics<acc = f16, scale = accumulator>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}
