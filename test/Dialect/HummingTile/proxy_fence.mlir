// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @proxy_fence
// CHECK-NEXT: humming_tile.proxy_fence{{$}}
func.func @proxy_fence() {
  humming_tile.proxy_fence
  return
}
