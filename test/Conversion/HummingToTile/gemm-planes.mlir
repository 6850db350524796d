// RUN: humming-opt %s --convert-humming-to-tile | FileCheck %s --implicit-check-not=humming.gemm --implicit-check-not=func.func

// A code of six bits is packed as planes of four and two: two views of one buffer, two buffers, two copies.
// Scales of one byte are decoded where they are loaded.

// CHECK: gpu.func @planes(%{{[^:]+}}: memref<?x64xbf16>, %[[B:[^:]+]]: memref<?xi8>, %{{[^:]+}}: memref<64x2xi8, #{{.+}}>
// CHECK-DAG: %[[LOW:.+]] = humming_tile.view %[[B]] at 0 : memref<?xi8> to memref<64x64x!humming.code<u4>, #{{.+}}>
// CHECK-DAG: %[[HIGH:.+]] = humming_tile.view %[[B]] at 2048 : memref<?xi8> to memref<64x64x!humming.code<u2>, #{{.+}}>
// CHECK-DAG: %[[LOWTILE:.+]] = humming_tile.alloc : !humming_tile.smem<3x64x64x!humming.code<u4>>
// CHECK-DAG: %[[HIGHTILE:.+]] = humming_tile.alloc : !humming_tile.smem<3x64x64x!humming.code<u2>>
// CHECK: humming_tile.copy %[[LOW]]{{.+}} to %[[LOWTILE]]
// CHECK: humming_tile.copy %[[HIGH]]{{.+}} to %[[HIGHTILE]]
// CHECK: %[[BYTES:.+]] = humming_tile.load {{.+}} -> !humming_tile.frag<64x2xi8>
// CHECK: %[[SCALE:.+]] = humming_tile.map(%[[BYTES]] : !humming_tile.frag<64x2xi8>)
// CHECK: } -> !humming_tile.frag<64x2xbf16>
// CHECK: humming_tile.dequant !humming.code<e3m2> %{{.+}}, %{{.+}} scale(%[[SCALE]] : !humming_tile.frag<64x2xbf16>)
#low = #humming_tile.layout<[[4, 2, 8], [1, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
#high = #humming_tile.layout<[[4, 2, 8], [1, 2, 2, 2, 4, 2]] offset [0, 3, 2, 7, 4, 8, 5, 6, 1]>
#scales = #humming_tile.layout<[[1, 8, 8], [2]] offset [3, 0, 2, 1]>
func.func @planes(%a: tensor<?x64xbf16>,
    %w: tensor<64x64x!humming.code<e3m2>, [#low, #high]>, %s: tensor<64x2xf8E8M0FNU, #scales>) -> tensor<?x64xbf16> {
  %c = humming.gemm a(%a : tensor<?x64xbf16>) b(%w : tensor<64x64x!humming.code<e3m2>, [#low, #high]>) scale(%s : tensor<64x2xf8E8M0FNU, #scales>)
       -> tensor<?x64xbf16>
       attributes {schedule = #humming.schedule<block = [64, 8, 64], warps = [4, 1], stages = 3, mma = m16n8k16,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to bf16
    humming.yield %h : bf16
  }
  return %c : tensor<?x64xbf16>
}
