// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @byte_permute
// CHECK-SAME: (%[[A:.+]]: i32, %[[B:.+]]: i32, %[[S:.+]]: i32)
// CHECK: humming_tile.byte_permute %[[A]], %[[B]], %[[S]] : i32
func.func @byte_permute(%a: i32, %b: i32, %selector: i32) -> i32 {
  %0 = humming_tile.byte_permute %a, %b, %selector : i32
  return %0 : i32
}
