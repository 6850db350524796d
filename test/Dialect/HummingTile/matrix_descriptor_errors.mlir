// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @rank(%memory: memref<8x64xf16, #gpu.address_space<workgroup>>, %offset: index) {
  // expected-error @+1 {{operand #0 must be 1D memref of any type values}}
  %0 = humming_tile.matrix_descriptor %memory[%offset] : memref<8x64xf16, #gpu.address_space<workgroup>>
  return
}

// -----

func.func @matrix_descriptor_c1_space(%memory: memref<?xf16>, %offset: index) {
  // expected-error @+1 {{expected shared memory, got 'memref<?xf16>'}}
  %0 = humming_tile.matrix_descriptor %memory[%offset] : memref<?xf16>
  return
}

// -----

func.func @matrix_descriptor_c2_count(%memory: memref<?xi8, #gpu.address_space<workgroup>>, %offset: index) {
  // expected-error @+1 {{expected two strides of core matrices, multiples of 16 below 262144, got 128}}
  %0 = humming_tile.matrix_descriptor %memory[%offset] matrices [128] : memref<?xi8, #gpu.address_space<workgroup>>
  return
}

// -----

func.func @matrix_descriptor_c2_multiple(%memory: memref<?xi8, #gpu.address_space<workgroup>>, %offset: index) {
  // expected-error @+1 {{expected two strides of core matrices, multiples of 16 below 262144, got 1024, 8}}
  %0 = humming_tile.matrix_descriptor %memory[%offset] matrices [1024, 8] : memref<?xi8, #gpu.address_space<workgroup>>
  return
}

// -----

func.func @matrix_descriptor_c2_positive(%memory: memref<?xi8, #gpu.address_space<workgroup>>, %offset: index) {
  // expected-error @+1 {{expected two strides of core matrices, multiples of 16 below 262144, got 0, 128}}
  %0 = humming_tile.matrix_descriptor %memory[%offset] matrices [0, 128] : memref<?xi8, #gpu.address_space<workgroup>>
  return
}

// -----

func.func @matrix_descriptor_c2_most(%memory: memref<?xi8, #gpu.address_space<workgroup>>, %offset: index) {
  // expected-error @+1 {{expected two strides of core matrices, multiples of 16 below 262144, got 262144, 128}}
  %0 = humming_tile.matrix_descriptor %memory[%offset] matrices [262144, 128] : memref<?xi8, #gpu.address_space<workgroup>>
  return
}
