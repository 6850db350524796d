// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @stmatrix
// CHECK-SAME: (%[[X:.+]]: vector<8xf16>, %[[F16:.+]]: memref<?xf16, {{.+}}>, %[[Y:.+]]: vector<2xbf16>, %[[BF16:.+]]: memref<?xbf16, {{.+}}>, %[[AT:.+]]: index)
// CHECK-NEXT: humming_tile.stmatrix %[[X]] to %[[F16]][%[[AT]]] : vector<8xf16> to memref<?xf16, #gpu.address_space<workgroup>>
// CHECK-NEXT: humming_tile.stmatrix %[[Y]] to %[[BF16]][%[[AT]]] : vector<2xbf16> to memref<?xbf16, #gpu.address_space<workgroup>>
func.func @stmatrix(%x: vector<8xf16>, %f16: memref<?xf16, #gpu.address_space<workgroup>>, %y: vector<2xbf16>,
                    %bf16: memref<?xbf16, #gpu.address_space<workgroup>>, %at: index) {
  humming_tile.stmatrix %x to %f16[%at] : vector<8xf16> to memref<?xf16, #gpu.address_space<workgroup>>
  humming_tile.stmatrix %y to %bf16[%at] : vector<2xbf16> to memref<?xbf16, #gpu.address_space<workgroup>>
  return
}
