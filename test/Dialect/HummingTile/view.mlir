// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK: #[[PLANE:.+]] = #humming_tile.layout
// CHECK-LABEL: func.func @view
// CHECK-SAME: (%[[B:.+]]: memref<?xi8>)
// CHECK: humming_tile.view %[[B]] at 2048 : memref<?xi8> to memref<64x64x!humming.code<u2>, #[[PLANE]]>
#plane = #humming_tile.layout<[[4, 2, 8], [1, 2, 2, 2, 4, 2]] offset [0, 3, 2, 7, 4, 8, 5, 6, 1]>
func.func @view(%b: memref<?xi8>) -> memref<64x64x!humming.code<u2>, #plane> {
  %0 = humming_tile.view %b at 2048 : memref<?xi8> to memref<64x64x!humming.code<u2>, #plane>
  return %0 : memref<64x64x!humming.code<u2>, #plane>
}
