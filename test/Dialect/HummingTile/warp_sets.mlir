// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @warp_sets
// CHECK-NEXT: %[[NUMBER:.+]], %[[SETS:.+]] = humming_tile.warp_sets 2
// CHECK-NEXT: return %[[NUMBER]], %[[SETS]] : index, index
func.func @warp_sets() -> (index, index) {
  %number, %sets = humming_tile.warp_sets 2
  return %number, %sets : index, index
}
