// RUN: humming-opt %s --humming-check-target=arch=sm_120 --split-input-file --verify-diagnostics

// Short groups of e2m1 are refused unless its matrix instruction scales them, which takes scales of both operands.

func.func @weights_alone(%a: tensor<?x512xf4E2M1FN>, %w: tensor<256x512x!humming.code<e2m1>>,
    %s: tensor<256x16xf8E8M0FNU>, %x: tensor<?x1xf32>) -> tensor<?x256xf16> {
  // expected-error @+1 {{scale = accumulator does not go with groups of 32; expected a multiple of 64: whole multiplications; or f8E8M0FNU scales for 32, or f8E4M3FN for 16 values of k, of weights and activations alike}}
  %c = humming.gemm a(%a : tensor<?x512xf4E2M1FN>) b(%w : tensor<256x512x!humming.code<e2m1>>)
       scale(%s : tensor<256x16xf8E8M0FNU>) input_scale(%x : tensor<?x1xf32>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @other_types(%a: tensor<?x512xf4E2M1FN>, %w: tensor<256x512x!humming.code<e2m1>>,
    %s: tensor<256x32xf8E4M3FN>, %x: tensor<?x32xf32>) -> tensor<?x256xf16> {
  // expected-error @+1 {{scale = accumulator does not go with groups of 16; expected a multiple of 64: whole multiplications; or f8E8M0FNU scales for 32}}
  %c = humming.gemm a(%a : tensor<?x512xf4E2M1FN>) b(%w : tensor<256x512x!humming.code<e2m1>>)
       scale(%s : tensor<256x32xf8E4M3FN>) input_scale(%x : tensor<?x32xf32>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @activations_alone(%a: tensor<?x512xf4E2M1FN>, %w: tensor<256x512x!humming.code<e2m1>>,
    %s: tensor<256x1xf32>, %x: tensor<?x16xf32>) -> tensor<?x256xf16> {
  // expected-error @+1 {{input scales do not go with groups of 32; expected a multiple of 64: whole multiplications; or f8E8M0FNU scales for 32}}
  %c = humming.gemm a(%a : tensor<?x512xf4E2M1FN>) b(%w : tensor<256x512x!humming.code<e2m1>>)
       scale(%s : tensor<256x1xf32>) input_scale(%x : tensor<?x16xf32>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @float_tokens(%a: tensor<?x512xf4E2M1FN>, %w: tensor<256x512x!humming.code<e2m1>>,
    %s: tensor<256x1xf32>, %x: tensor<?x1xf8E4M3FN>) -> tensor<?x256xf16> {
  // expected-error @+1 {{input scale type f8E4M3FN does not lower; expected f32 or f8E8M0FNU}}
  %c = humming.gemm a(%a : tensor<?x512xf4E2M1FN>) b(%w : tensor<256x512x!humming.code<e2m1>>)
       scale(%s : tensor<256x1xf32>) input_scale(%x : tensor<?x1xf8E4M3FN>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}
