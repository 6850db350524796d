// RUN: humming-opt %s --split-input-file --verify-diagnostics

// Constraints of humming.gemm, C6-C8: zero points. A function is named after the label that it breaks.

func.func @gemm_c6_zero_alone(%a: tensor<?x64xf16>,
    %w: tensor<64x64x!humming.code<u4>>, %z: tensor<64x2x!humming.code<u4>>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected a scale beside the zero points}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       zero(%z : tensor<64x2x!humming.code<u4>>)
       -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @gemm_c6_zero_shape(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>,
    %s: tensor<64x2xf16>, %z: tensor<64x1x!humming.code<u4>>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected zero points of the scale's shape 64x2, got 64x1}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       scale(%s : tensor<64x2xf16>) zero(%z : tensor<64x1x!humming.code<u4>>)
       -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @gemm_c7_zero_signed(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<i4>>,
    %s: tensor<64x2xf16>, %z: tensor<64x2x!humming.code<i4>>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected unsigned codes beside zero points, got '!humming.code<i4>'}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<i4>>)
       scale(%s : tensor<64x2xf16>) zero(%z : tensor<64x2x!humming.code<i4>>)
       -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @gemm_c8_zero_code(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>,
    %s: tensor<64x2xf16>, %z: tensor<64x2x!humming.code<u8>>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected zero points of the weights' code '!humming.code<u4>' or of the activations' type 'f16', got '!humming.code<u8>'}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       scale(%s : tensor<64x2xf16>) zero(%z : tensor<64x2x!humming.code<u8>>)
       -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @gemm_c8_packed_narrow(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>, "w">,
    %s: tensor<64x2xf16, "s">, %z: tensor<64x2x!humming.code<u2>, "z">) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected zero points of the weights' code '!humming.code<u4>' or of the activations' type 'f16', got '!humming.code<u2>'}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>, "w">)
       scale(%s : tensor<64x2xf16, "s">) zero(%z : tensor<64x2x!humming.code<u2>, "z">)
       -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @gemm_c8_other_float(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>,
    %s: tensor<64x2xf16>, %z: tensor<64x2xbf16>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected zero points of the weights' code '!humming.code<u4>' or of the activations' type 'f16', got 'bf16'}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       scale(%s : tensor<64x2xf16>) zero(%z : tensor<64x2xbf16>)
       -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

// Eight bits have no room for the difference of a code and a number.
func.func @gemm_c8_narrow_float(%a: tensor<?x64xf8E4M3FN>, %w: tensor<64x64x!humming.code<u4>>,
    %s: tensor<64x2xf16>, %z: tensor<64x2xf8E4M3FN>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected zero points of the weights' code '!humming.code<u4>', got 'f8E4M3FN'}}
  %c = humming.gemm a(%a : tensor<?x64xf8E4M3FN>) b(%w : tensor<64x64x!humming.code<u4>>)
       scale(%s : tensor<64x2xf16>) zero(%z : tensor<64x2xf8E4M3FN>)
       -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}
