// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @cluster_store_c1_space(%v: f32, %memory: memref<?xf32>, %index: index,
    %b: memref<1xi64, #gpu.address_space<workgroup>>) {
  // expected-error @+1 {{expected shared memory, got 'memref<?xf32>'}}
  humming_tile.cluster_store %v to %memory[%index] at %index signal %b[%index] : f32 to memref<?xf32>, memref<1xi64, #gpu.address_space<workgroup>>
  return
}

// -----

func.func @cluster_store_c1_barriers(%v: f32, %memory: memref<?xf32, #gpu.address_space<workgroup>>, %index: index,
    %b: memref<1xi64>) {
  // expected-error @+1 {{expected shared memory, got 'memref<1xi64>'}}
  humming_tile.cluster_store %v to %memory[%index] at %index signal %b[%index]
    : f32 to memref<?xf32, #gpu.address_space<workgroup>>, memref<1xi64>
  return
}

// -----

func.func @cluster_store_c2_element(%v: vector<4xi32>, %memory: memref<?xf32, #gpu.address_space<workgroup>>, %index: index,
    %b: memref<1xi64, #gpu.address_space<workgroup>>) {
  // expected-error @+1 {{expected one, two or four of the memory's elements of 32 bits, got 'vector<4xi32>'}}
  humming_tile.cluster_store %v to %memory[%index] at %index signal %b[%index] : vector<4xi32> to memref<?xf32, #gpu.address_space<workgroup>>, memref<1xi64, #gpu.address_space<workgroup>>
  return
}

// -----

func.func @cluster_store_c2_bits(%v: vector<4xf16>, %memory: memref<?xf16, #gpu.address_space<workgroup>>, %index: index,
    %b: memref<1xi64, #gpu.address_space<workgroup>>) {
  // expected-error @+1 {{expected one, two or four of the memory's elements of 32 bits, got 'vector<4xf16>'}}
  humming_tile.cluster_store %v to %memory[%index] at %index signal %b[%index] : vector<4xf16> to memref<?xf16, #gpu.address_space<workgroup>>, memref<1xi64, #gpu.address_space<workgroup>>
  return
}

// -----

func.func @cluster_store_c2_length(%v: vector<8xf32>, %memory: memref<?xf32, #gpu.address_space<workgroup>>, %index: index,
    %b: memref<1xi64, #gpu.address_space<workgroup>>) {
  // expected-error @+1 {{expected one, two or four of the memory's elements of 32 bits, got 'vector<8xf32>'}}
  humming_tile.cluster_store %v to %memory[%index] at %index signal %b[%index] : vector<8xf32> to memref<?xf32, #gpu.address_space<workgroup>>, memref<1xi64, #gpu.address_space<workgroup>>
  return
}
