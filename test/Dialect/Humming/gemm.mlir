// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | FileCheck %s --check-prefix=GENERIC
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// Custom and generic form of humming.gemm survive a round trip.

// CHECK-DAG: #[[NUMERICS:.+]] = #humming.numerics<acc = f32, scale = operand>
// CHECK-DAG: #[[SCHEDULE:.+]] = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 4, mma = m16n8k16, copy = cp_async, split_k = 1>

// CHECK-LABEL: func.func @scale_zero_bias
// CHECK-SAME: (%[[A:.+]]: tensor<?x512xf16>, %[[W:.+]]: tensor<256x512x!humming.code<u4>>, %[[S:.+]]: tensor<256x4xf16>, %[[Z:.+]]: tensor<256x4x!humming.code<u4>>, %[[BIAS:.+]]: tensor<256xf16>)
// CHECK: %[[C:.+]] = humming.gemm a(%[[A]] : tensor<?x512xf16>) b(%[[W]] : tensor<256x512x!humming.code<u4>>)
// CHECK-SAME: scale(%[[S]] : tensor<256x4xf16>) zero(%[[Z]] : tensor<256x4x!humming.code<u4>>)
// CHECK-SAME: epilogue(%[[BIAS]] : tensor<256xf16>) -> tensor<?x256xf16> {
// CHECK-NEXT: ^bb0(%[[ACC:.+]]: f32, %[[BJ:.+]]: f16):
// CHECK: humming.yield %{{.+}} : f16
// CHECK: return %[[C]]
// GENERIC-LABEL: sym_name = "scale_zero_bias"
// GENERIC: "humming.gemm"(%{{.+}}, %{{.+}}, %{{.+}}, %{{.+}}, %{{.+}}) <{operandSegmentSizes = array<i32: 1, 1, 1, 1, 0, 0, 0, 1>}> ({
// GENERIC-NEXT: ^bb0(%{{.+}}: f32, %{{.+}}: f16):
// GENERIC: "humming.yield"(%{{.+}}) : (f16) -> ()
// GENERIC: (tensor<?x512xf16>, tensor<256x512x!humming.code<u4>>, tensor<256x4xf16>, tensor<256x4x!humming.code<u4>>, tensor<256xf16>) -> tensor<?x256xf16>
func.func @scale_zero_bias(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xf16>, %z: tensor<256x4x!humming.code<u4>>,
    %bias: tensor<256xf16>) -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) zero(%z : tensor<256x4x!humming.code<u4>>)
       epilogue(%bias : tensor<256xf16>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32, %bj: f16):
    %b = arith.extf %bj : f16 to f32
    %x = arith.addf %acc, %b : f32
    %h = arith.truncf %x : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// No scale, no zero points, no extra epilogue operands.
// CHECK-LABEL: func.func @codes_alone
// CHECK: humming.gemm a(%{{.+}} : tensor<3x64xbf16>) b(%{{.+}} : tensor<64x64x!humming.code<e2m1>>) -> tensor<3x64xf32> {
// GENERIC-LABEL: sym_name = "codes_alone"
// GENERIC: operandSegmentSizes = array<i32: 1, 1, 0, 0, 0, 0, 0, 0>
func.func @codes_alone(%a: tensor<3x64xbf16>, %w: tensor<64x64x!humming.code<e2m1>>) -> tensor<3x64xf32> {
  %c = humming.gemm a(%a : tensor<3x64xbf16>) b(%w : tensor<64x64x!humming.code<e2m1>>) -> tensor<3x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<3x64xf32>
}

// CHECK-LABEL: func.func @attributes
// CHECK: humming.gemm {{.*}} -> tensor<?x64xf32> attributes {numerics = #[[NUMERICS]], schedule = #[[SCHEDULE]]} {
// GENERIC-LABEL: sym_name = "attributes"
// GENERIC: <{numerics = #{{.+}}, operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 0, 0, 0>, schedule = #{{.+}}}>
func.func @attributes(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<i4>>, %s: tensor<64x2xf16>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<i4>>)
       scale(%s : tensor<64x2xf16>) -> tensor<?x64xf32>
       attributes {numerics = #humming.numerics<acc = f32, scale = operand>,
                   schedule = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 4,
                                                mma = m16n8k16, copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// A scale per tensor; an epilogue operand of M x N; a constant in the epilogue.
// CHECK-LABEL: func.func @residual
// CHECK: scale(%{{.+}} : tensor<1x1xf32>) epilogue(%{{.+}}, %{{.+}} : tensor<64xf32>, tensor<?x64xf16>) -> tensor<?x64xf16> {
// CHECK-NEXT: ^bb0(%{{.+}}: f32, %{{.+}}: f32, %{{.+}}: f16):
func.func @residual(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<e4m3>>, %s: tensor<1x1xf32>,
    %gain: tensor<64xf32>, %r: tensor<?x64xf16>) -> tensor<?x64xf16> {
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<e4m3>>)
       scale(%s : tensor<1x1xf32>) epilogue(%gain, %r : tensor<64xf32>, tensor<?x64xf16>) -> tensor<?x64xf16> {
  ^bb0(%acc: f32, %g: f32, %rij: f16):
    %half = arith.constant 5.0e-01 : f32
    %x = arith.mulf %acc, %g : f32
    %y = arith.mulf %x, %half : f32
    %h = arith.truncf %y : f32 to f16
    %o = arith.addf %h, %rij : f16
    humming.yield %o : f16
  }
  return %c : tensor<?x64xf16>
}

// Integer activations accumulate in i32; scaled accumulators are f32.
// CHECK-LABEL: func.func @integer
// CHECK: humming.gemm a(%{{.+}} : tensor<?x64xi8>) {{.*}} -> tensor<?x64xi32> {
// CHECK-NEXT: ^bb0(%{{.+}}: i32):
// CHECK: humming.gemm a(%{{.+}} : tensor<?x64xi8>) {{.*}} scale(%{{.+}} : tensor<64x2xf32>) -> tensor<?x64xf32> {
// CHECK-NEXT: ^bb0(%{{.+}}: f32):
func.func @integer(%a: tensor<?x64xi8>, %w: tensor<64x64x!humming.code<i8>>, %s: tensor<64x2xf32>)
    -> (tensor<?x64xi32>, tensor<?x64xf32>) {
  %c = humming.gemm a(%a : tensor<?x64xi8>) b(%w : tensor<64x64x!humming.code<i8>>) -> tensor<?x64xi32> {
  ^bb0(%acc: i32):
    humming.yield %acc : i32
  }
  %d = humming.gemm a(%a : tensor<?x64xi8>) b(%w : tensor<64x64x!humming.code<i8>>)
       scale(%s : tensor<64x2xf32>) -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c, %d : tensor<?x64xi32>, tensor<?x64xf32>
}

// Packed operands carry an encoding; the dialect does not say which. Packed zero points are bytes.
// CHECK-LABEL: func.func @packed
// CHECK: b(%{{.+}} : tensor<64x64x!humming.code<u4>, "w">) scale(%{{.+}} : tensor<64x1xf16, "s">) zero(%{{.+}} : tensor<64x1x!humming.code<u8>, "z">)
func.func @packed(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>, "w">,
    %s: tensor<64x1xf16, "s">, %z: tensor<64x1x!humming.code<u8>, "z">) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>, "w">)
       scale(%s : tensor<64x1xf16, "s">) zero(%z : tensor<64x1x!humming.code<u8>, "z">) -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}
