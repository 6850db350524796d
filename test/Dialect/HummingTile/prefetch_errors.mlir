// RUN: humming-opt %s --split-input-file --verify-diagnostics

#plane = #humming_tile.layout<[[16, 2, 8], [8, 2, 2, 2, 4, 2]] offset [0, 3, 2, 7, 4, 8, 5, 6, 1]>
func.func @prefetch_c1_rows(%w: memref<256x512x!humming.code<u4>, #plane>, %i: index) {
  // expected-error @+1 {{expected a positive multiple of 16 rows, got 24}}
  humming_tile.prefetch %w[%i, %i to %i] rows 24 : memref<256x512x!humming.code<u4>, #plane>
  return
}

// -----

#plane = #humming_tile.layout<[[16, 2, 8], [8, 2, 2, 2, 4, 2]] offset [0, 3, 2, 7, 4, 8, 5, 6, 1]>
func.func @prefetch_c1_none(%w: memref<256x512x!humming.code<u4>, #plane>, %i: index) {
  // expected-error @+1 {{expected a positive multiple of 16 rows, got 0}}
  humming_tile.prefetch %w[%i, %i to %i] rows 0 : memref<256x512x!humming.code<u4>, #plane>
  return
}

// -----

func.func @prefetch_c2_row_major(%w: memref<256x512xf16>, %i: index) {
  // expected-error @+1 {{expected packed memory in runs of whole 16 bytes, got 'memref<256x512xf16>'}}
  humming_tile.prefetch %w[%i, %i to %i] rows 64 : memref<256x512xf16>
  return
}

// -----

// The parts of eight rows lie apart, whatever way the tile goes on.
#apart = #humming_tile.layout<[[16, 8], [8, 64]] offset [1, 0, 2, 3]>
func.func @prefetch_c2_apart(%w: memref<128x512xf16, #apart>, %i: index) {
  // expected-error @+1 {{expected packed memory in runs of whole 16 bytes}}
  humming_tile.prefetch %w[%i, %i to %i] rows 64 : memref<128x512xf16, #apart>
  return
}

// -----

// A part is 8 bytes.
#short = #humming_tile.layout<[[16, 8], [8]] offset [2, 0, 1]>
func.func @prefetch_c2_short(%w: memref<128x8x!humming.code<u8>, #short>, %i: index) {
  // expected-error @+1 {{expected packed memory in runs of whole 16 bytes}}
  humming_tile.prefetch %w[%i, %i to %i] rows 64 : memref<128x8x!humming.code<u8>, #short>
  return
}

// -----

#swizzled = #humming_tile.layout<[[16, 8], [8, 64]] offset [0, 2, 1, 3] swizzle 128>
func.func @prefetch_c2_swizzle(%w: memref<128x512xf16, #swizzled>, %i: index) {
  // expected-error @+1 {{expected packed memory in runs of whole 16 bytes}}
  humming_tile.prefetch %w[%i, %i to %i] rows 64 : memref<128x512xf16, #swizzled>
  return
}
