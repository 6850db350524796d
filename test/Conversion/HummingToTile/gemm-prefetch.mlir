// RUN: humming-opt %s --convert-humming-to-tile | FileCheck %s

// What belongs to the weights is asked for ahead of the wait, for the first tiles of the piece: planes, scales and zero points
// by group. Everything that is read or written is behind it. Behind the products the next kernel may start.

// CHECK: gpu.func @groups(%[[A:[^:]+]]: {{[^%]+}}, %[[W:[^:]+]]: {{[^%]+}}, %[[S:[^:]+]]: {{[^%]+}}, %[[Z:[^:]+]]: {{[^%]+}}, %{{.+}}) kernel
// CHECK-NOT: release_dependents
// CHECK: humming_tile.foreach (%[[N0:.+]], %{{.+}}, %{{.+}}, %[[LOWER:.+]], %[[UPPER:.+]], %{{.+}}, %{{.+}}, %{{.+}}, %{{.+}}) in
// CHECK: %[[LOW:.+]] = humming_tile.view %[[W]] at 0
// CHECK: %[[HIGH:.+]] = humming_tile.view %[[W]] at 8192
// CHECK: %[[LENGTH:.+]] = arith.constant 192 : index
// CHECK: %[[AHEAD:.+]] = arith.addi %[[LOWER]], %[[LENGTH]]
// CHECK: %[[LAST:.+]] = arith.minui %[[AHEAD]], %[[UPPER]]
// CHECK: humming_tile.prefetch %[[LOW]][%[[N0]], %[[LOWER]] to %[[LAST]]] rows 64
// CHECK: humming_tile.prefetch %[[HIGH]][%[[N0]], %[[LOWER]] to %[[LAST]]] rows 64
// CHECK: %[[ROUND:.+]] = arith.constant 127 : index
// CHECK: %[[UP:.+]] = arith.addi %[[LAST]], %[[ROUND]]
// CHECK: %[[FIRST_GROUP:.+]] = arith.divui %[[LOWER]],
// CHECK: %[[LAST_GROUP:.+]] = arith.divui %[[UP]],
// CHECK: humming_tile.prefetch %[[S]][%[[N0]], %[[FIRST_GROUP]] to %[[LAST_GROUP]]] rows 64
// CHECK: humming_tile.prefetch %[[Z]][%[[N0]], %{{.+}} to %{{.+}}] rows 64
// CHECK-NEXT: humming_tile.await_dependencies
// CHECK-NOT: prefetch
// CHECK: humming_tile.pipeline from %[[LOWER]] to %[[UPPER]]
// CHECK: humming_tile.release_dependents

// The one scale of a channel is read in the epilogue.
// CHECK: gpu.func @channels(%{{[^:]+}}: {{[^%]+}}, %[[W:[^:]+]]: {{[^%]+}}, %{{.+}}) kernel
// CHECK: humming_tile.prefetch %[[W]]
// CHECK-NEXT: humming_tile.await_dependencies

// Without a prefetch there is the wait alone.
// CHECK: gpu.func @none
// CHECK-NOT: prefetch
// CHECK: humming_tile.await_dependencies
// CHECK: humming_tile.pipeline
// CHECK: humming_tile.release_dependents

#low = #humming_tile.layout<[[4, 2, 8], [4, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
#high = #humming_tile.layout<[[4, 2, 8], [4, 2, 2, 2, 4, 2]] offset [0, 3, 2, 7, 4, 8, 5, 6, 1]>
#scales = #humming_tile.layout<[[1, 8, 8], [2]] offset [3, 0, 2, 1]>
#channels = #humming_tile.layout<[[1, 8, 8], [1]] offset [3, 0, 2, 1]>
func.func @groups(%a: tensor<?x256xf16>, %w: tensor<64x256x!humming.code<u6>, [#low, #high]>,
                  %s: tensor<64x2xf16, #scales>, %z: tensor<64x2x!humming.code<u8>, #scales>) -> tensor<?x64xf16> {
  %c = humming.gemm a(%a : tensor<?x256xf16>) b(%w : tensor<64x256x!humming.code<u6>, [#low, #high]>)
       scale(%s : tensor<64x2xf16, #scales>) zero(%z : tensor<64x2x!humming.code<u8>, #scales>) -> tensor<?x64xf16>
       attributes {schedule = #humming.schedule<block = [64, 8, 64], warps = [4, 1], stages = 2, mma = m16n8k16,
                                                copy = cp_async, split_k = 1, prefetch = 3>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x64xf16>
}

func.func @channels(%a: tensor<?x256xf16>, %w: tensor<64x256x!humming.code<u4>, #low>,
                    %s: tensor<64x1xf16, #channels>) -> tensor<?x64xf16> {
  %c = humming.gemm a(%a : tensor<?x256xf16>) b(%w : tensor<64x256x!humming.code<u4>, #low>)
       scale(%s : tensor<64x1xf16, #channels>) -> tensor<?x64xf16>
       attributes {numerics = #humming.numerics<acc = f32, scale = accumulator>,
                   schedule = #humming.schedule<block = [64, 8, 64], warps = [4, 1], stages = 2, mma = m16n8k16,
                                                copy = cp_async, split_k = 1, prefetch = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x64xf16>
}

func.func @none(%a: tensor<?x256xf16>, %w: tensor<64x256x!humming.code<u4>, #low>) -> tensor<?x64xf16> {
  %c = humming.gemm a(%a : tensor<?x256xf16>) b(%w : tensor<64x256x!humming.code<u4>, #low>) -> tensor<?x64xf16>
       attributes {schedule = #humming.schedule<block = [64, 8, 64], warps = [4, 1], stages = 2, mma = m16n8k16,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x64xf16>
}
