// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

!map = !nvgpu.tensormap.descriptor<tensor = memref<16x64xf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = none, oob = zero, interleave = none>
// CHECK-LABEL: func.func @bulk_box_store
// CHECK-SAME: (%[[MAP:.+]]: !nvgpu.tensormap.descriptor<{{.+}}>, %[[S:.+]]: memref<?xf16, #gpu.address_space<workgroup>>, %[[I:.+]]: index)
// CHECK-NEXT: humming_tile.bulk_box_store %[[S]][%[[I]]] to %[[MAP]][%[[I]], %[[I]]] : memref<?xf16, #gpu.address_space<workgroup>> to !nvgpu.tensormap.descriptor
func.func @bulk_box_store(%map: !map, %source: memref<?xf16, #gpu.address_space<workgroup>>, %i: index) {
  humming_tile.bulk_box_store %source[%i] to %map[%i, %i] : memref<?xf16, #gpu.address_space<workgroup>> to !map
  return
}
