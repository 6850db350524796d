// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @bulk_store_c1_memory(%c: memref<?x128xf16>, %buffer: !humming_tile.smem<1x128x16xf16>, %i: index) {
  // expected-error @+1 {{expected a tensor map with boxes of 16 rows of 'f16' that divide 128 columns, got 'memref<?x128xf16>'}}
  humming_tile.bulk_store %buffer to %c[%i, %i] : !humming_tile.smem<1x128x16xf16> to memref<?x128xf16>
  return
}

// -----

!map = !nvgpu.tensormap.descriptor<tensor = memref<16x64xf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = none, oob = zero, interleave = none>
func.func @bulk_store_c1_elements(%map: !map, %buffer: !humming_tile.smem<1x128x16xbf16>, %i: index) {
  // expected-error @+1 {{expected a tensor map with boxes of 16 rows of 'bf16' that divide 128 columns, got}}
  humming_tile.bulk_store %buffer to %map[%i, %i] : !humming_tile.smem<1x128x16xbf16> to !map
  return
}

// -----

!map = !nvgpu.tensormap.descriptor<tensor = memref<16x64xf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = none, oob = zero, interleave = none>
func.func @bulk_store_c1_rows(%map: !map, %buffer: !humming_tile.smem<1x128x32xf16>, %i: index) {
  // expected-error @+1 {{expected a tensor map with boxes of 32 rows of 'f16' that divide 128 columns, got}}
  humming_tile.bulk_store %buffer to %map[%i, %i] : !humming_tile.smem<1x128x32xf16> to !map
  return
}

// -----

!map = !nvgpu.tensormap.descriptor<tensor = memref<16x64xf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = none, oob = zero, interleave = none>
func.func @bulk_store_c1_columns(%map: !map, %buffer: !humming_tile.smem<1x96x16xf16>, %i: index) {
  // expected-error @+1 {{expected a tensor map with boxes of 16 rows of 'f16' that divide 96 columns, got}}
  humming_tile.bulk_store %buffer to %map[%i, %i] : !humming_tile.smem<1x96x16xf16> to !map
  return
}
