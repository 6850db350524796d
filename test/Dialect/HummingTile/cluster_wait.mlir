// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @cluster_wait
// CHECK-NEXT: humming_tile.cluster_wait
func.func @cluster_wait() {
  humming_tile.cluster_wait
  return
}
