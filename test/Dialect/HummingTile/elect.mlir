// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @elect
// CHECK-NEXT: %[[LEADS:.+]] = humming_tile.elect{{$}}
// CHECK-NEXT: return %[[LEADS]] : i1
func.func @elect() -> i1 {
  %leads = humming_tile.elect
  return %leads : i1
}
