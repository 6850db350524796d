// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @matrix_descriptor
// CHECK-SAME: (%[[MEMORY:.+]]: memref<?xf16, #gpu.address_space<workgroup>>, %[[OFFSET:.+]]: index) -> i64
// CHECK: humming_tile.matrix_descriptor %[[MEMORY]][%[[OFFSET]]] : memref<?xf16, #gpu.address_space<workgroup>>
func.func @matrix_descriptor(%memory: memref<?xf16, #gpu.address_space<workgroup>>, %offset: index) -> i64 {
  %0 = humming_tile.matrix_descriptor %memory[%offset] : memref<?xf16, #gpu.address_space<workgroup>>
  return %0 : i64
}

// Of core matrices: bytes from one to the next along a row, and from eight rows to the next.

// CHECK-LABEL: func.func @core_matrices
// CHECK-SAME: (%[[MEMORY:.+]]: memref<?xi8, #gpu.address_space<workgroup>>, %[[OFFSET:.+]]: index) -> i64
// CHECK: humming_tile.matrix_descriptor %[[MEMORY]][%[[OFFSET]]] matrices [1024, 128] : memref<?xi8, #gpu.address_space<workgroup>>
func.func @core_matrices(%memory: memref<?xi8, #gpu.address_space<workgroup>>, %offset: index) -> i64 {
  %0 = humming_tile.matrix_descriptor %memory[%offset] matrices [1024, 128] : memref<?xi8, #gpu.address_space<workgroup>>
  return %0 : i64
}
