// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @pack_c1_static(%w: tensor<?x64x!humming.code<u4>>) -> tensor<?x64x!humming.code<u4>, "p"> {
  // expected-error @+1 {{operand #0 must be statically shaped 2D tensor}}
  %p = humming.pack %w : tensor<?x64x!humming.code<u4>> -> tensor<?x64x!humming.code<u4>, "p">
  return %p : tensor<?x64x!humming.code<u4>, "p">
}

// -----

func.func @pack_c2_shape(%w: tensor<64x64x!humming.code<u4>>) -> tensor<32x128x!humming.code<u4>, "p"> {
  // expected-error @+1 {{expected source and result of the same shape and values, got 'tensor<64x64x!humming.code<u4>>' and 'tensor<32x128x!humming.code<u4>, "p">'}}
  %p = humming.pack %w : tensor<64x64x!humming.code<u4>> -> tensor<32x128x!humming.code<u4>, "p">
  return %p : tensor<32x128x!humming.code<u4>, "p">
}

// -----

func.func @pack_c2_element(%w: tensor<64x64x!humming.code<u4>>) -> tensor<64x64x!humming.code<i4>, "p"> {
  // expected-error @+1 {{expected source and result of the same shape and values}}
  %p = humming.pack %w : tensor<64x64x!humming.code<u4>> -> tensor<64x64x!humming.code<i4>, "p">
  return %p : tensor<64x64x!humming.code<i4>, "p">
}

// -----

func.func @pack_c2_narrower(%z: tensor<64x2x!humming.code<u4>>) -> tensor<64x2x!humming.code<u3>, "p"> {
  // expected-error @+1 {{expected source and result of the same shape and values}}
  %p = humming.pack %z : tensor<64x2x!humming.code<u4>> -> tensor<64x2x!humming.code<u3>, "p">
  return %p : tensor<64x2x!humming.code<u3>, "p">
}

// -----

func.func @pack_c3_same(%w: tensor<64x64x!humming.code<u4>, "p">) -> tensor<64x64x!humming.code<u4>, "p"> {
  // expected-error @+1 {{expected a change of encoding, got 'tensor<64x64x!humming.code<u4>, "p">' twice}}
  %p = humming.pack %w : tensor<64x64x!humming.code<u4>, "p"> -> tensor<64x64x!humming.code<u4>, "p">
  return %p : tensor<64x64x!humming.code<u4>, "p">
}

// -----

func.func @pack_c2_row_block(%s: tensor<3x4xf32>) -> tensor<64x4xf32, "p"> {
  // expected-error @+1 {{expected source and result of the same shape and values, but for a row for each 32, got 'tensor<3x4xf32>' and 'tensor<64x4xf32, "p">'}}
  %p = humming.pack %s row_block 32 : tensor<3x4xf32> -> tensor<64x4xf32, "p">
  return %p : tensor<64x4xf32, "p">
}

// -----

func.func @pack_c4_perm(%w: tensor<64x64x!humming.code<u4>>, %perm: tensor<32xi32>) -> tensor<64x64x!humming.code<u4>, "p"> {
  // expected-error @+1 {{expected a permutation of 64 columns, got 32}}
  %p = humming.pack %w perm(%perm : tensor<32xi32>) : tensor<64x64x!humming.code<u4>> -> tensor<64x64x!humming.code<u4>, "p">
  return %p : tensor<64x64x!humming.code<u4>, "p">
}

// -----

func.func @pack_c4_row_block(%s: tensor<64x4xf32>) -> tensor<64x4xf32, "p"> {
  // expected-error @+1 {{expected row_block of at least 1, got 0}}
  %p = humming.pack %s row_block 0 : tensor<64x4xf32> -> tensor<64x4xf32, "p">
  return %p : tensor<64x4xf32, "p">
}

// -----

func.func @pack_c5_codes(%w: tensor<64x64x!humming.code<u4>>) {
  // expected-error @+1 {{expected codes of 8 bits as numbers of 8 bits, got '!humming.code<u4>' as 'i8'}}
  %p = humming.pack %w as i8 : tensor<64x64x!humming.code<u4>> -> tensor<64x64x!humming.code<u4>, "p">
  return
}

// -----

func.func @pack_c5_operands(%w: tensor<64x64x!humming.code<u8>>) {
  // expected-error @+1 {{expected codes of 8 bits as numbers of 8 bits, got '!humming.code<u8>' as 'f16'}}
  %p = humming.pack %w as f16 : tensor<64x64x!humming.code<u8>> -> tensor<64x64x!humming.code<u8>, "p">
  return
}

// -----

func.func @pack_c5_values(%s: tensor<64x2xf16>) {
  // expected-error @+1 {{expected codes of 8 bits as numbers of 8 bits, got 'f16' as 'i8'}}
  %p = humming.pack %s as i8 : tensor<64x2xf16> -> tensor<64x2xf16, "p">
  return
}
