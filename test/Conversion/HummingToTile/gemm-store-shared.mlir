// RUN: humming-opt %s --convert-humming-to-tile | FileCheck %s

// store = shared: results pass through a buffer whose lines are tokens, and leave it in runs of 16 bytes.

// CHECK-DAG: #[[LINES:.+]] = #humming_tile.layout<{{.+}} swizzle 128>
// CHECK: gpu.func @gemm(
// CHECK: %[[OUT:.+]] = humming_tile.map
// CHECK: %[[BUFFER:.+]] = humming_tile.alloc : !humming_tile.smem<1x64x16xf16, #[[LINES]]>
// CHECK-NEXT: humming_tile.store %[[OUT]] to %[[BUFFER]]
// CHECK-NEXT: gpu.barrier
// CHECK-NEXT: %[[RUNS:.+]] = humming_tile.load %[[BUFFER]]
// CHECK-NEXT: humming_tile.store %[[RUNS]] to %{{.+}} transpose : !humming_tile.frag<64x16xf16,
#weights = #humming_tile.layout<[[4, 2, 8], [2, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
func.func @gemm(%a: tensor<?x128xf16>, %w: tensor<64x128x!humming.code<u4>, #weights>) -> tensor<?x64xf16> {
  %c = humming.gemm a(%a : tensor<?x128xf16>) b(%w : tensor<64x128x!humming.code<u4>, #weights>) -> tensor<?x64xf16>
       attributes {schedule = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 3, mma = m64k16,
                                                copy = cp_async, split_k = 1, store = shared>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x64xf16>
}
