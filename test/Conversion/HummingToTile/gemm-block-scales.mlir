// RUN: humming-opt %s --convert-humming-to-tile | FileCheck %s --implicit-check-not=humming.gemm --implicit-check-not=math.fma

// Scales of both operands in groups of 32 are operands of the matrix instruction: the sums of all groups are one.

// CHECK: gpu.func @mx(%{{.+}}, %[[S:[^:]+]]: memref<64x4xf8E8M0FNU, #{{.+}}>, %[[X:[^:]+]]: memref<?x4xf8E8M0FNU>, %{{[^:]+}}: memref<?x64xf32>, %{{[^:]+}}: i32)
// CHECK: %[[TILE:.+]] = humming_tile.alloc : !humming_tile.smem<3x64x4xf8E8M0FNU>
// CHECK: ^bb0(%[[K:.+]]: index, %[[SUM:.+]]: !humming_tile.frag<64x8xf32>):
// CHECK: %[[V:.+]] = humming_tile.dequant
// CHECK: %[[WEIGHTS:.+]] = humming_tile.load %[[TILE]] : {{.+}} -> !humming_tile.frag<64x4xf8E8M0FNU>
// CHECK: %[[GROUP:.+]] = arith.divui %[[K]], %c32{{.*}} : index
// CHECK: %[[TOKENS:.+]] = humming_tile.load %[[X]][%{{.+}}, %[[GROUP]]] : memref<?x4xf8E8M0FNU> -> !humming_tile.frag<8x4xf8E8M0FNU>
// CHECK: humming_tile.mma "m16n8k64" warps [4, 1] %[[V]], %{{.+}}, %[[SUM]] scales(%[[WEIGHTS]], %[[TOKENS]] :
#weights = #humming_tile.layout<[[4, 2, 8], [2, 2, 4, 8]] offset [0, 3, 2, 5, 4, 6, 1]>
#four = #humming_tile.layout<[[1, 8, 8], [4]] offset [3, 0, 2, 1]>
func.func @mx(%a: tensor<?x128xf4E2M1FN>, %w: tensor<64x128x!humming.code<e2m1>, #weights>,
    %s: tensor<64x4xf8E8M0FNU, #four>, %x: tensor<?x4xf8E8M0FNU>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x128xf4E2M1FN>) b(%w : tensor<64x128x!humming.code<e2m1>, #weights>)
       scale(%s : tensor<64x4xf8E8M0FNU, #four>) input_scale(%x : tensor<?x4xf8E8M0FNU>) -> tensor<?x64xf32>
       attributes {schedule = #humming.schedule<block = [64, 8, 128], warps = [4, 1], stages = 3, mma = m16n8k64,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}
