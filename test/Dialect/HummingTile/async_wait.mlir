// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @groups
// CHECK: humming_tile.async_commit
// CHECK-NEXT: humming_tile.async_wait 2
// CHECK-NEXT: humming_tile.async_wait 0
func.func @groups() {
  humming_tile.async_commit
  humming_tile.async_wait 2
  humming_tile.async_wait 0
  return
}
