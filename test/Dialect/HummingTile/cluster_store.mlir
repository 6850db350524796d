// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @cluster_store
// CHECK-SAME: (%[[V:.+]]: vector<4xf32>, %[[X:.+]]: f32, %[[M:.+]]: memref<?xf32, #gpu.address_space<workgroup>>, %[[I:.+]]: index, %[[R:.+]]: index)
// CHECK-NEXT: humming_tile.cluster_store %[[V]] to %[[M]][%[[I]]] at %[[R]] : vector<4xf32> to memref<?xf32, #gpu.address_space<workgroup>>
// CHECK-NEXT: humming_tile.cluster_store %[[X]] to %[[M]][%[[I]]] at %[[R]] : f32 to memref<?xf32, #gpu.address_space<workgroup>>
func.func @cluster_store(%v: vector<4xf32>, %x: f32, %memory: memref<?xf32, #gpu.address_space<workgroup>>, %index: index, %rank: index) {
  humming_tile.cluster_store %v to %memory[%index] at %rank : vector<4xf32> to memref<?xf32, #gpu.address_space<workgroup>>
  humming_tile.cluster_store %x to %memory[%index] at %rank : f32 to memref<?xf32, #gpu.address_space<workgroup>>
  return
}
