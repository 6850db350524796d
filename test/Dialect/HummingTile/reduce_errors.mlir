// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @result_type(%v: !humming_tile.frag<64x16xf32>, %p: memref<?xf32>, %c: memref<?xi32>, %i: index) {
  // expected-error @+1 {{failed to verify that all of {value, result} have same type}}
  %0 = "humming_tile.reduce"(%v, %p, %c, %i, %i, %i, %i) <{operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 1, 1>}>
     : (!humming_tile.frag<64x16xf32>, memref<?xf32>, memref<?xi32>, index, index, index, index) -> !humming_tile.frag<64x16xf16>
  return
}

// -----

func.func @reduce_c1_element(%v: !humming_tile.frag<64x16xf32>, %p: memref<?xf16>, %c: memref<?xi32>, %i: index) {
  // expected-error @+1 {{expected partials of 'f32' in one dimension, got 'memref<?xf16>'}}
  %0 = humming_tile.reduce %v tile %i slot %i of %i from %i through %p, %c
     : !humming_tile.frag<64x16xf32>, memref<?xf16>, memref<?xi32>
  return
}

// -----

func.func @reduce_c2_counters(%v: !humming_tile.frag<64x16xf32>, %p: memref<?xf32>, %c: memref<?xi64>, %i: index) {
  // expected-error @+1 {{expected counters of i32 in one dimension, got 'memref<?xi64>'}}
  %0 = humming_tile.reduce %v tile %i slot %i of %i from %i through %p, %c
     : !humming_tile.frag<64x16xf32>, memref<?xf32>, memref<?xi64>
  return
}

// -----

func.func @reduce_c2_alone(%v: !humming_tile.frag<64x16xf32>, %p: memref<?xf32>, %i: index) {
  // expected-error @+1 {{expected partials and counters, or neither}}
  %0 = "humming_tile.reduce"(%v, %p, %i, %i, %i, %i) <{operandSegmentSizes = array<i32: 1, 1, 0, 1, 1, 1, 1>}>
     : (!humming_tile.frag<64x16xf32>, memref<?xf32>, index, index, index, index) -> !humming_tile.frag<64x16xf32>
  return
}
