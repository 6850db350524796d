// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @bulk_run_c1_space(%source: memref<?xi8, 1>, %dest: memref<?xi8, #gpu.address_space<workgroup>>, %index: index, %barriers: memref<6xi64>) {
  // expected-error @+1 {{expected shared memory, got 'memref<6xi64>'}}
  humming_tile.bulk_run %source[%index] to %dest[%index] bytes 512 signal %barriers[%index] : memref<?xi8, 1> to memref<?xi8, #gpu.address_space<workgroup>>, memref<6xi64>
  return
}

// -----

func.func @bulk_run_c2_none(%source: memref<?xi8, 1>, %dest: memref<?xi8, #gpu.address_space<workgroup>>, %index: index, %barriers: memref<6xi64, #gpu.address_space<workgroup>>) {
  // expected-error @+1 {{expected a positive multiple of 16 bytes, got 0}}
  humming_tile.bulk_run %source[%index] to %dest[%index] bytes 0 signal %barriers[%index] : memref<?xi8, 1> to memref<?xi8, #gpu.address_space<workgroup>>, memref<6xi64, #gpu.address_space<workgroup>>
  return
}

// -----

func.func @bulk_run_c2_part(%source: memref<?xi8, 1>, %dest: memref<?xi8, #gpu.address_space<workgroup>>, %index: index, %barriers: memref<6xi64, #gpu.address_space<workgroup>>) {
  // expected-error @+1 {{expected a positive multiple of 16 bytes, got 24}}
  humming_tile.bulk_run %source[%index] to %dest[%index] bytes 24 signal %barriers[%index] : memref<?xi8, 1> to memref<?xi8, #gpu.address_space<workgroup>>, memref<6xi64, #gpu.address_space<workgroup>>
  return
}

// -----

func.func @bulk_run_c3_elements(%source: memref<?xf16, 1>, %dest: memref<?xi8, #gpu.address_space<workgroup>>, %index: index, %barriers: memref<6xi64, #gpu.address_space<workgroup>>) {
  // expected-error @+1 {{expected one element type, got 'f16' and 'i8'}}
  humming_tile.bulk_run %source[%index] to %dest[%index] bytes 512 signal %barriers[%index] : memref<?xf16, 1> to memref<?xi8, #gpu.address_space<workgroup>>, memref<6xi64, #gpu.address_space<workgroup>>
  return
}

// -----

func.func @bulk_run_c3_space(%source: memref<?xi8, 1>, %dest: memref<?xi8, 1>, %index: index, %barriers: memref<6xi64, #gpu.address_space<workgroup>>) {
  // expected-error @+1 {{expected shared memory, got 'memref<?xi8, 1>'}}
  humming_tile.bulk_run %source[%index] to %dest[%index] bytes 512 signal %barriers[%index] : memref<?xi8, 1> to memref<?xi8, 1>, memref<6xi64, #gpu.address_space<workgroup>>
  return
}
