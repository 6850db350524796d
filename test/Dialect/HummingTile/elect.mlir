// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @elect
// CHECK-NEXT: %[[LEADS:.+]] = humming_tile.elect{{$}}
// CHECK-NEXT: humming_tile.elect 4{{$}}
// CHECK-NEXT: return %[[LEADS]] : i1
func.func @elect() -> i1 {
  %leads = humming_tile.elect
  %four = humming_tile.elect 4
  return %leads : i1
}
