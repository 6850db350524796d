// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @load_c1_element(%x: memref<?x64xbf16>, %i: index) {
  // expected-error @+1 {{expected elements of 'f16' in memory, got 'bf16'}}
  %0 = humming_tile.load %x[%i, %i] : memref<?x64xbf16> -> !humming_tile.frag<16x64xf16>
  return
}

// -----

func.func @load_c1_narrowing(%x: memref<16x64x!humming.code<u8>>, %i: index) {
  // expected-error @+1 {{expected elements of '!humming.code<u4>' in memory, got '!humming.code<u8>'}}
  %0 = humming_tile.load %x[%i, %i] : memref<16x64x!humming.code<u8>> -> !humming_tile.frag<16x64x!humming.code<u4>>
  return
}

// -----

func.func @load_c1_signed(%x: memref<16x64x!humming.code<i4>>, %i: index) {
  // expected-error @+1 {{expected elements of '!humming.code<i8>' in memory, got '!humming.code<i4>'}}
  %0 = humming_tile.load %x[%i, %i] : memref<16x64x!humming.code<i4>> -> !humming_tile.frag<16x64x!humming.code<i8>>
  return
}

// -----

func.func @load_c2_shape(%x: !humming_tile.smem<2x16x64xf16>, %i: index) {
  // expected-error @+1 {{expected a fragment of 16x64, got 16x32}}
  %0 = humming_tile.load %x : !humming_tile.smem<2x16x64xf16> -> !humming_tile.frag<16x32xf16>
  return
}

// -----

func.func @load_c2_memory(%x: tensor<16x64xf16>, %i: index) {
  // expected-error @+1 {{expected shared memory or a memref, got 'tensor<16x64xf16>'}}
  %0 = humming_tile.load %x : tensor<16x64xf16> -> !humming_tile.frag<16x64xf16>
  return
}

// -----

func.func @load_c2_rank(%x: memref<2x16x64xf16>, %i: index) {
  // expected-error @+1 {{expected memory of one or two dimensions, got 'memref<2x16x64xf16>'}}
  %0 = humming_tile.load %x[%i, %i, %i] : memref<2x16x64xf16> -> !humming_tile.frag<16x64xf16>
  return
}

// -----

func.func @load_c2_indices(%x: memref<?x64xf16>, %i: index) {
  // expected-error @+1 {{expected 2 indices, got 1}}
  %0 = humming_tile.load %x[%i] : memref<?x64xf16> -> !humming_tile.frag<16x64xf16>
  return
}

// -----

func.func @load_c2_shared_indices(%x: !humming_tile.smem<2x16x64xf16>, %i: index) {
  // expected-error @+1 {{expected 0 indices, got 2}}
  %0 = humming_tile.load %x[%i, %i] : !humming_tile.smem<2x16x64xf16> -> !humming_tile.frag<16x64xf16>
  return
}

// -----

func.func @load_c3_stage(%x: memref<?x64xf16>, %i: index) {
  // expected-error @+1 {{expected a stage only with shared memory}}
  %0 = humming_tile.load %x[%i, %i] stage %i : memref<?x64xf16> -> !humming_tile.frag<16x64xf16>
  return
}

// -----

func.func @load_c3_transpose(%x: memref<64xf16>, %i: index) {
  // expected-error @+1 {{expected transpose only with memory of two dimensions, got 'memref<64xf16>'}}
  %0 = humming_tile.load %x[%i] transpose : memref<64xf16> -> !humming_tile.frag<16x64xf16>
  return
}

// -----

func.func @load_c2_shared_transpose(%x: !humming_tile.smem<2x16x64xf16>, %i: index) {
  // expected-error @+1 {{expected a fragment of 64x16, got 16x64}}
  %0 = humming_tile.load %x transpose : !humming_tile.smem<2x16x64xf16> -> !humming_tile.frag<16x64xf16>
  return
}

// -----

func.func @load_c3_plane(%x: memref<16x64x!humming.code<u4>>, %i: index) {
  // expected-error @+1 {{expected a plane within '!humming.code<u4>', got bits 3 to 5 as '!humming.code<u2>'}}
  %0 = humming_tile.load %x[%i, %i] plane 3 : memref<16x64x!humming.code<u4>> -> !humming_tile.frag<16x64x!humming.code<u2>>
  return
}

// -----

func.func @load_c3_plane_of_values(%x: memref<16x64xi8>, %i: index) {
  // expected-error @+1 {{expected a plane within 'i8', got bits 0 to 4 as '!humming.code<u4>'}}
  %0 = humming_tile.load %x[%i, %i] plane 0 : memref<16x64xi8> -> !humming_tile.frag<16x64x!humming.code<u4>>
  return
}

// -----

func.func @load_c2_column(%x: !humming_tile.smem<2x64x4xf16>) {
  // expected-error @+1 {{expected a fragment of 64x1, got 64x4}}
  %0 = humming_tile.load %x column 1 : !humming_tile.smem<2x64x4xf16> -> !humming_tile.frag<64x4xf16>
  return
}

// -----

func.func @load_c2_one_column(%x: !humming_tile.smem<2x64x4xf16>) {
  // expected-error @+1 {{expected a fragment of 64x4, got 64x1}}
  %0 = humming_tile.load %x : !humming_tile.smem<2x64x4xf16> -> !humming_tile.frag<64x1xf16>
  return
}

// -----

func.func @load_c3_column(%x: !humming_tile.smem<2x64x4xf16>) {
  // expected-error @+1 {{expected a column below 4, got 4}}
  %0 = humming_tile.load %x column 4 : !humming_tile.smem<2x64x4xf16> -> !humming_tile.frag<64x1xf16>
  return
}

// -----

func.func @load_c3_negative_column(%x: !humming_tile.smem<2x64x4xf16>) {
  // expected-error @+1 {{expected a column below 4, got -1}}
  %0 = humming_tile.load %x column -1 : !humming_tile.smem<2x64x4xf16> -> !humming_tile.frag<64x1xf16>
  return
}

// -----

func.func @load_c3_column_of_memref(%x: memref<64x4xf16>, %i: index) {
  // expected-error @+1 {{expected a column only with shared memory}}
  %0 = humming_tile.load %x[%i, %i] column 1 : memref<64x4xf16> -> !humming_tile.frag<64x1xf16>
  return
}
