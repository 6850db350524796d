// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @commit
// CHECK: humming_tile.async_commit
func.func @commit() {
  humming_tile.async_commit
  return
}
