// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @mbarrier_arrive
// CHECK-SAME: (%[[B:.+]]: memref<6xi64, #gpu.address_space<workgroup>>, %[[I:.+]]: index)
// CHECK-NEXT: humming_tile.mbarrier_arrive %[[B]][%[[I]]] : memref<6xi64, #gpu.address_space<workgroup>>
// CHECK-NEXT: humming_tile.mbarrier_arrive %[[B]][%[[I]]] expect 4096 : memref<6xi64, #gpu.address_space<workgroup>>
// CHECK-NEXT: humming_tile.mbarrier_arrive %[[B]][%[[I]]] at %[[I]] : memref<6xi64, #gpu.address_space<workgroup>>
func.func @mbarrier_arrive(%barriers: memref<6xi64, #gpu.address_space<workgroup>>, %index: index) {
  humming_tile.mbarrier_arrive %barriers[%index] : memref<6xi64, #gpu.address_space<workgroup>>
  humming_tile.mbarrier_arrive %barriers[%index] expect 4096 : memref<6xi64, #gpu.address_space<workgroup>>
  humming_tile.mbarrier_arrive %barriers[%index] at %index : memref<6xi64, #gpu.address_space<workgroup>>
  return
}
