// RUN: humming-opt %s --humming-select-schedule=arch=sm_80 --verify-diagnostics
// RUN: not humming-opt %s --humming-select-schedule=arch=sm_100 2>&1 | FileCheck %s --check-prefix=NEWER

// wgmma is of sm_90 alone: neither before nor after.

// NEWER: mma m64k16 is of sm_90 alone, target is sm_100; use mma = m16n8k16
func.func @arch(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>, %s: tensor<256x4xf16>) -> tensor<?x256xf16> {
  // expected-error @+1 {{mma m64k16 is of sm_90 alone, target is sm_80; use mma = m16n8k16}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [128, 64, 64], warps = [4, 1], stages = 4, mma = m64k16,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}
