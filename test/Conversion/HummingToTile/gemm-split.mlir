// RUN: humming-opt %s --convert-humming-to-tile | FileCheck %s --implicit-check-not=humming.gemm --implicit-check-not=func.func

// Three k-tiles in two slices. Two more arguments, and a reduction before the epilogue.

// CHECK: gpu.func @split(%{{[^:]+}}: memref<?x192xf16>, %{{[^:]+}}: memref<64x192x!humming.code<i4>, #{{.+}}>, %[[C:[^:]+]]: memref<?x64xf16>, %[[PARTIALS:[^:]+]]: memref<?xf32>, %[[COUNTERS:[^:]+]]: memref<?xi32>, %{{[^:]+}}: i32) kernel
// CHECK: %[[DEPTH:.+]] = arith.constant 192 : index
// CHECK: humming_tile.foreach (%{{.+}}, %{{.+}}, %[[TILE:.+]], %[[LOWER:.+]], %[[UPPER:.+]], %[[SLOT:.+]], %[[FIRST:.+]], %[[PIECES:.+]], %{{.+}}) in (%{{.+}}, %{{.+}}, %[[DEPTH]]) tile [64, 8, 64] split 2 {
// CHECK: %[[SUM:.+]] = humming_tile.pipeline from %[[LOWER]] to %[[UPPER]] step 64 copy "sync"
// CHECK: %[[TOTAL:.+]] = humming_tile.reduce %[[SUM]] tile %[[TILE]] slot %[[SLOT]] of %[[PIECES]] from %[[FIRST]] through %[[PARTIALS]], %[[COUNTERS]]
// CHECK: humming_tile.map(%[[TOTAL]] :

// Four slices of one k-tile each were asked for; there are three.
// CHECK: gpu.func @fewer
// CHECK: humming_tile.foreach {{.+}} split 3 {

// Blocks that share tiles reduce them, whatever comes out as a block's share.
// CHECK: gpu.func @blocks(%{{[^:]+}}: memref<?x192xf16>, %{{[^:]+}}: memref<64x192x!humming.code<i4>, #{{.+}}>, %{{[^:]+}}: memref<?x64xf16>, %{{[^:]+}}: memref<?xf32>, %{{[^:]+}}: memref<?xi32>, %{{[^:]+}}: i32) kernel
// CHECK: humming_tile.foreach {{.+}} tile [64, 8, 64] blocks 5 {
// CHECK: humming_tile.reduce

// Slices of one cluster need no memory: no more arguments than the gemm has.
// CHECK: gpu.func @cluster(%{{[^:]+}}: memref<?x192xf16>, %{{[^:]+}}: memref<64x192x!humming.code<i4>, #{{.+}}>, %{{[^:]+}}: memref<?x64xf16>, %{{[^:]+}}: i32) kernel
// CHECK: humming_tile.foreach {{.+}} split 3 joined {
// CHECK: humming_tile.reduce %{{.+}} tile %{{.+}} slot %{{.+}} of %{{.+}} from %{{[^ ]+}} : !humming_tile.frag<64x8xf32>
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

func.func @blocks(%a: tensor<?x192xf16>, %w: tensor<64x192x!humming.code<i4>, #weights>) -> tensor<?x64xf16> {
  %c = humming.gemm a(%a : tensor<?x192xf16>) b(%w : tensor<64x192x!humming.code<i4>, #weights>) -> tensor<?x64xf16>
       attributes {schedule = #humming.schedule<block = [64, 8, 64], warps = [4, 1], stages = 2, mma = m16n8k8,
                                                copy = sync, split_k = 1, blocks = 5>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x64xf16>
}

func.func @cluster(%a: tensor<?x192xf16>, %w: tensor<64x192x!humming.code<i4>, #weights>) -> tensor<?x64xf16> {
  %c = humming.gemm a(%a : tensor<?x192xf16>) b(%w : tensor<64x192x!humming.code<i4>, #weights>) -> tensor<?x64xf16>
       attributes {schedule = #humming.schedule<block = [64, 8, 64], warps = [4, 1], stages = 2, mma = m16n8k16,
                                                copy = cp_async, split_k = 3, fixup = cluster>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x64xf16>
}
