// RUN: humming-opt %s --split-input-file --verify-diagnostics

// Constraints of humming.gemm, C13, C14: numerics. A function is named after the label that it breaks.

func.func @gemm_c13_acc_float(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected acc = f32 or f16 for 'f16' activations, got i32}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       -> tensor<?x64xf32> attributes {numerics = #humming.numerics<acc = i32, scale = accumulator>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @gemm_c13_acc_integer(%a: tensor<?x64xi8>, %w: tensor<64x64x!humming.code<u4>>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected acc = i32 for 'i8' activations, got f32}}
  %c = humming.gemm a(%a : tensor<?x64xi8>) b(%w : tensor<64x64x!humming.code<u4>>)
       -> tensor<?x64xf32> attributes {numerics = #humming.numerics<acc = f32, scale = accumulator>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @gemm_c13_acc_half(%a: tensor<?x64xbf16>, %w: tensor<64x64x!humming.code<u4>>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected f16 activations beside acc = f16, got 'bf16'; use acc = f32}}
  %c = humming.gemm a(%a : tensor<?x64xbf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       -> tensor<?x64xf32> attributes {numerics = #humming.numerics<acc = f16, scale = accumulator>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @gemm_c14_scale_integer(%a: tensor<?x64xi8>,
    %w: tensor<64x64x!humming.code<u4>>, %s: tensor<64x2xf32>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected floating-point activations of 16 or 8 bits beside scale = operand, got 'i8'; use scale = accumulator}}
  %c = humming.gemm a(%a : tensor<?x64xi8>) b(%w : tensor<64x64x!humming.code<u4>>)
       scale(%s : tensor<64x2xf32>)
       -> tensor<?x64xf32> attributes {numerics = #humming.numerics<acc = i32, scale = operand>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @gemm_c14_scale_narrow(%a: tensor<?x64xf4E2M1FN>,
    %w: tensor<64x64x!humming.code<u3>>, %s: tensor<64x2xf8E4M3FN>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected floating-point activations of 16 or 8 bits beside scale = operand, got 'f4E2M1FN'; use scale = accumulator}}
  %c = humming.gemm a(%a : tensor<?x64xf4E2M1FN>) b(%w : tensor<64x64x!humming.code<u3>>)
       scale(%s : tensor<64x2xf8E4M3FN>)
       -> tensor<?x64xf32> attributes {numerics = #humming.numerics<acc = f32, scale = operand>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

// Without a scale there is nothing to place.
func.func @gemm_c14_no_scale(%a: tensor<?x64xi8>, %w: tensor<64x64x!humming.code<u4>>) -> tensor<?x64xi32> {
  %c = humming.gemm a(%a : tensor<?x64xi8>) b(%w : tensor<64x64x!humming.code<u4>>)
       -> tensor<?x64xi32> attributes {numerics = #humming.numerics<acc = i32, scale = operand>} {
  ^bb0(%acc: i32):
    humming.yield %acc : i32
  }
  return %c : tensor<?x64xi32>
}
