// RUN: humming-opt %s --convert-humming-to-tile | FileCheck %s --implicit-check-not=humming.gemm --implicit-check-not=humming_tile.mma

// A schedule for warpgroups: weights become a fragment as ever, tokens stay where the copies put them.

// CHECK: gpu.func @gemm(
// CHECK-SAME: known_block_size = array<i32: 128, 1, 1>
// CHECK: humming_tile.foreach {{.+}} tile [64, 16, 64] turn 2 {
// CHECK: %[[CODES:.+]] = humming_tile.alloc : !humming_tile.smem<3x64x64x!humming.code<u4>>
// CHECK: %[[X:.+]] = humming_tile.alloc : !humming_tile.smem<3x16x64xf16>
// CHECK: %[[SCALE:.+]] = humming_tile.alloc : !humming_tile.smem<3x64x1xf16>
// CHECK: humming_tile.pipeline from {{.+}} step 64 copy "cp_async"
// CHECK: humming_tile.copy {{.+}} to %[[X]]
// CHECK: ^bb0(%{{.+}}: index, %[[ACC:.+]]: !humming_tile.frag<64x16xf32>):
// CHECK-NEXT: %[[C:.+]] = humming_tile.load %[[CODES]]
// CHECK-NEXT: %[[S:.+]] = humming_tile.load %[[SCALE]]
// CHECK-NEXT: %[[V:.+]] = humming_tile.dequant !humming.code<u4> %[[C]] scale(%[[S]] : {{.+}})
// CHECK-NEXT: %[[D:.+]] = humming_tile.warpgroup_mma "m64k16" warps 4 %[[V]], %[[X]], %[[ACC]]
// CHECK-NEXT: humming_tile.yield %[[D]]

// The epilogue reads the sum as it does behind any pipeline.
// CHECK: humming_tile.map
// CHECK: humming_tile.store
#weights = #humming_tile.layout<[[4, 2, 8], [2, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
#scales = #humming_tile.layout<[[1, 8, 8], [2]] offset [3, 0, 2, 1]>
func.func @gemm(%a: tensor<?x128xf16>, %w: tensor<64x128x!humming.code<u4>, #weights>, %s: tensor<64x2xf16, #scales>) -> tensor<?x64xf16> {
  %c = humming.gemm a(%a : tensor<?x128xf16>) b(%w : tensor<64x128x!humming.code<u4>, #weights>)
       scale(%s : tensor<64x2xf16, #scales>) -> tensor<?x64xf16>
       attributes {schedule = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 3, mma = m64k16,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x64xf16>
}
