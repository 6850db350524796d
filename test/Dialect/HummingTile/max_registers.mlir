// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @max_registers
// CHECK-NEXT: humming_tile.max_registers 24{{$}}
// CHECK-NEXT: humming_tile.max_registers more 240{{$}}
func.func @max_registers() {
  humming_tile.max_registers 24
  humming_tile.max_registers more 240
  return
}
