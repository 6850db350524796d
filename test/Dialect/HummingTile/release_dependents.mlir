// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @release_dependents
// CHECK-NEXT: humming_tile.release_dependents{{$}}
func.func @release_dependents() {
  humming_tile.release_dependents
  return
}
