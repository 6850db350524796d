// RUN: humming-opt %s --convert-humming-to-tile | FileCheck %s

// The kernel promises what its gemm does.

// CHECK: gpu.func @ordered
// CHECK-SAME: humming.order = #humming.order<mma = m16n8k16, slice = 64, part = 64>
#weights = #humming_tile.layout<[[4, 2, 8], [2, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
func.func @ordered(%a: tensor<?x128xf16>, %w: tensor<64x128x!humming.code<u4>, #weights>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x128xf16>) b(%w : tensor<64x128x!humming.code<u4>, #weights>) -> tensor<?x64xf32>
       attributes {schedule = #humming.schedule<block = [64, 8, 64], warps = [4, 1], stages = 3, mma = m16n8k16,
                                                copy = cp_async, split_k = 2>,
                   humming.order = #humming.order<mma = m16n8k16, slice = 64, part = 64>,
                   numerics = #humming.numerics<acc = f32, scale = accumulator, order = fixed>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}
