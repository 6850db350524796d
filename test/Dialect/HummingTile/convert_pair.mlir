// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @convert_pair
// CHECK-SAME: (%[[PAIR:.+]]: vector<2xf16>)
// CHECK: humming_tile.convert_pair %[[PAIR]] : vector<2xf16> to f8E4M3FN
// CHECK: humming_tile.convert_pair %[[PAIR]] : vector<2xf16> to f8E5M2
func.func @convert_pair(%pair: vector<2xf16>) -> (i32, i32) {
  %0 = humming_tile.convert_pair %pair : vector<2xf16> to f8E4M3FN
  %1 = humming_tile.convert_pair %pair : vector<2xf16> to f8E5M2
  return %0, %1 : i32, i32
}
