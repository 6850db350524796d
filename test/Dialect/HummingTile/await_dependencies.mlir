// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @await_dependencies
// CHECK-NEXT: humming_tile.await_dependencies{{$}}
func.func @await_dependencies() {
  humming_tile.await_dependencies
  return
}
