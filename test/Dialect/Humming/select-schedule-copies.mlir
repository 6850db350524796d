// RUN: humming-opt %s --humming-select-schedule=arch=sm_80 | FileCheck %s

// Tiles of the most accumulators leave no registers for activations that cp.async does not copy 16 bytes at a
// time: gathered columns, and rows that start between.

// CHECK: #[[WIDE:.+]] = #humming.schedule<block = [128, 128, 64]
// CHECK: #[[NARROW:.+]] = #humming.schedule<block = [128, 64, 64]
// CHECK: #[[SHORT:.+]] = #humming.schedule<block = [64, 64, 64]
// CHECK-LABEL: func.func @aligned
// CHECK: schedule = #[[WIDE]]}
// CHECK-LABEL: func.func @gathered
// CHECK: schedule = #[[NARROW]]}
// CHECK-LABEL: func.func @short_rows
// CHECK: schedule = #[[NARROW]]}
// Sums of four groups in a stage would take them too.
// CHECK-LABEL: func.func @groups
// CHECK: schedule = #[[SHORT]]}
func.func @aligned(%a: tensor<4096x4096xf16>, %w: tensor<4096x4096x!humming.code<u4>>, %s: tensor<4096x1xf16>) -> tensor<4096x4096xf32> {
  %c = humming.gemm a(%a : tensor<4096x4096xf16>) b(%w : tensor<4096x4096x!humming.code<u4>>)
       scale(%s : tensor<4096x1xf16>) -> tensor<4096x4096xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<4096x4096xf32>
}

func.func @gathered(%a: tensor<4096x4096xf16>, %w: tensor<4096x4096x!humming.code<u4>>, %s: tensor<4096x1xf16>,
    %p: tensor<4096xi32>) -> tensor<4096x4096xf32> {
  %c = humming.gemm a(%a : tensor<4096x4096xf16>) b(%w : tensor<4096x4096x!humming.code<u4>>)
       scale(%s : tensor<4096x1xf16>) perm(%p : tensor<4096xi32>) -> tensor<4096x4096xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<4096x4096xf32>
}

func.func @short_rows(%a: tensor<4096x4094xf16>, %w: tensor<4096x4094x!humming.code<u4>>, %s: tensor<4096x1xf16>) -> tensor<4096x4096xf32> {
  %c = humming.gemm a(%a : tensor<4096x4094xf16>) b(%w : tensor<4096x4094x!humming.code<u4>>)
       scale(%s : tensor<4096x1xf16>) -> tensor<4096x4096xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<4096x4096xf32>
}

func.func @groups(%a: tensor<64x4096xf16>, %w: tensor<4096x4096x!humming.code<u4>>, %s: tensor<4096x128xf32>) -> tensor<64x4096xf32> {
  %c = humming.gemm a(%a : tensor<64x4096xf16>) b(%w : tensor<4096x4096x!humming.code<u4>>)
       scale(%s : tensor<4096x128xf32>) -> tensor<64x4096xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<64x4096xf32>
}
