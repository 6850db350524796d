// RUN: humming-opt %s --humming-check-target=arch=sm_120 --split-input-file --verify-diagnostics

// Activations, codes and zero points that do not go together are refused, with what would do.

func.func @activations(%a: tensor<?x512xf32>, %w: tensor<256x512x!humming.code<u4>>) -> tensor<?x256xf16> {
  // expected-error @+1 {{activation type f32 does not lower; expected f16, bf16, f8E4M3FN, f8E5M2, f4E2M1FN, i8 or i4}}
  %c = humming.gemm a(%a : tensor<?x512xf32>) b(%w : tensor<256x512x!humming.code<u4>>)
       -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @wide_integer(%a: tensor<?x512xf8E4M3FN>, %w: tensor<256x512x!humming.code<i6>>) -> tensor<?x256xf16> {
  // expected-error @+1 {{f8E4M3FN activations do not go with i6; they take integers of at most 5 bits, floats of at most 4 exponent and 3 mantissa bits; use f16, bf16 or i8 activations}}
  %c = humming.gemm a(%a : tensor<?x512xf8E4M3FN>) b(%w : tensor<256x512x!humming.code<i6>>)
       -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @wide_integer_zero(%a: tensor<?x512xf8E5M2>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xf32>, %z: tensor<256x4x!humming.code<u4>>) -> tensor<?x256xf16> {
  // expected-error @+1 {{f8E5M2 activations do not go with u4 and zero points; they take u1 to u3; use f16, bf16, f8E4M3FN or i8 activations}}
  %c = humming.gemm a(%a : tensor<?x512xf8E5M2>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf32>) zero(%z : tensor<256x4x!humming.code<u4>>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

// 2^32 is beyond f16 whatever the scale: the range of the code is wider than that of the operand.
func.func @wide_exponent(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<e6m1>>) -> tensor<?x256xf16> {
  // expected-error @+1 {{f16 activations do not go with e6m1; they take integers of at most 8 bits, floats of at most 5 exponent and 6 mantissa bits, tables; use bf16 activations}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<e6m1>>)
       -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @wide_exponent_e7(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<e7m0>>) -> tensor<?x256xf16> {
  // expected-error @+1 {{f16 activations do not go with e7m0; they take}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<e7m0>>)
       -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @float_beside_integers(%a: tensor<?x512xi8>, %w: tensor<256x512x!humming.code<e2m1>>) -> tensor<?x256xf16> {
  // expected-error @+1 {{i8 activations do not go with e2m1; they take integers of at most 8 bits; use f16, bf16, f8E4M3FN, f8E5M2 or f4E2M1FN activations}}
  %c = humming.gemm a(%a : tensor<?x512xi8>) b(%w : tensor<256x512x!humming.code<e2m1>>)
       -> tensor<?x256xf16> {
  ^bb0(%acc: i32):
    %f = arith.sitofp %acc : i32 to f32
    %h = arith.truncf %f : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @table(%a: tensor<?x512xf8E4M3FN>, %w: tensor<256x512x!humming.code<nf4>>) -> tensor<?x256xf16> {
  // expected-error @+1 {{f8E4M3FN activations do not go with nf4; they take integers of at most 5 bits, floats of at most 4 exponent and 3 mantissa bits; use f16 or bf16 activations}}
  %c = humming.gemm a(%a : tensor<?x512xf8E4M3FN>) b(%w : tensor<256x512x!humming.code<nf4>>)
       -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @u8_zero(%a: tensor<?x512xi8>, %w: tensor<256x512x!humming.code<u8>>,
    %s: tensor<256x1xf32>, %z: tensor<256x1x!humming.code<u8>>) -> tensor<?x256xf16> {
  // expected-error @+1 {{i8 activations do not go with u8 and zero points; they take u1 to u7; use f16 or bf16 activations}}
  %c = humming.gemm a(%a : tensor<?x512xi8>) b(%w : tensor<256x512x!humming.code<u8>>)
       scale(%s : tensor<256x1xf32>) zero(%z : tensor<256x1x!humming.code<u8>>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}
