// RUN: humming-opt %s --split-input-file --verify-diagnostics

// Constraints of humming.gemm, C1-C3, C16: operands, shapes. A function is named after the label that it breaks.

func.func @gemm_c1_activations(%a: tensor<64xf16>, %w: tensor<64x64x!humming.code<u4>>) -> tensor<?x64xf32> {
  // expected-error @+1 {{operand #0 must be 2D tensor of floating-point or signless integer values}}
  %c = humming.gemm a(%a : tensor<64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @gemm_c1_weights(%a: tensor<?x64xf16>, %w: tensor<64x64xi4>) -> tensor<?x64xf32> {
  // expected-error @+1 {{operand #1 must be statically shaped 2D tensor of code values}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64xi4>)
       -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @gemm_c1_weights_static(%a: tensor<?x64xf16>, %w: tensor<?x64x!humming.code<u4>>) -> tensor<?x64xf32> {
  // expected-error @+1 {{operand #1 must be statically shaped 2D tensor of code values}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<?x64x!humming.code<u4>>)
       -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @gemm_c1_scale(%a: tensor<?x64xf16>,
    %w: tensor<64x64x!humming.code<u4>>, %s: tensor<64x1xi8>) -> tensor<?x64xf32> {
  // expected-error @+1 {{operand #2 must be statically shaped 2D tensor of floating-point values}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       scale(%s : tensor<64x1xi8>)
       -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @gemm_c1_zero(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>,
    %s: tensor<64x1xf16>, %z: tensor<64x1xi8>) -> tensor<?x64xf32> {
  // expected-error @+1 {{operand #3 must be statically shaped 2D tensor of code or floating-point values}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       scale(%s : tensor<64x1xf16>) zero(%z : tensor<64x1xi8>)
       -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

// expected-note @+1 {{weights of 'tensor<64x64x!humming.code<u4>>' defined here}}
func.func @gemm_c2_k(%a: tensor<?x32xf16>, %w: tensor<64x64x!humming.code<u4>>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected activations with K = 64 columns, got 32}}
  %c = humming.gemm a(%a : tensor<?x32xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

// expected-note @+1 {{weights of 'tensor<64x64x!humming.code<u4>>' defined here}}
func.func @gemm_c2_k_static(%a: tensor<?x?xf16>, %w: tensor<64x64x!humming.code<u4>>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected activations with K = 64 columns, got ?}}
  %c = humming.gemm a(%a : tensor<?x?xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @gemm_c3_result_n(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>) -> tensor<?x32xf32> {
  // expected-error @+1 {{expected a result of M x N = ?x64, got ?x32}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       -> tensor<?x32xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x32xf32>
}

// -----

func.func @gemm_c3_result_m(%a: tensor<5x64xf16>, %w: tensor<64x64x!humming.code<u4>>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected a result of M x N = 5x64, got ?x64}}
  %c = humming.gemm a(%a : tensor<5x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @gemm_c16_no_tokens(%a: tensor<0x64xf16>, %w: tensor<64x64x!humming.code<u4>>) -> tensor<0x64xf32> {
  // expected-error @+1 {{expected no dimension to be 0, got M x N x K = 0x64x64}}
  %c = humming.gemm a(%a : tensor<0x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       -> tensor<0x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<0x64xf32>
}
