// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @cluster_store
// CHECK-SAME: (%[[V:.+]]: vector<4xf32>, %[[X:.+]]: f32, %[[M:.+]]: memref<?xf32, #gpu.address_space<workgroup>>, %[[I:.+]]: index, %[[R:.+]]: index, %[[B:.+]]: memref<1xi64, #gpu.address_space<workgroup>>)
// CHECK-NEXT: humming_tile.cluster_store %[[V]] to %[[M]][%[[I]]] at %[[R]] signal %[[B]][%[[I]]] : vector<4xf32> to memref<?xf32, #gpu.address_space<workgroup>>, memref<1xi64, #gpu.address_space<workgroup>>
// CHECK-NEXT: humming_tile.cluster_store %[[X]] to %[[M]][%[[I]]] at %[[R]] signal %[[B]][%[[I]]] : f32 to memref<?xf32, #gpu.address_space<workgroup>>, memref<1xi64, #gpu.address_space<workgroup>>
func.func @cluster_store(%v: vector<4xf32>, %x: f32, %memory: memref<?xf32, #gpu.address_space<workgroup>>, %index: index, %rank: index,
    %b: memref<1xi64, #gpu.address_space<workgroup>>) {
  humming_tile.cluster_store %v to %memory[%index] at %rank signal %b[%index] : vector<4xf32> to memref<?xf32, #gpu.address_space<workgroup>>, memref<1xi64, #gpu.address_space<workgroup>>
  humming_tile.cluster_store %x to %memory[%index] at %rank signal %b[%index] : f32 to memref<?xf32, #gpu.address_space<workgroup>>, memref<1xi64, #gpu.address_space<workgroup>>
  return
}
