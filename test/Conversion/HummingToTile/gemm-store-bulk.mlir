// RUN: humming-opt %s --convert-humming-to-tile | FileCheck %s

// store = tma: a map of the results in boxes of the block's tokens; they pass through a buffer whose lines are tokens, and
// leave it in the background. The block ends behind that.

// CHECK-DAG: #[[LINES:.+]] = #humming_tile.layout<{{.+}} swizzle 128>
// CHECK: gpu.func @gemm(%{{.+}}: memref<?x128xf16>, %{{.+}}, %{{.+}}: memref<?x64xf16>, %[[MAP:.+]]: !nvgpu.tensormap.descriptor<tensor = memref<16x64xf16, {{.+}}>, swizzle = swizzle_128b, {{.+}}>, %{{.+}}: i32)
// CHECK-SAME: humming_tile.tensor_maps = [#humming_tile.tensor_map<argument = 2, cols = 64, box_rows = 16, box_cols = 64, bits = 16>]
// CHECK: humming_tile.foreach (%[[N:[^,]+]], %[[M:[^,]+]],
// CHECK: %[[OUT:.+]] = humming_tile.map
// CHECK: %[[BUFFER:.+]] = humming_tile.alloc : !humming_tile.smem<1x64x16xf16, #[[LINES]]>
// CHECK-NEXT: humming_tile.store %[[OUT]] to %[[BUFFER]]
// CHECK-NEXT: humming_tile.proxy_fence
// CHECK-NEXT: humming_tile.warpgroup_barrier
// CHECK-NEXT: humming_tile.bulk_store %[[BUFFER]] to %[[MAP]][%[[M]], %[[N]]]
// CHECK-NEXT: }
// CHECK-NEXT: humming_tile.bulk_store_wait
// CHECK-NEXT: gpu.return
#weights = #humming_tile.layout<[[4, 2, 8], [2, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
func.func @gemm(%a: tensor<?x128xf16>, %w: tensor<64x128x!humming.code<u4>, #weights>) -> tensor<?x64xf16> {
  %c = humming.gemm a(%a : tensor<?x128xf16>) b(%w : tensor<64x128x!humming.code<u4>, #weights>) -> tensor<?x64xf16>
       attributes {schedule = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 3, mma = m64k16,
                                                copy = tma, split_k = 1, store = tma>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x64xf16>
}
