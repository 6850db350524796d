// RUN: humming-opt %s --split-input-file --verify-diagnostics

#packed = #humming_tile.layout<[[8, 2, 8], [4, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>

func.func @bulk_copy_c1_space(%w: memref<128x256x!humming.code<u4>, #packed>, %n: index, %sw: !humming_tile.smem<3x64x64x!humming.code<u4>>, %barriers: memref<6xi64>) {
  // expected-error @+1 {{expected shared memory, got 'memref<6xi64>'}}
  humming_tile.bulk_copy %w[%n, %n] to %sw stage %n signal %barriers[%n] : memref<128x256x!humming.code<u4>, #packed> to !humming_tile.smem<3x64x64x!humming.code<u4>>, memref<6xi64>
  return
}

// -----

func.func @bulk_copy_c2_rows(%x: memref<?x64xf16>, %n: index, %sx: !humming_tile.smem<3x16x64xf16>, %barriers: memref<6xi64, #gpu.address_space<workgroup>>) {
  // expected-error @+1 {{expected a tensor map, or memory with a layout and the buffer's elements, got 'memref<?x64xf16>'}}
  humming_tile.bulk_copy %x[%n, %n] to %sx stage %n signal %barriers[%n] : memref<?x64xf16> to !humming_tile.smem<3x16x64xf16>, memref<6xi64, #gpu.address_space<workgroup>>
  return
}

// -----

#packed = #humming_tile.layout<[[8, 2, 8], [4, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>

func.func @bulk_copy_c2_elements(%w: memref<128x256x!humming.code<u4>, #packed>, %n: index, %sx: !humming_tile.smem<3x16x64xf16>, %barriers: memref<6xi64, #gpu.address_space<workgroup>>) {
  // expected-error @+1 {{expected a tensor map, or memory with a layout and the buffer's elements, got}}
  humming_tile.bulk_copy %w[%n, %n] to %sx stage %n signal %barriers[%n] : memref<128x256x!humming.code<u4>, #packed> to !humming_tile.smem<3x16x64xf16>, memref<6xi64, #gpu.address_space<workgroup>>
  return
}

// -----

#packed = #humming_tile.layout<[[8, 2, 8], [4, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>

func.func @bulk_copy_c3_packed(%w: memref<128x256x!humming.code<u4>, #packed>, %n: index, %sw: !humming_tile.smem<3x64x64x!humming.code<u4>>, %barriers: memref<6xi64, #gpu.address_space<workgroup>>, %mask: i16) {
  // expected-error @+1 {{expected a part of a tensor map's tile to multicast, got}}
  humming_tile.bulk_copy %w[%n, %n] to %sw stage %n signal %barriers[%n] part %n multicast %mask : memref<128x256x!humming.code<u4>, #packed> to !humming_tile.smem<3x64x64x!humming.code<u4>>, memref<6xi64, #gpu.address_space<workgroup>>
  return
}

// -----

func.func @bulk_copy_c3_part(%x: !nvgpu.tensormap.descriptor<tensor = memref<16x64xf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = none, oob = zero, interleave = none>, %n: index, %sx: !humming_tile.smem<3x16x64xf16>, %barriers: memref<6xi64, #gpu.address_space<workgroup>>, %mask: i16) {
  // expected-error @+1 {{expected a part of a tensor map's tile to multicast, got}}
  "humming_tile.bulk_copy"(%x, %n, %n, %sx, %n, %barriers, %n, %mask) <{operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 1, 1, 0, 1>}> : (!nvgpu.tensormap.descriptor<tensor = memref<16x64xf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = none, oob = zero, interleave = none>, index, index, !humming_tile.smem<3x16x64xf16>, index, memref<6xi64, #gpu.address_space<workgroup>>, index, i16) -> ()
  return
}
