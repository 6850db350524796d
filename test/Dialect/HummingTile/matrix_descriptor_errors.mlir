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
