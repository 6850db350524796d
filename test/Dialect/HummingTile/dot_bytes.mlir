// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @dot_bytes
// CHECK-SAME: (%[[A:.+]]: i32, %[[B:.+]]: i32, %[[C:.+]]: i32)
// CHECK: humming_tile.dot_bytes %[[A]], %[[B]], %[[C]] : i32
func.func @dot_bytes(%a: i32, %b: i32, %c: i32) -> i32 {
  %0 = humming_tile.dot_bytes %a, %b, %c : i32
  return %0 : i32
}
