// RUN: humming-opt %s --convert-humming-to-tile | FileCheck %s --implicit-check-not=humming.gemm --implicit-check-not=func.func

// Scales of groups beside accumulators: each group's sum starts from zero, is scaled in f32, and added in f32.

// CHECK: gpu.func @groups(
// CHECK: %[[SCALES:.+]] = humming_tile.alloc : !humming_tile.smem<3x64x2xf16>
// CHECK: ^bb0(%{{.+}}: index, %[[SUM:.+]]: !humming_tile.frag<64x8xf32>):
// CHECK: %[[V:.+]] = humming_tile.dequant !humming.code<u4> %{{[^ ]+}} :
// CHECK: %[[NOTHING:.+]] = humming_tile.splat
// CHECK: %[[P0:.+]] = humming_tile.mma "m16n8k16" warps [4, 1] columns [0, 32] %[[V]], %[[X:.+]], %[[NOTHING]] :
// CHECK: %[[S0:.+]] = humming_tile.load %[[SCALES]] column 0 : {{.+}} -> !humming_tile.frag<64x1xf16>
// CHECK: %[[F0:.+]] = humming_tile.map(%[[S0]] :
// CHECK: arith.extf %{{.+}} : f16 to f32
// CHECK: %[[SUM0:.+]] = humming_tile.map(%[[SUM]], %[[P0]], %[[F0]] : {{.+}}) {
// CHECK-NEXT: ^bb0(%[[OLD:.+]]: f32, %[[PART:.+]]: f32, %[[FACTOR:.+]]: f32):
// CHECK-NEXT: math.fma %[[PART]], %[[FACTOR]], %[[OLD]] : f32
// CHECK: %[[P1:.+]] = humming_tile.mma "m16n8k16" warps [4, 1] columns [32, 32] %[[V]], %[[X]], %[[NOTHING]] :
// CHECK: %[[S1:.+]] = humming_tile.load %[[SCALES]] column 1
// CHECK: humming_tile.map(%[[SUM0]], %[[P1]],
// The scales are not applied a second time.
// CHECK: %[[OUT:.+]] = humming_tile.map(%{{[^ ]+}} : !humming_tile.frag<64x8xf32>)
// CHECK-NEXT: ^bb0(%[[ACC:.+]]: f32):
// CHECK-NEXT: humming_tile.yield %[[ACC]]

// A group longer than the tile: all columns, one scale.
// CHECK: gpu.func @long_group(
// CHECK: humming_tile.mma "m16n8k16" warps [4, 1] %{{[^,]+}},
// CHECK: humming_tile.load %{{[^ ]+}} : !humming_tile.smem<3x64x1xf16> -> !humming_tile.frag<64x1xf16>

// Input scales of groups are copied beside the tokens, and read as a row. K = 96 is padded to two tiles of 64: behind the last of the three
// groups the copy has zeros, as the tokens have.
// CHECK: gpu.func @input_groups(%{{.+}}, %[[XS:[^:]+]]: memref<?x3xi8>, %{{[^:]+}}: memref<?x64xf32>, %{{[^:]+}}: i32)
// CHECK: %[[BUFFER:.+]] = humming_tile.alloc : !humming_tile.smem<3x8x2xi8>
// CHECK: ^bb0(%[[K:.+]]: index):
// CHECK: %[[GROUP:.+]] = arith.divui %[[K]], %c32{{.*}} : index
// CHECK: humming_tile.copy %[[XS]][%{{.+}}, %[[GROUP]]] to %[[BUFFER]]
// CHECK: columns [0, 32]
// CHECK: %[[ROW:.+]] = humming_tile.load %[[BUFFER]] column 0 transpose : !humming_tile.smem<3x8x2xi8> -> !humming_tile.frag<1x8xi8>
// CHECK: %[[NUMBER:.+]] = humming_tile.map(%[[ROW]] :
// CHECK: } -> !humming_tile.frag<1x8xf32>
// CHECK: humming_tile.map(%{{.+}}, %{{.+}}, %[[NUMBER]] :
// CHECK: math.fma
// CHECK: columns [32, 32]
// CHECK: humming_tile.load %[[BUFFER]] column 1 transpose
// One scale a channel is left for the epilogue.
// CHECK: humming_tile.map(%{{.+}}, %{{.+}} : !humming_tile.frag<64x8xf32>, !humming_tile.frag<64x8xf16>)
// CHECK: arith.mulf

// Both: one factor for each output.
// CHECK: gpu.func @both(
// CHECK: ^bb0(%[[OLD:.+]]: f32, %[[PART:.+]]: f32, %[[S:.+]]: f32, %[[X:.+]]: f32):
// CHECK-NEXT: %[[FACTOR:.+]] = arith.mulf %[[S]], %[[X]] : f32
// CHECK-NEXT: math.fma %[[PART]], %[[FACTOR]], %[[OLD]] : f32
#weights = #humming_tile.layout<[[4, 2, 8], [2, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
#one = #humming_tile.layout<[[1, 8, 8], [1]] offset [3, 0, 2, 1]>
#two = #humming_tile.layout<[[1, 8, 8], [2]] offset [3, 0, 2, 1]>
#four = #humming_tile.layout<[[1, 8, 8], [4]] offset [3, 0, 2, 1]>
#long = #humming_tile.layout<[[4, 2, 8], [4, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
func.func @groups(%a: tensor<?x128xf16>, %w: tensor<64x128x!humming.code<u4>, #weights>,
    %s: tensor<64x4xf16, #four>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x128xf16>) b(%w : tensor<64x128x!humming.code<u4>, #weights>)
       scale(%s : tensor<64x4xf16, #four>) -> tensor<?x64xf32>
       attributes {numerics = #humming.numerics<acc = f32, scale = accumulator>,
                   schedule = #humming.schedule<block = [64, 8, 64], warps = [4, 1], stages = 3, mma = m16n8k16,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

func.func @long_group(%a: tensor<?x256xf16>, %w: tensor<64x256x!humming.code<u4>, #long>,
    %s: tensor<64x2xf16, #two>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x256xf16>) b(%w : tensor<64x256x!humming.code<u4>, #long>)
       scale(%s : tensor<64x2xf16, #two>) -> tensor<?x64xf32>
       attributes {numerics = #humming.numerics<acc = f32, scale = accumulator>,
                   schedule = #humming.schedule<block = [64, 8, 64], warps = [4, 1], stages = 3, mma = m16n8k16,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

func.func @input_groups(%a: tensor<?x96xf16>, %w: tensor<64x96x!humming.code<u4>, #weights>,
    %s: tensor<64x1xf16, #one>, %x: tensor<?x3xf8E8M0FNU>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x96xf16>) b(%w : tensor<64x96x!humming.code<u4>, #weights>)
       scale(%s : tensor<64x1xf16, #one>) input_scale(%x : tensor<?x3xf8E8M0FNU>) -> tensor<?x64xf32>
       attributes {schedule = #humming.schedule<block = [64, 8, 64], warps = [4, 1], stages = 3, mma = m16n8k16,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

func.func @both(%a: tensor<?x128xf16>, %w: tensor<64x128x!humming.code<u4>, #weights>,
    %s: tensor<64x2xf32, #two>, %x: tensor<?x2xf32>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x128xf16>) b(%w : tensor<64x128x!humming.code<u4>, #weights>)
       scale(%s : tensor<64x2xf32, #two>) input_scale(%x : tensor<?x2xf32>) -> tensor<?x64xf32>
       attributes {schedule = #humming.schedule<block = [64, 8, 64], warps = [4, 1], stages = 3, mma = m16n8k16,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}
