// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @bulk_box_c1_space(%map: !nvgpu.tensormap.descriptor<tensor = memref<16x64xf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = none, oob = zero, interleave = none>, %dest: memref<?xf16, #gpu.address_space<workgroup>>, %index: index, %barriers: memref<6xi64>) {
  // expected-error @+1 {{expected shared memory, got 'memref<6xi64>'}}
  humming_tile.bulk_box %map[%index, %index] to %dest[%index] signal %barriers[%index] : !nvgpu.tensormap.descriptor<tensor = memref<16x64xf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = none, oob = zero, interleave = none> to memref<?xf16, #gpu.address_space<workgroup>>, memref<6xi64>
  return
}

// -----

func.func @bulk_box_c2_map(%map: memref<?xf16>, %dest: memref<?xf16, #gpu.address_space<workgroup>>, %index: index, %barriers: memref<6xi64, #gpu.address_space<workgroup>>) {
  // expected-error @+1 {{expected a tensor map, got 'memref<?xf16>'}}
  humming_tile.bulk_box %map[%index, %index] to %dest[%index] signal %barriers[%index] : memref<?xf16> to memref<?xf16, #gpu.address_space<workgroup>>, memref<6xi64, #gpu.address_space<workgroup>>
  return
}

// -----

func.func @bulk_box_c2_space(%map: !nvgpu.tensormap.descriptor<tensor = memref<16x64xf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = none, oob = zero, interleave = none>, %dest: memref<?xf16>, %index: index, %barriers: memref<6xi64, #gpu.address_space<workgroup>>) {
  // expected-error @+1 {{expected shared memory, got 'memref<?xf16>'}}
  humming_tile.bulk_box %map[%index, %index] to %dest[%index] signal %barriers[%index] : !nvgpu.tensormap.descriptor<tensor = memref<16x64xf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = none, oob = zero, interleave = none> to memref<?xf16>, memref<6xi64, #gpu.address_space<workgroup>>
  return
}
