// RUN: humming-opt %s --convert-humming-to-tile | FileCheck %s --implicit-check-not=humming.gemm --implicit-check-not=func.func

// Where scales are applied: one a channel to the accumulators, those of groups to the weights.

// CHECK: gpu.func @channel(%{{.+}}, %[[S:[^:]+]]: memref<64x1xf16, #{{.+}}>, %{{[^:]+}}: memref<?x64xf16>, %{{[^:]+}}: i32)
// CHECK-NOT: humming_tile.smem<3x64x1xf16>
// CHECK: humming_tile.dequant !humming.code<u4> %{{[^ ]+}} :
// CHECK: %[[SCALE:.+]] = humming_tile.load %[[S]][%{{.+}}, %{{.+}}] : memref<64x1xf16, #{{.+}}> -> !humming_tile.frag<64x8xf16>
// CHECK: humming_tile.map(%{{.+}}, %[[SCALE]] :
// CHECK-NEXT: ^bb0(%[[ACC:.+]]: f32, %[[FACTOR:.+]]: f16):
// CHECK: %[[WIDE:.+]] = arith.extf %[[FACTOR]] : f16 to f32
// CHECK: %[[SCALED:.+]] = arith.mulf %[[ACC]], %[[WIDE]] : f32
// CHECK: arith.truncf %[[SCALED]]

// Groups longer than a tile: the same scale for several turns, one column.
// CHECK: gpu.func @long_group
// CHECK: humming_tile.alloc : !humming_tile.smem<3x64x1xf16>
// CHECK: arith.divui %{{.+}}, %c128{{.*}} : index
// CHECK: humming_tile.dequant {{.+}} scale(%{{.+}} : !humming_tile.frag<64x1xf16>)

// Groups shorter than a tile: a column each.
// CHECK: gpu.func @short_groups
// CHECK: humming_tile.alloc : !humming_tile.smem<3x64x2xf16>
// CHECK: arith.divui %{{.+}}, %c32{{.*}} : index
// CHECK: humming_tile.dequant {{.+}} scale(%{{.+}} : !humming_tile.frag<64x2xf16>)
#weights = #humming_tile.layout<[[4, 2, 8], [2, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
#channel = #humming_tile.layout<[[1, 8, 8], [1]] offset [3, 0, 2, 1]>
#two = #humming_tile.layout<[[1, 8, 8], [2]] offset [3, 0, 2, 1]>
#eight = #humming_tile.layout<[[1, 8, 8], [8]] offset [3, 0, 2, 1]>
#long = #humming_tile.layout<[[4, 2, 8], [4, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
func.func @channel(%a: tensor<?x128xf16>,
    %w: tensor<64x128x!humming.code<u4>, #weights>, %s: tensor<64x1xf16, #channel>) -> tensor<?x64xf16> {
  %c = humming.gemm a(%a : tensor<?x128xf16>) b(%w : tensor<64x128x!humming.code<u4>, #weights>) scale(%s : tensor<64x1xf16, #channel>)
       -> tensor<?x64xf16>
       attributes {schedule = #humming.schedule<block = [64, 8, 64], warps = [4, 1], stages = 3, mma = m16n8k16,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x64xf16>
}

func.func @long_group(%a: tensor<?x256xf16>,
    %w: tensor<64x256x!humming.code<u4>, #long>, %s: tensor<64x2xf16, #two>) -> tensor<?x64xf16> {
  %c = humming.gemm a(%a : tensor<?x256xf16>) b(%w : tensor<64x256x!humming.code<u4>, #long>) scale(%s : tensor<64x2xf16, #two>)
       -> tensor<?x64xf16>
       attributes {schedule = #humming.schedule<block = [64, 8, 64], warps = [4, 1], stages = 3, mma = m16n8k16,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x64xf16>
}

func.func @short_groups(%a: tensor<?x256xf16>,
    %w: tensor<64x256x!humming.code<u4>, #long>, %s: tensor<64x8xf16, #eight>) -> tensor<?x64xf16> {
  %c = humming.gemm a(%a : tensor<?x256xf16>) b(%w : tensor<64x256x!humming.code<u4>, #long>) scale(%s : tensor<64x8xf16, #eight>)
       -> tensor<?x64xf16>
       attributes {schedule = #humming.schedule<block = [64, 8, 64], warps = [4, 1], stages = 3, mma = m16n8k16,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x64xf16>
}
