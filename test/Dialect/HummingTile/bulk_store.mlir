// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

#lines = #humming_tile.layout<[[2, 64], [16]] offset [0, 2, 1] swizzle 128>
!map = !nvgpu.tensormap.descriptor<tensor = memref<16x64xf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = none, oob = zero, interleave = none>
// CHECK-LABEL: func.func @bulk_store
// CHECK-SAME: (%[[MAP:.+]]: !nvgpu.tensormap.descriptor<{{.+}}>, %[[BUFFER:.+]]: !humming_tile.smem<1x128x16xf16, {{.+}}>, %[[M:.+]]: index, %[[N:.+]]: index)
// CHECK-NEXT: humming_tile.bulk_store %[[BUFFER]] to %[[MAP]][%[[M]], %[[N]]] : !humming_tile.smem<1x128x16xf16, {{.+}}> to !nvgpu.tensormap.descriptor
func.func @bulk_store(%map: !map, %buffer: !humming_tile.smem<1x128x16xf16, #lines>, %m: index, %n: index) {
  humming_tile.bulk_store %buffer to %map[%m, %n] : !humming_tile.smem<1x128x16xf16, #lines> to !map
  return
}

// CHECK-LABEL: func.func @stage
// CHECK-SAME: %[[S:[^:]+]]: index)
// CHECK-NEXT: humming_tile.bulk_store %{{.+}} stage %[[S]] to %{{.+}}[%[[S]], %[[S]]]
func.func @stage(%map: !map, %buffer: !humming_tile.smem<2x128x16xf16, #lines>, %s: index) {
  humming_tile.bulk_store %buffer stage %s to %map[%s, %s] : !humming_tile.smem<2x128x16xf16, #lines> to !map
  return
}
