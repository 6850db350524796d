// RUN: humming-opt %s --humming-select-schedule=arch=sm_80 | FileCheck %s

// A schedule that is given is kept; static M bounds the tokens like the option does.

// CHECK: #[[GIVEN:.+]] = #humming.schedule<block = [64, 24, 128], warps = [2, 1], stages = 3, mma = m16n8k8, copy = sync, split_k = 2>
// CHECK: #[[CHOSEN:.+]] = #humming.schedule<block = [64, 8, 128], warps = [4, 1], stages = 4, mma = m16n8k16, copy = cp_async, split_k = 1>
// CHECK-LABEL: func.func @given
// CHECK: schedule = #[[GIVEN]]
func.func @given(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xf16>)
    -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [64, 24, 128], warps = [2, 1], stages = 3,
         mma = m16n8k8, copy = sync, split_k = 2>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// CHECK-LABEL: func.func @static_m
// CHECK: schedule = #[[CHOSEN]]
func.func @static_m(%a: tensor<5x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xf16>)
    -> tensor<5x256xf16> {
  %c = humming.gemm a(%a : tensor<5x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) -> tensor<5x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<5x256xf16>
}
