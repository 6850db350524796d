// RUN: humming-opt %s --split-input-file --verify-diagnostics

// Constraints of humming.gemm, C4, C5: scales. A function is named after the label that it breaks.

func.func @gemm_c4_scale_rows(%a: tensor<?x64xf16>,
    %w: tensor<64x64x!humming.code<u4>>, %s: tensor<24x2xf16>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected scale rows that divide N = 64, got 24 rows; scale_block = [rows, columns] allows a short last block}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       scale(%s : tensor<24x2xf16>)
       -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @gemm_c4_block_rows(%a: tensor<?x64xf16>,
    %w: tensor<64x64x!humming.code<u4>>, %s: tensor<4x1xf16>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected 3 scale rows, one for each block of 24 rows of N = 64, got 4}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       scale(%s : tensor<4x1xf16>)
       -> tensor<?x64xf32> attributes {scale_block = array<i64: 24, 64>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @gemm_c5_scale_groups(%a: tensor<?x64xf16>,
    %w: tensor<64x64x!humming.code<u4>>, %s: tensor<64x3xf16>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected scale groups that divide K = 64, got 3 groups}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       scale(%s : tensor<64x3xf16>)
       -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @gemm_c5_no_groups(%a: tensor<?x64xf16>,
    %w: tensor<64x64x!humming.code<u4>>, %s: tensor<64x0xf16>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected scale groups that divide K = 64, got 0 groups}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       scale(%s : tensor<64x0xf16>)
       -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @gemm_c5_block_groups(%a: tensor<?x64xf16>,
    %w: tensor<64x64x!humming.code<u4>>, %s: tensor<64x2xf16>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected 3 scale groups of 24 for K = 64, got 2}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       scale(%s : tensor<64x2xf16>)
       -> tensor<?x64xf32> attributes {scale_block = array<i64: 1, 24>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}
