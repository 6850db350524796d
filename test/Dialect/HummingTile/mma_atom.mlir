// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @mma_atom
// CHECK-SAME: (%[[A:.+]]: vector<8xf16>, %[[B:.+]]: vector<4xf16>, %[[C:.+]]: vector<4xf32>)
// CHECK: humming_tile.mma_atom "m16n8k16" %[[A]], %[[B]], %[[C]] : vector<8xf16>, vector<4xf16>, vector<4xf32>
func.func @mma_atom(%a: vector<8xf16>, %b: vector<4xf16>, %c: vector<4xf32>) -> vector<4xf32> {
  %0 = humming_tile.mma_atom "m16n8k16" %a, %b, %c : vector<8xf16>, vector<4xf16>, vector<4xf32>
  return %0 : vector<4xf32>
}

// CHECK-LABEL: func.func @short_atom
// CHECK: humming_tile.mma_atom "m16n8k8" %{{.+}}, %{{.+}}, %{{.+}} : vector<4xf16>, vector<2xf16>, vector<4xf32>
func.func @short_atom(%a: vector<4xf16>, %b: vector<2xf16>, %c: vector<4xf32>) -> vector<4xf32> {
  %0 = humming_tile.mma_atom "m16n8k8" %a, %b, %c : vector<4xf16>, vector<2xf16>, vector<4xf32>
  return %0 : vector<4xf32>
}

// CHECK-LABEL: func.func @scaled_atom
// CHECK: humming_tile.mma_atom "m16n8k64" %{{.+}}, %{{.+}}, %{{.+}} scales(%{{.+}}, %{{.+}} : vector<4xf8E4M3FN>, vector<4xf8E4M3FN>) : vector<32xf4E2M1FN>, vector<16xf4E2M1FN>, vector<4xf32>
func.func @scaled_atom(%a: vector<32xf4E2M1FN>, %b: vector<16xf4E2M1FN>, %c: vector<4xf32>, %s: vector<4xf8E4M3FN>) -> vector<4xf32> {
  %0 = humming_tile.mma_atom "m16n8k64" %a, %b, %c scales(%s, %s : vector<4xf8E4M3FN>, vector<4xf8E4M3FN>)
       : vector<32xf4E2M1FN>, vector<16xf4E2M1FN>, vector<4xf32>
  return %0 : vector<4xf32>
}
