// RUN: humming-compile %s --arch=sm_90 --emit=ptx | FileCheck %s

// LLVM leaves decoding where humming-tile-interleave-products puts it: one step's is ahead of a tile's products, that of the other
// three is between them. The four parts of the second tile stay in flight over the wait for the first.

// CHECK: .visible .entry gemm(
// CHECK: wgmma.mma_async
// CHECK-NOT: wgmma
// CHECK: lop3.b32
// CHECK-NOT: wgmma.mma_async
// CHECK: wgmma.fence
// CHECK-NEXT: begin inline asm
// CHECK-COUNT-3: wgmma.mma_async
// CHECK-NOT: wgmma.mma_async
// CHECK: wgmma.commit_group
// CHECK: lop3.b32
// CHECK: wgmma.fence
// CHECK: wgmma.mma_async
// CHECK: wgmma.commit_group
// CHECK-NOT: wgmma
// CHECK: lop3.b32
// CHECK: wgmma.fence
// CHECK: wgmma.mma_async
// CHECK-COUNT-3: wgmma.commit_group
// CHECK-NOT: wgmma
// CHECK: wgmma.wait_group.sync.aligned 4;
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
