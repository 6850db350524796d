// RUN: humming-opt %s --humming-select-schedule="arch=sm_90 gpu=unmeasured tokens=128" | FileCheck %s
// RUN: humming-opt %s --humming-select-schedule="arch=sm_90 gpu=unmeasured tokens=128 multiprocessors=112" | FileCheck %s --check-prefix=FEWER
// RUN: humming-opt %s --humming-select-schedule="arch=sm_90 gpu=unmeasured tokens=64" | FileCheck %s --check-prefix=WHOLE
// RUN: humming-opt %s --humming-select-schedule="arch=sm_90 gpu=unmeasured tokens=256" | FileCheck %s --check-prefix=WHOLE
// RUN: humming-opt %s --humming-select-schedule="arch=sm_80 gpu=unmeasured tokens=128" | FileCheck %s --check-prefix=WHOLE

// 224 tiles are 1.7 for each of 132 multiprocessors: as many blocks share them. On 112 they are 2 for each.

// CHECK: #schedule = #humming.schedule<block = [128, 128, 64], {{.+}} copy = tma, split_k = 1, store = shared, blocks = 132>
// FEWER: #schedule = #humming.schedule<block = [128, 128, 64], {{.+}} split_k = 1, store = shared>

// Few tokens wait for memory, the sums of many take longer than is saved, and without a warp that copies nothing is.
// WHOLE-NOT: blocks =
// WHOLE: #humming.schedule
// WHOLE-NOT: blocks =
func.func @uneven(%a: tensor<?x8192xf16>, %w: tensor<28672x8192x!humming.code<u4>>, %s: tensor<28672x64xf16>) -> tensor<?x28672xf16> {
  %c = humming.gemm a(%a : tensor<?x8192xf16>) b(%w : tensor<28672x8192x!humming.code<u4>>)
       scale(%s : tensor<28672x64xf16>) -> tensor<?x28672xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x28672xf16>
}
