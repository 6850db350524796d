// RUN: humming-opt %s --humming-pack-operands --convert-humming-to-tile=arch=sm_90 | FileCheck %s

// The kernel is one set's: each has a stage of its own for results.

// CHECK-LABEL: gpu.func @turns
// CHECK-SAME: known_block_size = array<i32: 128, 1, 1>
// CHECK: humming_tile.foreach ({{.+}}) in ({{.+}}) tile [64, 32, 64] turn 2 blocks 4 sets 2 {
// CHECK: %[[SET:.+]], %{{.+}} = humming_tile.warp_sets 2
// CHECK: %[[RESULTS:.+]] = humming_tile.alloc : !humming_tile.smem<2x64x32xf16
// CHECK-NEXT: humming_tile.store %{{.+}} to %[[RESULTS]] stage %[[SET]]
// CHECK-NEXT: gpu.barrier
// CHECK-NEXT: humming_tile.load %[[RESULTS]] stage %[[SET]]
func.func @turns(%a: tensor<?x256xf16>, %w: tensor<128x256x!humming.code<u4>>, %s: tensor<128x1xf16>) -> tensor<?x128xf16> {
  %c = humming.gemm a(%a : tensor<?x256xf16>) b(%w : tensor<128x256x!humming.code<u4>>) scale(%s : tensor<128x1xf16>)
       -> tensor<?x128xf16> attributes {schedule = #humming.schedule<block = [64, 32, 64], warps = [4, 1], stages = 3,
           mma = m64k16, copy = tma, split_k = 1, store = shared, blocks = 4, turns = 2>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x128xf16>
}
