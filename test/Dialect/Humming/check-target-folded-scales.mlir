// RUN: humming-opt %s --humming-check-target=arch=sm_89 --split-input-file --verify-diagnostics | FileCheck %s

// Scales that act on operands of 8 bits: what is exact in f16 is accepted, the rest is refused with what would do.

// CHECK-LABEL: func.func @folded
// CHECK: humming.gemm
func.func @folded(%a: tensor<?x512xf8E4M3FN>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xf8E4M3FN>) -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xf8E4M3FN>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf8E4M3FN>) -> tensor<?x256xf16> attributes {numerics = #humming.numerics<acc = f32, scale = operand>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

// CHECK-LABEL: func.func @groups_of_16
// CHECK: humming.gemm
func.func @groups_of_16(%a: tensor<?x512xf8E5M2>, %w: tensor<256x512x!humming.code<u3>>,
    %s: tensor<256x32xf8E4M3FN>, %z: tensor<256x32x!humming.code<u3>>) -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xf8E5M2>) b(%w : tensor<256x512x!humming.code<u3>>)
       scale(%s : tensor<256x32xf8E4M3FN>) zero(%z : tensor<256x32x!humming.code<u3>>) -> tensor<?x256xf16> attributes {numerics = #humming.numerics<acc = f32, scale = operand>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @scale_type(%a: tensor<?x512xf8E4M3FN>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xf16>) -> tensor<?x256xf16> {
  // expected-error @+1 {{scale = operand beside f8E4M3FN activations goes with f8E4M3FN scales, whose products are exact in f16, got f16; use f8E4M3FN scales or scale = accumulator}}
  %c = humming.gemm a(%a : tensor<?x512xf8E4M3FN>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf16> attributes {numerics = #humming.numerics<acc = f32, scale = operand>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @minifloats(%a: tensor<?x512xf8E4M3FN>, %w: tensor<256x512x!humming.code<e2m1>>,
    %s: tensor<256x4xf8E4M3FN>) -> tensor<?x256xf16> {
  // expected-error @+1 {{scale = operand beside f8E4M3FN activations goes with integer codes, got e2m1; use scale = accumulator}}
  %c = humming.gemm a(%a : tensor<?x512xf8E4M3FN>) b(%w : tensor<256x512x!humming.code<e2m1>>)
       scale(%s : tensor<256x4xf8E4M3FN>) -> tensor<?x256xf16> attributes {numerics = #humming.numerics<acc = f32, scale = operand>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @groups_of_8(%a: tensor<?x512xf8E4M3FN>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x64xf8E4M3FN>) -> tensor<?x256xf16> {
  // expected-error @+1 {{scale = operand does not go with groups of 8; expected 16, 32 or a multiple of 64}}
  %c = humming.gemm a(%a : tensor<?x512xf8E4M3FN>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x64xf8E4M3FN>) -> tensor<?x256xf16> attributes {numerics = #humming.numerics<acc = f32, scale = operand>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

// Nobody asked: sums are scaled.
// CHECK-LABEL: func.func @by_default
// CHECK: humming.gemm
func.func @by_default(%a: tensor<?x512xf8E4M3FN>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xf16>) -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xf8E4M3FN>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}
