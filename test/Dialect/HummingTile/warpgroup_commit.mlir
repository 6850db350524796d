// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @warpgroup_commit
// CHECK-NEXT: humming_tile.warpgroup_commit{{$}}
func.func @warpgroup_commit() {
  humming_tile.warpgroup_commit
  return
}
