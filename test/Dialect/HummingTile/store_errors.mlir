// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @store_c1_element(%v: !humming_tile.frag<16x64xf16>, %x: memref<?x64xbf16>, %i: index) {
  // expected-error @+1 {{expected elements of 'f16' in memory, got 'bf16'}}
  humming_tile.store %v to %x[%i, %i] : !humming_tile.frag<16x64xf16> to memref<?x64xbf16>
  return
}

// -----

func.func @store_c1_narrowing(%v: !humming_tile.frag<16x64x!humming.code<u8>>, %x: memref<16x64x!humming.code<u4>>, %i: index) {
  // expected-error @+1 {{expected elements of '!humming.code<u8>' in memory, got '!humming.code<u4>'}}
  humming_tile.store %v to %x[%i, %i] : !humming_tile.frag<16x64x!humming.code<u8>> to memref<16x64x!humming.code<u4>>
  return
}

// -----

func.func @store_c2_shape(%v: !humming_tile.frag<16x32xf16>, %x: !humming_tile.smem<2x16x64xf16>, %i: index) {
  // expected-error @+1 {{expected a fragment of 16x64, got 16x32}}
  humming_tile.store %v to %x : !humming_tile.frag<16x32xf16> to !humming_tile.smem<2x16x64xf16>
  return
}

// -----

func.func @store_c2_memory(%v: !humming_tile.frag<16x64xf16>, %x: tensor<16x64xf16>, %i: index) {
  // expected-error @+1 {{expected shared memory or a memref, got 'tensor<16x64xf16>'}}
  humming_tile.store %v to %x : !humming_tile.frag<16x64xf16> to tensor<16x64xf16>
  return
}

// -----

func.func @store_c2_rank(%v: !humming_tile.frag<16x64xf16>, %x: memref<f16>, %i: index) {
  // expected-error @+1 {{expected memory of one or two dimensions, got 'memref<f16>'}}
  humming_tile.store %v to %x : !humming_tile.frag<16x64xf16> to memref<f16>
  return
}

// -----

func.func @store_c2_indices(%v: !humming_tile.frag<16x64xf16>, %x: memref<64xf16>, %i: index) {
  // expected-error @+1 {{expected 1 indices, got 2}}
  humming_tile.store %v to %x[%i, %i] : !humming_tile.frag<16x64xf16> to memref<64xf16>
  return
}

// -----

func.func @store_c2_shared_indices(%v: !humming_tile.frag<16x64xf16>, %x: !humming_tile.smem<2x16x64xf16>, %i: index) {
  // expected-error @+1 {{expected 0 indices, got 1}}
  humming_tile.store %v to %x[%i] : !humming_tile.frag<16x64xf16> to !humming_tile.smem<2x16x64xf16>
  return
}

// -----

func.func @store_c3_stage(%v: !humming_tile.frag<16x64xf16>, %x: memref<?x64xf16>, %i: index) {
  // expected-error @+1 {{expected a stage only with shared memory}}
  humming_tile.store %v to %x[%i, %i] stage %i : !humming_tile.frag<16x64xf16> to memref<?x64xf16>
  return
}

// -----

func.func @store_c3_rank(%v: !humming_tile.frag<16x64xf16>, %x: memref<?x64xf16>, %i: index,
    %b: memref<1xi64, #gpu.address_space<workgroup>>) {
  // expected-error @+1 {{expected a rank only with shared memory}}
  humming_tile.store %v to %x[%i, %i] at %i signal %b[%i]
    : !humming_tile.frag<16x64xf16> to memref<?x64xf16>, memref<1xi64, #gpu.address_space<workgroup>>
  return
}

// -----

func.func @store_c4_barrier(%v: !humming_tile.frag<16x64xf16>, %x: !humming_tile.smem<2x16x64xf16>, %i: index) {
  // expected-error @+1 {{expected a rank and an mbarrier, or neither}}
  "humming_tile.store"(%v, %x, %i) <{operandSegmentSizes = array<i32: 1, 1, 0, 0, 1, 0, 0>}>
    : (!humming_tile.frag<16x64xf16>, !humming_tile.smem<2x16x64xf16>, index) -> ()
  return
}

// -----

func.func @store_c4_bits(%v: !humming_tile.frag<16x64xf16>, %x: !humming_tile.smem<2x16x64xf16>, %i: index,
    %b: memref<1xi64, #gpu.address_space<workgroup>>) {
  // expected-error @+1 {{expected elements of 32 bits with a rank, got 'f16'}}
  humming_tile.store %v to %x at %i signal %b[%i]
    : !humming_tile.frag<16x64xf16> to !humming_tile.smem<2x16x64xf16>, memref<1xi64, #gpu.address_space<workgroup>>
  return
}

// -----

func.func @store_c3_transpose(%v: !humming_tile.frag<16x1xf16>, %x: memref<16xf16>, %i: index) {
  // expected-error @+1 {{expected transpose only with memory of two dimensions, got 'memref<16xf16>'}}
  humming_tile.store %v to %x[%i] transpose : !humming_tile.frag<16x1xf16> to memref<16xf16>
  return
}
