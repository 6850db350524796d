// RUN: humming-opt %s --convert-humming-to-tile | FileCheck %s --implicit-check-not=humming.gemm --implicit-check-not=func.func

// i8 operands of 4-bit codes are made as number * 2^4, in the upper bits. Sums that stay integers are shifted.
// CHECK: gpu.func @plain({{.+}}: memref<?xi32>, %{{[^:]+}}: memref<?xi32>, %{{[^:]+}}: i32)
// CHECK: humming_tile.alloc : !humming_tile.smem<3x8x64xi8>
// CHECK: %[[SUM:.+]] = humming_tile.pipeline {{.+}} iter(%{{.+}} : !humming_tile.frag<64x8xi32>)
// CHECK: humming_tile.mma "m16n8k32" {{.+}} !humming_tile.frag<64x8xi32>
// CHECK: %[[TOTAL:.+]] = humming_tile.reduce %[[SUM]] {{.+}} memref<?xi32>
// CHECK: humming_tile.map(%[[TOTAL]] :
// CHECK-NEXT: ^bb0(%[[ACC:.+]]: i32):
// CHECK: %[[NUMBER:.+]] = arith.shrsi %[[ACC]], %c4{{.*}} : i32
// CHECK: arith.sitofp %[[NUMBER]]

// Scaled sums become f32, and 2^-4 a factor.
// CHECK: gpu.func @scaled
// CHECK: %[[UNDO:.+]] = arith.constant 6.250000e-02 : f32
// CHECK: humming_tile.map
// CHECK-NEXT: ^bb0(%[[ACC:.+]]: i32, %[[SCALE:.+]]: f32):
// CHECK-NEXT: %[[WIDE:.+]] = arith.sitofp %[[ACC]] : i32 to f32
// CHECK-NEXT: %[[SCALED:.+]] = arith.mulf %[[WIDE]], %[[SCALE]] : f32
// CHECK-NEXT: arith.mulf %[[SCALED]], %[[UNDO]] : f32

// So do sums of groups; the factor waits for the end.
// CHECK: gpu.func @groups
// CHECK: %[[PART:.+]] = humming_tile.mma "m16n8k32" {{.+}} columns [32, 32] {{.+}} !humming_tile.frag<64x8xi32>
// CHECK: humming_tile.map(%{{.+}}, %[[PART]], %{{.+}} :
// CHECK-NEXT: ^bb0(%[[OLD:.+]]: f32, %[[SUM:.+]]: i32, %[[SCALE:.+]]: f32):
// CHECK-NEXT: %[[WIDE:.+]] = arith.sitofp %[[SUM]] : i32 to f32
// CHECK-NEXT: math.fma %[[WIDE]], %[[SCALE]], %[[OLD]] : f32
// CHECK: arith.constant 6.250000e-02 : f32
// CHECK: arith.mulf
#weights = #humming_tile.layout<[[4, 2, 8], [2, 2, 2, 4, 4]] offset [0, 3, 4, 2, 6, 7, 5, 1]>
#channel = #humming_tile.layout<[[1, 8, 8], [1]] offset [3, 0, 2, 1]>
#four = #humming_tile.layout<[[1, 8, 8], [4]] offset [3, 0, 2, 1]>
func.func @plain(%a: tensor<?x128xi8>, %w: tensor<64x128x!humming.code<i4>, #weights>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x128xi8>) b(%w : tensor<64x128x!humming.code<i4>, #weights>) -> tensor<?x64xf32>
       attributes {schedule = #humming.schedule<block = [64, 8, 64], warps = [4, 1], stages = 3, mma = m16n8k32,
                                                copy = cp_async, split_k = 2>} {
  ^bb0(%acc: i32):
    %x = arith.sitofp %acc : i32 to f32
    humming.yield %x : f32
  }
  return %c : tensor<?x64xf32>
}

func.func @scaled(%a: tensor<?x128xi8>, %w: tensor<64x128x!humming.code<i4>, #weights>,
    %s: tensor<64x1xf32, #channel>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x128xi8>) b(%w : tensor<64x128x!humming.code<i4>, #weights>)
       scale(%s : tensor<64x1xf32, #channel>) -> tensor<?x64xf32>
       attributes {schedule = #humming.schedule<block = [64, 8, 64], warps = [4, 1], stages = 3, mma = m16n8k32,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

func.func @groups(%a: tensor<?x128xi8>, %w: tensor<64x128x!humming.code<i4>, #weights>,
    %s: tensor<64x4xf32, #four>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x128xi8>) b(%w : tensor<64x128x!humming.code<i4>, #weights>)
       scale(%s : tensor<64x4xf32, #four>) -> tensor<?x64xf32>
       attributes {schedule = #humming.schedule<block = [64, 8, 64], warps = [4, 1], stages = 3, mma = m16n8k32,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}
