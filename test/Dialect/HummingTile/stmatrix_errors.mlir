// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @stmatrix_c1_elements(%x: vector<6xf16>, %memory: memref<?xf16, #gpu.address_space<workgroup>>, %at: index) {
  // expected-error @+1 {{expected 2, 4 or 8 elements, got 'vector<6xf16>'}}
  humming_tile.stmatrix %x to %memory[%at] : vector<6xf16> to memref<?xf16, #gpu.address_space<workgroup>>
  return
}

// -----

func.func @stmatrix_c1_bits(%x: vector<4xf32>, %memory: memref<?xf32, #gpu.address_space<workgroup>>, %at: index) {
  // expected-error @+1 {{operand #0 must be}}
  humming_tile.stmatrix %x to %memory[%at] : vector<4xf32> to memref<?xf32, #gpu.address_space<workgroup>>
  return
}

// -----

func.func @stmatrix_c2_space(%x: vector<8xf16>, %memory: memref<?xf16>, %at: index) {
  // expected-error @+1 {{expected shared memory of 'f16', got 'memref<?xf16>'}}
  humming_tile.stmatrix %x to %memory[%at] : vector<8xf16> to memref<?xf16>
  return
}

// -----

func.func @stmatrix_c2_elements(%x: vector<8xf16>, %memory: memref<?xbf16, #gpu.address_space<workgroup>>, %at: index) {
  // expected-error @+1 {{expected shared memory of 'f16', got}}
  humming_tile.stmatrix %x to %memory[%at] : vector<8xf16> to memref<?xbf16, #gpu.address_space<workgroup>>
  return
}
