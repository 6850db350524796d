// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @load_c4_gather_of_layout(%a: memref<64x4xf16, #humming_tile.layout<[[1, 8, 8], [4]] offset [3, 0, 2, 1]>>,
                                    %p: memref<4xi32>, %i: index) {
  // expected-error @+1 {{expected row-major memory of two dimensions beside gather and row_block, got}}
  %0 = humming_tile.load %a[%i, %i] gather(%p : memref<4xi32>)
    : memref<64x4xf16, #humming_tile.layout<[[1, 8, 8], [4]] offset [3, 0, 2, 1]>> -> !humming_tile.frag<64x4xf16>
  return
}

// -----

func.func @load_c4_transposed_row_block(%a: memref<64x4xf16>, %i: index) {
  // expected-error @+1 {{expected row-major memory of two dimensions beside gather and row_block, got}}
  %0 = humming_tile.load %a[%i, %i] transpose row_block 2 : memref<64x4xf16> -> !humming_tile.frag<4x64xf16>
  return
}

// -----

func.func @load_c4_gather_type(%a: memref<64x4xf16>, %p: memref<4xi64>, %i: index) {
  // expected-error @+1 {{expected a gather of one dimension of i32, got 'memref<4xi64>'}}
  %0 = humming_tile.load %a[%i, %i] gather(%p : memref<4xi64>) : memref<64x4xf16> -> !humming_tile.frag<64x4xf16>
  return
}

// -----

func.func @load_c4_gather_rank(%a: memref<64x4xf16>, %p: memref<1x4xi32>, %i: index) {
  // expected-error @+1 {{expected a gather of one dimension of i32, got 'memref<1x4xi32>'}}
  %0 = humming_tile.load %a[%i, %i] gather(%p : memref<1x4xi32>) : memref<64x4xf16> -> !humming_tile.frag<64x4xf16>
  return
}

// -----

func.func @load_c4_row_block(%a: memref<64x4xf16>, %i: index) {
  // expected-error @+1 {{expected a positive row_block, got 0}}
  %0 = humming_tile.load %a[%i, %i] row_block 0 : memref<64x4xf16> -> !humming_tile.frag<64x4xf16>
  return
}
