// RUN: humming-opt %s --humming-select-schedule=arch=sm_80 | FileCheck %s

// Groups that scale accumulators leave registers for 64 of them in a lane: 32 sums, and the products of one group
// beside them. Only 32 are left beside codes that are put together from planes, beside the scales of groups shorter
// than 32, and beside addresses of activations that are copied 8 bytes at a time.

// CHECK-DAG: #[[WIDE:.+]] = #humming.schedule<block = [64, 64, 128],
// CHECK-DAG: #[[NARROW:.+]] = #humming.schedule<block = [64, 32, 128],

// CHECK-LABEL: func.func @whole
// CHECK: schedule = #[[WIDE]]
// CHECK-LABEL: func.func @planes
// CHECK: schedule = #[[NARROW]]
// CHECK-LABEL: func.func @short
// CHECK: schedule = #[[NARROW]]
// CHECK-LABEL: func.func @narrow_copies
// CHECK: schedule = #[[NARROW]]
func.func @whole(%a: tensor<?x1024xf16>, %w: tensor<1024x1024x!humming.code<u8>>, %s: tensor<1024x8xf32>) -> tensor<?x1024xf16> {
  %c = humming.gemm a(%a : tensor<?x1024xf16>) b(%w : tensor<1024x1024x!humming.code<u8>>) scale(%s : tensor<1024x8xf32>)
       -> tensor<?x1024xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x1024xf16>
}

func.func @planes(%a: tensor<?x1024xf16>, %w: tensor<1024x1024x!humming.code<u6>>, %s: tensor<1024x8xf32>) -> tensor<?x1024xf16> {
  %c = humming.gemm a(%a : tensor<?x1024xf16>) b(%w : tensor<1024x1024x!humming.code<u6>>) scale(%s : tensor<1024x8xf32>)
       -> tensor<?x1024xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x1024xf16>
}

func.func @short(%a: tensor<?x1024xf16>, %w: tensor<1024x1024x!humming.code<u8>>, %s: tensor<1024x64xf32>) -> tensor<?x1024xf16> {
  %c = humming.gemm a(%a : tensor<?x1024xf16>) b(%w : tensor<1024x1024x!humming.code<u8>>) scale(%s : tensor<1024x64xf32>)
       -> tensor<?x1024xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x1024xf16>
}

func.func @narrow_copies(%a: tensor<?x1020xf16>, %w: tensor<1024x1020x!humming.code<u8>>, %s: tensor<1024x8xf32>) -> tensor<?x1024xf16> {
  %c = humming.gemm a(%a : tensor<?x1020xf16>) b(%w : tensor<1024x1020x!humming.code<u8>>) scale(%s : tensor<1024x8xf32>)
       -> tensor<?x1024xf16> attributes {scale_block = array<i64: 1, 128>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x1024xf16>
}
