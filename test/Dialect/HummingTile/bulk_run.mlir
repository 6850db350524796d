// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @bulk_run
// CHECK-SAME: (%[[G:.+]]: memref<?xi8, 1>, %[[D:.+]]: memref<?xi8, #gpu.address_space<workgroup>>, %[[I:.+]]: index, %[[B:.+]]: memref<6xi64, #gpu.address_space<workgroup>>)
// CHECK-NEXT: humming_tile.bulk_run %[[G]][%[[I]]] to %[[D]][%[[I]]] bytes 512 signal %[[B]][%[[I]]] : memref<?xi8, 1> to memref<?xi8, #gpu.address_space<workgroup>>, memref<6xi64, #gpu.address_space<workgroup>>
func.func @bulk_run(%source: memref<?xi8, 1>, %dest: memref<?xi8, #gpu.address_space<workgroup>>, %index: index, %barriers: memref<6xi64, #gpu.address_space<workgroup>>) {
  humming_tile.bulk_run %source[%index] to %dest[%index] bytes 512 signal %barriers[%index] : memref<?xi8, 1> to memref<?xi8, #gpu.address_space<workgroup>>, memref<6xi64, #gpu.address_space<workgroup>>
  return
}
