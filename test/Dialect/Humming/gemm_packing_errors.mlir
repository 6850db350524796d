// RUN: humming-opt %s --split-input-file --verify-diagnostics

// Constraint C15 of humming.gemm: what is packed. A function is named after the label that it breaks.

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

// -----

func.func @gemm_c15_perm(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>, "w">,
    %p: tensor<64xi32, "p">) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected an encoding only on b, scale and zero}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>, "w">)
       perm(%p : tensor<64xi32, "p">) -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}
