// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @cluster_arrive
// CHECK-NEXT: humming_tile.cluster_arrive{{$}}
// CHECK-NEXT: humming_tile.cluster_arrive relaxed{{$}}
func.func @cluster_arrive() {
  humming_tile.cluster_arrive
  humming_tile.cluster_arrive relaxed
  return
}
