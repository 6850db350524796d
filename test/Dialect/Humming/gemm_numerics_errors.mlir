// RUN: humming-opt %s --split-input-file --verify-diagnostics

// Constraints of humming.gemm, C13-C15: numerics and packing. A function is named after the label that it breaks.

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

func.func @gemm_c14_scale_integer(%a: tensor<?x64xi8>,
    %w: tensor<64x64x!humming.code<u4>>, %s: tensor<64x2xf32>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected floating-point activations beside scale = operand, got 'i8'; use scale = accumulator}}
  %c = humming.gemm a(%a : tensor<?x64xi8>) b(%w : tensor<64x64x!humming.code<u4>>)
       scale(%s : tensor<64x2xf32>)
       -> tensor<?x64xf32> attributes {numerics = #humming.numerics<acc = i32, scale = operand>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @gemm_c15_weights_only(%a: tensor<?x64xf16>,
    %w: tensor<64x64x!humming.code<u4>, "w">, %s: tensor<64x1xf16>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected all or none of b, scale and zero to be packed, got 'tensor<64x64x!humming.code<u4>, "w">' and 'tensor<64x1xf16>'}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>, "w">)
       scale(%s : tensor<64x1xf16>)
       -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @gemm_c15_zero_only(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>,
    %s: tensor<64x1xf16>, %z: tensor<64x1x!humming.code<u4>, "z">) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected all or none of b, scale and zero to be packed}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       scale(%s : tensor<64x1xf16>) zero(%z : tensor<64x1x!humming.code<u4>, "z">)
       -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @gemm_c15_activations(%a: tensor<?x64xf16, "a">, %w: tensor<64x64x!humming.code<u4>>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected an encoding only on b, scale and zero}}
  %c = humming.gemm a(%a : tensor<?x64xf16, "a">) b(%w : tensor<64x64x!humming.code<u4>>)
       -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @gemm_c15_result(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>) -> tensor<?x64xf32, "c"> {
  // expected-error @+1 {{expected an encoding only on b, scale and zero}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       -> tensor<?x64xf32, "c"> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32, "c">
}
