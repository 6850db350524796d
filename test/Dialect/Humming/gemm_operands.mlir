// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// Every optional operand of humming.gemm survives a round trip, and every kind of scale.

// NVFP4 with its global scale; token scales; a permutation. Short last groups and blocks.
// CHECK-LABEL: func.func @everything
// CHECK: scale(%{{.+}} : tensor<2x3xf8E4M3FN>) global_scale(%{{.+}} : tensor<1xf32>) input_scale(%{{.+}} : tensor<?x3xf32>)
// CHECK-SAME: perm(%{{.+}} : tensor<300xi32>) epilogue(%{{.+}} : tensor<200xf16>) -> tensor<?x200xf16> attributes {scale_block = array<i64: 128, 128>} {
func.func @everything(%a: tensor<?x300xbf16>, %w: tensor<200x300x!humming.code<e2m1>>, %s: tensor<2x3xf8E4M3FN>,
    %t: tensor<1xf32>, %x: tensor<?x3xf32>, %p: tensor<300xi32>, %bias: tensor<200xf16>) -> tensor<?x200xf16> {
  %c = humming.gemm a(%a : tensor<?x300xbf16>) b(%w : tensor<200x300x!humming.code<e2m1>>)
       scale(%s : tensor<2x3xf8E4M3FN>) global_scale(%t : tensor<1xf32>) input_scale(%x : tensor<?x3xf32>)
       perm(%p : tensor<300xi32>) epilogue(%bias : tensor<200xf16>) -> tensor<?x200xf16>
       attributes {scale_block = array<i64: 128, 128>} {
  ^bb0(%acc: f32, %bj: f16):
    %h = arith.truncf %acc : f32 to f16
    %o = arith.addf %h, %bj : f16
    humming.yield %o : f16
  }
  return %c : tensor<?x200xf16>
}

// Zero points that are numbers; a scale for each 32 x 32 block.
// CHECK-LABEL: func.func @number_zero
// CHECK: scale(%{{.+}} : tensor<2x2xf16>) zero(%{{.+}} : tensor<2x2xf16>) input_scale(%{{.+}} : tensor<1x1xf8E8M0FNU>)
func.func @number_zero(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u3>>, %s: tensor<2x2xf16>,
    %z: tensor<2x2xf16>, %x: tensor<1x1xf8E8M0FNU>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u3>>)
       scale(%s : tensor<2x2xf16>) zero(%z : tensor<2x2xf16>) input_scale(%x : tensor<1x1xf8E8M0FNU>)
       -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// Whatever scales an integer sum makes it f32: one scale for the whole product, or one for each token.
// CHECK-LABEL: func.func @scaled_integers
// CHECK: global_scale
// CHECK-NEXT: ^bb0(%{{.+}}: f32):
// CHECK: input_scale(%{{.+}} : tensor<?x1xf32>)
// CHECK-NEXT: ^bb0(%{{.+}}: f32):
func.func @scaled_integers(%a: tensor<?x64xi4>, %w: tensor<64x64x!humming.code<i4>>, %t: tensor<1xf32>,
    %x: tensor<?x1xf32>) -> (tensor<?x64xf32>, tensor<?x64xf32>) {
  %c = humming.gemm a(%a : tensor<?x64xi4>) b(%w : tensor<64x64x!humming.code<i4>>) global_scale(%t : tensor<1xf32>)
       -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  %d = humming.gemm a(%a : tensor<?x64xi4>) b(%w : tensor<64x64x!humming.code<i4>>) input_scale(%x : tensor<?x1xf32>)
       -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c, %d : tensor<?x64xf32>, tensor<?x64xf32>
}

// A packed gemm names its groups where the last one is short, and keeps the permutation of its activations.
// CHECK-LABEL: func.func @packed
// CHECK: zero(%{{.+}} : tensor<64x2xf16, "s">) perm(%{{.+}} : tensor<100xi32>) -> tensor<?x64xf32> attributes {scale_block = array<i64: 1, 64>} {
func.func @packed(%a: tensor<?x100xf16>, %w: tensor<64x100x!humming.code<u4>, "w">, %s: tensor<64x2xf16, "s">,
    %z: tensor<64x2xf16, "s">, %p: tensor<100xi32>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x100xf16>) b(%w : tensor<64x100x!humming.code<u4>, "w">)
       scale(%s : tensor<64x2xf16, "s">) zero(%z : tensor<64x2xf16, "s">) perm(%p : tensor<100xi32>)
       -> tensor<?x64xf32> attributes {scale_block = array<i64: 1, 64>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// A block may be longer than the weights, by any number.
// CHECK-LABEL: func.func @one_block
// CHECK: attributes {scale_block = array<i64: 9223372036854775807, 9223372036854775807>} {
func.func @one_block(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>, %s: tensor<1x1xf16>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>) scale(%s : tensor<1x1xf16>)
       -> tensor<?x64xf32> attributes {scale_block = array<i64: 9223372036854775807, 9223372036854775807>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}
