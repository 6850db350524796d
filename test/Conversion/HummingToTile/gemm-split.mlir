// RUN: humming-opt %s --convert-humming-to-tile | FileCheck %s --implicit-check-not=humming.gemm --implicit-check-not=func.func

// Three k-tiles in two slices: two tiles, then one. Two more arguments, and a reduction before the epilogue.

// CHECK: gpu.func @split(%{{[^:]+}}: memref<?x192xf16>, %{{[^:]+}}: memref<64x192x!humming.code<i4>, #{{.+}}>, %[[C:[^:]+]]: memref<?x64xf16>, %[[PARTIALS:[^:]+]]: memref<?xf32>, %[[COUNTERS:[^:]+]]: memref<?xi32>, %{{[^:]+}}: i32) kernel
// CHECK: humming_tile.foreach (%{{.+}}, %{{.+}}, %[[TILE:.+]], %[[SLICE:.+]]) in {{.+}} split 2 {
// CHECK: %[[PADDED:.+]] = arith.constant 192 : index
// CHECK: %[[LENGTH:.+]] = arith.constant 128 : index
// CHECK: %[[BEGIN:.+]] = arith.muli %[[SLICE]], %[[LENGTH]] : index
// CHECK: %[[BEHIND:.+]] = arith.addi %[[BEGIN]], %{{.+}} : index
// CHECK: %[[END:.+]] = arith.minui %[[PADDED]], %[[BEHIND]] : index
// CHECK: %[[SUM:.+]] = humming_tile.pipeline from %[[BEGIN]] to %[[END]] step 64 copy "sync"
// CHECK: %[[TOTAL:.+]] = humming_tile.reduce %[[SUM]] tile %[[TILE]] slice %[[SLICE]] of 2 through %[[PARTIALS]], %[[COUNTERS]]
// CHECK: humming_tile.map(%[[TOTAL]] :

// Four slices of one k-tile each were asked for; there are three.
// CHECK: gpu.func @fewer
// CHECK: humming_tile.foreach {{.+}} split 3 {
#weights = #humming_tile.layout<[[4, 2, 8], [3, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
func.func @split(%a: tensor<?x192xf16>, %w: tensor<64x192x!humming.code<i4>, #weights>) -> tensor<?x64xf16> {
  %c = humming.gemm a(%a : tensor<?x192xf16>) b(%w : tensor<64x192x!humming.code<i4>, #weights>) -> tensor<?x64xf16>
       attributes {schedule = #humming.schedule<block = [64, 8, 64], warps = [4, 1], stages = 2, mma = m16n8k8,
                                                copy = sync, split_k = 2>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x64xf16>
}

func.func @fewer(%a: tensor<?x192xf16>, %w: tensor<64x192x!humming.code<i4>, #weights>) -> tensor<?x64xf16> {
  %c = humming.gemm a(%a : tensor<?x192xf16>) b(%w : tensor<64x192x!humming.code<i4>, #weights>) -> tensor<?x64xf16>
       attributes {schedule = #humming.schedule<block = [64, 8, 64], warps = [4, 1], stages = 2, mma = m16n8k8,
                                                copy = sync, split_k = 4>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x64xf16>
}
