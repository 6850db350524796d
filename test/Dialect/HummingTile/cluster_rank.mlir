// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @cluster_rank
// CHECK-NEXT: %[[RANK:.+]] = humming_tile.cluster_rank
// CHECK-NEXT: return %[[RANK]] : index
func.func @cluster_rank() -> index {
  %rank = humming_tile.cluster_rank
  return %rank : index
}
