// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @warps
// CHECK-NEXT: humming_tile.warps from 8 count 1 {
// CHECK-NEXT: gpu.barrier
// CHECK-NEXT: }
func.func @warps() {
  humming_tile.warps from 8 count 1 {
    gpu.barrier
  }
  return
}
