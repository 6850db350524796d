// RUN: humming-compile %s --arch=sm_90 --emit=ptx | FileCheck %s
// RUN: not humming-compile %s --arch=sm_89 --emit=ptx 2>&1 | FileCheck %s --check-prefix=OLDER
// RUN: not humming-compile %s --arch=sm_100 --emit=ptx 2>&1 | FileCheck %s --check-prefix=NEWER

// wgmma is of sm_90a alone, so the target is, and no other architecture takes the schedule. Kernels that only pack are in the same
// module and get the same target.

// CHECK: .version 8.0
// CHECK-NEXT: .target sm_90a
// CHECK: .visible .entry gemm(
// CHECK: wgmma.fence.sync.aligned;
// CHECK: wgmma.mma_async.sync.aligned.m64n16k16.f32.f16.f16
// CHECK: wgmma.commit_group.sync.aligned;
// CHECK: fence.proxy.async.shared::cta;
// CHECK: bar.sync 0;
// CHECK: wgmma.wait_group.sync.aligned 0;
// OLDER: mma m64k16 is of sm_90 alone, target is sm_89; use mma = m16n8k16
// NEWER: mma m64k16 is of sm_90 alone, target is sm_100; use mma = m16n8k16
func.func @gemm(%a: tensor<?x128xf16>, %w: tensor<64x128x!humming.code<u4>>) -> tensor<?x64xf16> {
  %c = humming.gemm a(%a : tensor<?x128xf16>) b(%w : tensor<64x128x!humming.code<u4>>) -> tensor<?x64xf16>
       attributes {schedule = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 3, mma = m64k16,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x64xf16>
}
