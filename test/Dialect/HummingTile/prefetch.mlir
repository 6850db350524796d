// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK: #[[PLANE:.+]] = #humming_tile.layout
// CHECK-LABEL: func.func @prefetch
// CHECK-SAME: (%[[W:.+]]: memref<256x512x!humming.code<u4>, #[[PLANE]]>, %[[ROW:.+]]: index, %[[FIRST:.+]]: index, %[[LAST:.+]]: index)
// CHECK: humming_tile.prefetch %[[W]][%[[ROW]], %[[FIRST]] to %[[LAST]]] rows 64 : memref<256x512x!humming.code<u4>, #[[PLANE]]>
#plane = #humming_tile.layout<[[16, 2, 8], [8, 2, 2, 2, 4, 2]] offset [0, 3, 2, 7, 4, 8, 5, 6, 1]>
func.func @prefetch(%w: memref<256x512x!humming.code<u4>, #plane>, %row: index, %first: index, %last: index) {
  humming_tile.prefetch %w[%row, %first to %last] rows 64 : memref<256x512x!humming.code<u4>, #plane>
  return
}
