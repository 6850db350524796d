// RUN: humming-opt %s --split-input-file --verify-diagnostics

// Constraints of humming.gemm, C17-C20: input and global scales, permutations, scale blocks. A function is
// named after the label that it breaks.

func.func @gemm_c17_rows(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>, %x: tensor<4x1xf32>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected an input scale of 1x1 or with M = ? rows, got 4x1}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       input_scale(%x : tensor<4x1xf32>) -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @gemm_c17_static_rows(%a: tensor<5x64xf16>, %w: tensor<64x64x!humming.code<u4>>, %x: tensor<?x1xf32>) -> tensor<5x64xf32> {
  // expected-error @+1 {{expected an input scale of 1x1 or with M = 5 rows, got ?x1}}
  %c = humming.gemm a(%a : tensor<5x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       input_scale(%x : tensor<?x1xf32>) -> tensor<5x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<5x64xf32>
}

// -----

func.func @gemm_c17_one_row_of_groups(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>, %x: tensor<1x2xf32>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected an input scale of 1x1 or with M = ? rows, got 1x2}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       input_scale(%x : tensor<1x2xf32>) -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @gemm_c17_groups(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>, %x: tensor<?x3xf32>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected input scale groups that divide K = 64, or the 1 groups of the scale, got 3}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       input_scale(%x : tensor<?x3xf32>) -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @gemm_c17_no_groups(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>, %x: tensor<?x0xf32>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected input scale groups that divide K = 64, or the 1 groups of the scale, got 0}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       input_scale(%x : tensor<?x0xf32>) -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @gemm_c17_dynamic_groups(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>, %x: tensor<?x?xf32>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected input scale groups that divide K = 64, or the 1 groups of the scale, got ?}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       input_scale(%x : tensor<?x?xf32>) -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @gemm_c18_perm(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>, %p: tensor<32xi32>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected a permutation of K = 64 numbers, got 32}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       perm(%p : tensor<32xi32>) -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @gemm_c18_dynamic(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>, %p: tensor<?xi32>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected a permutation of K = 64 numbers, got ?}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       perm(%p : tensor<?xi32>) -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @gemm_c19_alone(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected a scale beside scale_block}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       -> tensor<?x64xf32> attributes {scale_block = array<i64: 1, 32>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @gemm_c19_one_number(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>, %s: tensor<64x2xf16>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected scale_block = [rows, columns] of at least 1, got [32]}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       scale(%s : tensor<64x2xf16>) -> tensor<?x64xf32> attributes {scale_block = array<i64: 32>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @gemm_c19_negative(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>, %s: tensor<64x2xf16>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected scale_block = [rows, columns] of at least 1, got [1, -32]}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       scale(%s : tensor<64x2xf16>) -> tensor<?x64xf32> attributes {scale_block = array<i64: 1, -32>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @gemm_c20_global(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>, %t: tensor<64xf32>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected one global scale, got 64}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       global_scale(%t : tensor<64xf32>) -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}
