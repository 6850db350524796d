// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @mbarrier_init
// CHECK-SAME: (%[[B:.+]]: memref<6xi64, #gpu.address_space<workgroup>>, %[[I:.+]]: index)
// CHECK-NEXT: humming_tile.mbarrier_init %[[B]][%[[I]]] count 8 : memref<6xi64, #gpu.address_space<workgroup>>
func.func @mbarrier_init(%barriers: memref<6xi64, #gpu.address_space<workgroup>>, %index: index) {
  humming_tile.mbarrier_init %barriers[%index] count 8 : memref<6xi64, #gpu.address_space<workgroup>>
  return
}
