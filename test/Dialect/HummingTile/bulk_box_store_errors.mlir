// RUN: humming-opt %s --split-input-file --verify-diagnostics

!map = !nvgpu.tensormap.descriptor<tensor = memref<16x64xf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = none, oob = zero, interleave = none>
func.func @bulk_box_store_c1(%map: !map, %source: memref<?xf16>, %i: index) {
  // expected-error @+1 {{expected shared memory, got 'memref<?xf16>'}}
  humming_tile.bulk_box_store %source[%i] to %map[%i, %i] : memref<?xf16> to !map
  return
}

// -----

func.func @bulk_box_store_c2(%map: memref<?xf16>, %source: memref<?xf16, #gpu.address_space<workgroup>>, %i: index) {
  // expected-error @+1 {{expected a tensor map, got 'memref<?xf16>'}}
  humming_tile.bulk_box_store %source[%i] to %map[%i, %i] : memref<?xf16, #gpu.address_space<workgroup>> to memref<?xf16>
  return
}
