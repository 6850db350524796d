// RUN: humming-opt %s --humming-select-schedule=arch=sm_90 --verify-diagnostics
// RUN: not humming-opt %s --humming-select-schedule=arch=sm_89 2>&1 | FileCheck %s --check-prefix=OLD

// Four tiles of k; and no prefetch before sm_90.

// OLD: prefetch needs sm_90 or newer, target is sm_89; use prefetch = 0
func.func @four(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>) -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [64, 16, 128], warps = [4, 1], stages = 3, mma = m16n8k16,
                                                copy = cp_async, split_k = 2, prefetch = 4>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

func.func @five(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>) -> tensor<?x256xf16> {
  // expected-error @+1 {{expected prefetch of at most the 4 k-tiles, got 5}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [64, 16, 128], warps = [4, 1], stages = 3, mma = m16n8k16,
                                                copy = cp_async, split_k = 2, prefetch = 5>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}
