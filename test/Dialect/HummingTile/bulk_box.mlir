// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @bulk_box
// CHECK-SAME: (%[[X:.+]]: !nvgpu.tensormap.descriptor<{{.+}}>, %[[D:.+]]: memref<?xf16, #gpu.address_space<workgroup>>, %[[I:.+]]: index, %[[B:.+]]: memref<6xi64, #gpu.address_space<workgroup>>)
// CHECK-NEXT: humming_tile.bulk_box %[[X]][%[[I]], %[[I]]] to %[[D]][%[[I]]] signal %[[B]][%[[I]]] : !nvgpu.tensormap.descriptor
func.func @bulk_box(%map: !nvgpu.tensormap.descriptor<tensor = memref<16x64xf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = none, oob = zero, interleave = none>, %dest: memref<?xf16, #gpu.address_space<workgroup>>, %index: index, %barriers: memref<6xi64, #gpu.address_space<workgroup>>) {
  humming_tile.bulk_box %map[%index, %index] to %dest[%index] signal %barriers[%index] : !nvgpu.tensormap.descriptor<tensor = memref<16x64xf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = none, oob = zero, interleave = none> to memref<?xf16, #gpu.address_space<workgroup>>, memref<6xi64, #gpu.address_space<workgroup>>
  return
}

// CHECK-LABEL: func.func @multicast
// CHECK-SAME: %[[MASK:[^:]+]]: i16)
// CHECK-NEXT: humming_tile.bulk_box %{{.+}} signal %{{.+}} multicast %[[MASK]] : !nvgpu.tensormap.descriptor
func.func @multicast(%map: !nvgpu.tensormap.descriptor<tensor = memref<16x64xf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = none, oob = zero, interleave = none>, %dest: memref<?xf16, #gpu.address_space<workgroup>>, %index: index, %barriers: memref<6xi64, #gpu.address_space<workgroup>>, %mask: i16) {
  humming_tile.bulk_box %map[%index, %index] to %dest[%index] signal %barriers[%index] multicast %mask : !nvgpu.tensormap.descriptor<tensor = memref<16x64xf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = none, oob = zero, interleave = none> to memref<?xf16, #gpu.address_space<workgroup>>, memref<6xi64, #gpu.address_space<workgroup>>
  return
}
