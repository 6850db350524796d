// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

#packed = #humming_tile.layout<[[8, 2, 8], [4, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>

// Runs of packed weights, a box of activations.

// CHECK-LABEL: func.func @bulk_copy
// CHECK: humming_tile.bulk_copy %{{.+}}[%[[N:.+]], %[[K:.+]]] to %{{.+}} stage %[[S:.+]] signal %[[B:.+]][%[[S]]] : memref<128x256x!humming.code<u4>
// CHECK-SAME: to !humming_tile.smem<3x64x64x!humming.code<u4>>, memref<6xi64, #gpu.address_space<workgroup>>
// CHECK: humming_tile.bulk_copy %{{.+}}[%[[N]], %[[K]]] to %{{.+}} stage %[[S]] signal %[[B]][%[[S]]] : !nvgpu.tensormap.descriptor
func.func @bulk_copy(%w: memref<128x256x!humming.code<u4>, #packed>, %x: !nvgpu.tensormap.descriptor<tensor = memref<16x64xf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = none, oob = zero, interleave = none>, %n: index, %k: index, %sw: !humming_tile.smem<3x64x64x!humming.code<u4>>, %sx: !humming_tile.smem<3x16x64xf16>, %stage: index, %barriers: memref<6xi64, #gpu.address_space<workgroup>>) {
  humming_tile.bulk_copy %w[%n, %k] to %sw stage %stage signal %barriers[%stage] : memref<128x256x!humming.code<u4>, #packed> to !humming_tile.smem<3x64x64x!humming.code<u4>>, memref<6xi64, #gpu.address_space<workgroup>>
  humming_tile.bulk_copy %x[%n, %k] to %sx stage %stage signal %barriers[%stage] : !nvgpu.tensormap.descriptor<tensor = memref<16x64xf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = none, oob = zero, interleave = none> to !humming_tile.smem<3x16x64xf16>, memref<6xi64, #gpu.address_space<workgroup>>
  return
}

// CHECK-LABEL: func.func @multicast
// CHECK-SAME: %[[PART:[^:]+]]: index, %[[MASK:[^:]+]]: i16)
// CHECK: humming_tile.bulk_copy %{{.+}} signal %{{.+}} part %[[PART]] multicast %[[MASK]] : !nvgpu.tensormap.descriptor
func.func @multicast(%x: !nvgpu.tensormap.descriptor<tensor = memref<16x64xf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = none, oob = zero, interleave = none>, %sx: !humming_tile.smem<3x32x64xf16>, %stage: index, %barriers: memref<6xi64, #gpu.address_space<workgroup>>, %part: index, %mask: i16) {
  humming_tile.bulk_copy %x[%part, %part] to %sx stage %stage signal %barriers[%stage] part %part multicast %mask : !nvgpu.tensormap.descriptor<tensor = memref<16x64xf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = none, oob = zero, interleave = none> to !humming_tile.smem<3x32x64xf16>, memref<6xi64, #gpu.address_space<workgroup>>
  return
}
