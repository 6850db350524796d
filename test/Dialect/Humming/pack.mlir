// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | FileCheck %s --check-prefix=GENERIC

// CHECK-LABEL: func.func @prepare
// CHECK-SAME: (%[[W:.+]]: tensor<64x64x!humming.code<u4>>
// CHECK: %[[P:.+]] = humming.pack %[[W]] : tensor<64x64x!humming.code<u4>> -> tensor<64x64x!humming.code<u4>, "packed">
// CHECK: humming.pack %[[P]] : tensor<64x64x!humming.code<u4>, "packed"> -> tensor<64x64x!humming.code<u4>>
// CHECK: humming.pack %{{.+}} : tensor<64x2xf16> -> tensor<64x2xf16, "packed">
// GENERIC: "humming.pack"(%{{.+}}) : (tensor<64x64x!humming.code<u4>>) -> tensor<64x64x!humming.code<u4>, "packed">
func.func @prepare(%w: tensor<64x64x!humming.code<u4>>, %s: tensor<64x2xf16>)
    -> (tensor<64x64x!humming.code<u4>, "packed">, tensor<64x64x!humming.code<u4>>, tensor<64x2xf16, "packed">) {
  %p = humming.pack %w : tensor<64x64x!humming.code<u4>> -> tensor<64x64x!humming.code<u4>, "packed">
  %u = humming.pack %p : tensor<64x64x!humming.code<u4>, "packed"> -> tensor<64x64x!humming.code<u4>>
  %q = humming.pack %s : tensor<64x2xf16> -> tensor<64x2xf16, "packed">
  return %p, %u, %q : tensor<64x64x!humming.code<u4>, "packed">, tensor<64x64x!humming.code<u4>>, tensor<64x2xf16, "packed">
}

// Zero points are packed as bytes.
// CHECK-LABEL: func.func @widen
// CHECK: humming.pack %{{.+}} : tensor<64x2x!humming.code<u4>> -> tensor<64x2x!humming.code<u8>, "packed">
func.func @widen(%z: tensor<64x2x!humming.code<u4>>) -> tensor<64x2x!humming.code<u8>, "packed"> {
  %p = humming.pack %z : tensor<64x2x!humming.code<u4>> -> tensor<64x2x!humming.code<u8>, "packed">
  return %p : tensor<64x2x!humming.code<u8>, "packed">
}

// Weights in permuted order; a scale for each block of 48 rows, the last of which is short.
// CHECK-LABEL: func.func @permuted
// CHECK: humming.pack %{{.+}} perm(%{{.+}} : tensor<64xi32>) : tensor<64x64x!humming.code<u4>> -> tensor<64x64x!humming.code<u4>, "packed">
// CHECK: humming.pack %{{.+}} row_block 48 : tensor<2x4xf32> -> tensor<64x4xf32, "packed">
// GENERIC: "humming.pack"(%{{.+}}) <{row_block = 48 : i64}> : (tensor<2x4xf32>) -> tensor<64x4xf32, "packed">
func.func @permuted(%w: tensor<64x64x!humming.code<u4>>, %perm: tensor<64xi32>, %s: tensor<2x4xf32>)
    -> (tensor<64x64x!humming.code<u4>, "packed">, tensor<64x4xf32, "packed">) {
  %p = humming.pack %w perm(%perm : tensor<64xi32>) : tensor<64x64x!humming.code<u4>> -> tensor<64x64x!humming.code<u4>, "packed">
  %q = humming.pack %s row_block 48 : tensor<2x4xf32> -> tensor<64x4xf32, "packed">
  return %p, %q : tensor<64x64x!humming.code<u4>, "packed">, tensor<64x4xf32, "packed">
}

// Codes of 8 bits as the operands that they become.
// CHECK-LABEL: func.func @operands
// CHECK: humming.pack %{{.+}} as f8E4M3FN : tensor<64x64x!humming.code<e4m3>> -> tensor<64x64x!humming.code<e4m3>, "packed">
func.func @operands(%w: tensor<64x64x!humming.code<e4m3>>) -> tensor<64x64x!humming.code<e4m3>, "packed"> {
  %p = humming.pack %w as f8E4M3FN : tensor<64x64x!humming.code<e4m3>> -> tensor<64x64x!humming.code<e4m3>, "packed">
  return %p : tensor<64x64x!humming.code<e4m3>, "packed">
}
