// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @mbarrier_wait
// CHECK-SAME: (%[[B:.+]]: memref<6xi64, #gpu.address_space<workgroup>>, %[[I:.+]]: index, %[[P:.+]]: i32)
// CHECK-NEXT: humming_tile.mbarrier_wait %[[B]][%[[I]]] parity %[[P]] : memref<6xi64, #gpu.address_space<workgroup>>
func.func @mbarrier_wait(%barriers: memref<6xi64, #gpu.address_space<workgroup>>, %index: index, %parity: i32) {
  humming_tile.mbarrier_wait %barriers[%index] parity %parity : memref<6xi64, #gpu.address_space<workgroup>>
  return
}
