// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @bulk_prefetch
// CHECK-SAME: (%[[MEMORY:.+]]: memref<?xi8>, %[[OFFSET:.+]]: index, %[[BYTES:.+]]: index)
// CHECK: humming_tile.bulk_prefetch %[[MEMORY]][%[[OFFSET]]] bytes %[[BYTES]] : memref<?xi8>
func.func @bulk_prefetch(%memory: memref<?xi8>, %offset: index, %bytes: index) {
  humming_tile.bulk_prefetch %memory[%offset] bytes %bytes : memref<?xi8>
  return
}
