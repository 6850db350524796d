// RUN: humming-opt %s --humming-check-target=arch=sm_120 --split-input-file --verify-diagnostics

// Scales of both operands that the matrix instruction takes may have groups shorter than its k, and e4m3.

func.func @nv(%a: tensor<?x128xf4E2M1FN>, %w: tensor<64x128x!humming.code<e2m1>>, %s: tensor<64x8xf8E4M3FN>,
    %x: tensor<?x8xf8E4M3FN>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x128xf4E2M1FN>) b(%w : tensor<64x128x!humming.code<e2m1>>) scale(%s : tensor<64x8xf8E4M3FN>)
       input_scale(%x : tensor<?x8xf8E4M3FN>) -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @zero(%a: tensor<?x128xf4E2M1FN>, %w: tensor<64x128x!humming.code<u2>>, %s: tensor<64x8xf8E4M3FN>,
    %z: tensor<64x8x!humming.code<u2>>, %x: tensor<?x8xf8E4M3FN>) -> tensor<?x64xf32> {
  // expected-error @+1 {{zero points beside f4E2M1FN activations do not go with groups of 16; expected 32, or signed codes}}
  %c = humming.gemm a(%a : tensor<?x128xf4E2M1FN>) b(%w : tensor<64x128x!humming.code<u2>>) scale(%s : tensor<64x8xf8E4M3FN>)
       zero(%z : tensor<64x8x!humming.code<u2>>) input_scale(%x : tensor<?x8xf8E4M3FN>) -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}
