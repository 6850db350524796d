// RUN: humming-opt %s --convert-humming-to-tile | FileCheck %s --implicit-check-not=humming.gemm --implicit-check-not=humming_tile.mma

// Groups that scale accumulators: the products of each tile start from zero, and no fragment of zeros is made for them. Behind them stand
// the weights' scale, the tokens' of this group as a row, and the sum.

// CHECK: gpu.func @gemm(%{{.+}}: memref<?x512xi8>, %{{.+}}: {{.+}}, %{{.+}}: {{.+}}, %[[XS:.+]]: memref<?x2xf32>,
// CHECK: %[[CODES:.+]] = humming_tile.alloc : !humming_tile.smem<3x64x128x!humming.code<u4>>
// CHECK: %[[X:.+]] = humming_tile.alloc : !humming_tile.smem<3x16x128xi8>
// CHECK: %[[SCALE:.+]] = humming_tile.alloc : !humming_tile.smem<3x64x1xf32>
// CHECK: %[[TOKENS:.+]] = humming_tile.alloc : !humming_tile.smem<3x16x1xf32>
// CHECK: %[[INIT:.+]] = humming_tile.splat %{{.+}} : f32 -> !humming_tile.frag<64x16xf32>
// CHECK: humming_tile.pipeline from {{.+}} step 128 copy "cp_async" {{.+}} iter(%[[INIT]] :
// CHECK: ^bb0(%[[K:.+]]: index):
// CHECK: %[[GROUP:.+]] = arith.divui %[[K]], %c256
// CHECK: humming_tile.copy %[[XS]][%{{.+}}, %[[GROUP]]] to %[[TOKENS]]
// CHECK: ^bb0(%{{.+}}: index, %[[SUM:.+]]: !humming_tile.frag<64x16xf32>):
// CHECK-NEXT: %[[C:.+]] = humming_tile.load %[[CODES]]
// CHECK-NEXT: %[[V:.+]] = humming_tile.dequant !humming.code<u4> %[[C]]
// CHECK-NEXT: %[[D:.+]] = humming_tile.warpgroup_mma "m64k32" warps 4 %[[V]], %[[X]] : {{.+}}, !humming_tile.frag<64x16xi32>
// CHECK-NEXT: %[[S:.+]] = humming_tile.load %[[SCALE]] : {{.+}} -> !humming_tile.frag<64x1xf32>
// CHECK-NEXT: %[[T:.+]] = humming_tile.load %[[TOKENS]] transpose : !humming_tile.smem<3x16x1xf32> -> !humming_tile.frag<1x16xf32>
// CHECK-NEXT: %[[NEXT:.+]] = humming_tile.map(%[[SUM]], %[[D]], %[[S]], %[[T]] :
// CHECK-NEXT: ^bb0(%[[OLD:.+]]: f32, %[[NEW:.+]]: i32, %[[BY:.+]]: f32, %[[TOKEN:.+]]: f32):
// CHECK-NEXT: %[[FACTOR:.+]] = arith.mulf %[[BY]], %[[TOKEN]]
// CHECK-NEXT: %[[F:.+]] = arith.sitofp %[[NEW]] : i32 to f32
// CHECK-NEXT: math.fma %[[F]], %[[FACTOR]], %[[OLD]]
// CHECK: humming_tile.yield %[[NEXT]]
#weights = #humming_tile.layout<[[4, 2, 8], [8, 2, 2, 4, 4]] offset [0, 3, 2, 6, 4, 5, 7, 1]>
#scales = #humming_tile.layout<[[1, 8, 8], [4]] offset [3, 0, 2, 1]>
func.func @gemm(%a: tensor<?x512xi8>, %w: tensor<64x512x!humming.code<u4>, #weights>, %s: tensor<64x4xf32, #scales>,
                %x: tensor<?x2xf32>) -> tensor<?x64xf16> {
  %c = humming.gemm a(%a : tensor<?x512xi8>) b(%w : tensor<64x512x!humming.code<u4>, #weights>)
       scale(%s : tensor<64x4xf32, #scales>) input_scale(%x : tensor<?x2xf32>) -> tensor<?x64xf16>
       attributes {schedule = #humming.schedule<block = [64, 16, 128], warps = [4, 1], stages = 3, mma = m64k32,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x64xf16>
}
