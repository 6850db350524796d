// RUN: humming-opt %s --convert-humming-to-tile | FileCheck %s --implicit-check-not=humming.gemm --implicit-check-not=func.func

// What scales the whole sum, in f32, in front of the epilogue: channel, token, all.

// CHECK: gpu.func @token(%{{.+}}, %[[S:[^:]+]]: memref<64x1xi8, #{{.+}}>, %[[G:[^:]+]]: memref<1xf32>, %[[X:[^:]+]]: memref<?x1xf32>, %{{[^:]+}}: memref<?x64xf32>, %{{[^:]+}}: i32)
// CHECK-DAG: %[[CHANNEL:.+]] = humming_tile.load %[[S]][%{{.+}}, %{{.+}}] : {{.+}} -> !humming_tile.frag<64x8xi8>
// CHECK-DAG: %[[TOKEN:.+]] = humming_tile.load %[[X]][%{{.+}}, %{{.+}}] transpose : memref<?x1xf32> -> !humming_tile.frag<1x8xf32>
// CHECK-DAG: %[[ALL:.+]] = memref.load %[[G]][%{{.+}}] : memref<1xf32>
// CHECK: humming_tile.map(%{{.+}}, %[[CHANNEL]], %[[TOKEN]] :
// CHECK-NEXT: ^bb0(%[[ACC:.+]]: f32, %[[BYTE:.+]]: i8, %[[OFTOKEN:.+]]: f32):
// CHECK: %[[BITS:.+]] = arith.shli %{{.+}}, %c8{{.*}} : i16
// CHECK: %[[HALF:.+]] = arith.bitcast %[[BITS]] : i16 to f16
// CHECK: %[[OFCHANNEL:.+]] = arith.extf %[[HALF]] : f16 to f32
// CHECK: %[[P0:.+]] = arith.mulf %[[ACC]], %[[OFCHANNEL]] : f32
// CHECK: %[[P1:.+]] = arith.mulf %[[P0]], %[[OFTOKEN]] : f32
// CHECK: %[[P2:.+]] = arith.mulf %[[P1]], %[[ALL]] : f32
// CHECK: humming_tile.yield %[[P2]]

// One input scale is read as one number.
// CHECK: gpu.func @tensor(%{{.+}}, %[[X:[^:]+]]: memref<1xi8>, %{{[^:]+}}: memref<?x64xf32>, %{{[^:]+}}: i32)
// CHECK: %[[BYTE:.+]] = memref.load %[[X]][%{{.+}}] : memref<1xi8>
// CHECK: arith.extui %[[BYTE]] : i8 to i32
// CHECK: %[[FACTOR:.+]] = math.fma
// CHECK: humming_tile.map
// CHECK: arith.mulf %{{.+}}, %[[FACTOR]] : f32

// f16 accumulators become f32 in front of the sum over slices.
// CHECK: gpu.func @half({{.+}}: memref<?xf32>, %{{[^:]+}}: memref<?xi32>, %{{[^:]+}}: i32)
// CHECK: %[[SUM:.+]] = humming_tile.pipeline {{.+}} iter(%{{.+}} : !humming_tile.frag<64x8xf16>)
// CHECK: humming_tile.mma {{.+}} !humming_tile.frag<64x8xf16>
// CHECK: %[[WIDE:.+]] = humming_tile.map(%[[SUM]] : !humming_tile.frag<64x8xf16>)
// CHECK: arith.extf
// CHECK: humming_tile.reduce %[[WIDE]]

// A minifloat stays in place, and its power of two is taken from the sum, unless operands are scaled or sums are f16.
// CHECK: gpu.func @in_place
// CHECK: humming_tile.dequant !humming.code<e2m1> {{.+}} {in_place}
// CHECK: %[[UNDO:.+]] = arith.constant 1.638400e+04 : f32
// CHECK: arith.mulf %{{.+}}, %[[UNDO]] : f32
// CHECK: gpu.func @operand
// CHECK-NOT: in_place
// CHECK: gpu.func @half_minifloat
// CHECK-NOT: in_place
#weights = #humming_tile.layout<[[4, 2, 8], [2, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
#channel = #humming_tile.layout<[[1, 8, 8], [1]] offset [3, 0, 2, 1]>
func.func @token(%a: tensor<?x128xf16>, %w: tensor<64x128x!humming.code<u4>, #weights>,
    %s: tensor<64x1xf8E5M2, #channel>, %g: tensor<1xf32>, %x: tensor<?x1xf32>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x128xf16>) b(%w : tensor<64x128x!humming.code<u4>, #weights>)
       scale(%s : tensor<64x1xf8E5M2, #channel>) global_scale(%g : tensor<1xf32>) input_scale(%x : tensor<?x1xf32>)
       -> tensor<?x64xf32>
       attributes {schedule = #humming.schedule<block = [64, 8, 64], warps = [4, 1], stages = 3, mma = m16n8k16,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

func.func @tensor(%a: tensor<?x128xf16>, %w: tensor<64x128x!humming.code<u4>, #weights>,
    %x: tensor<1x1xf8E8M0FNU>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x128xf16>) b(%w : tensor<64x128x!humming.code<u4>, #weights>)
       input_scale(%x : tensor<1x1xf8E8M0FNU>) -> tensor<?x64xf32>
       attributes {schedule = #humming.schedule<block = [64, 8, 64], warps = [4, 1], stages = 3, mma = m16n8k16,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

func.func @half(%a: tensor<?x128xf16>, %w: tensor<64x128x!humming.code<u4>, #weights>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x128xf16>) b(%w : tensor<64x128x!humming.code<u4>, #weights>) -> tensor<?x64xf32>
       attributes {numerics = #humming.numerics<acc = f16, scale = accumulator>,
                   schedule = #humming.schedule<block = [64, 8, 64], warps = [4, 1], stages = 3, mma = m16n8k16,
                                                copy = cp_async, split_k = 2>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

func.func @in_place(%a: tensor<?x128xf16>, %w: tensor<64x128x!humming.code<e2m1>, #weights>,
    %s: tensor<64x1xf16, #channel>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x128xf16>) b(%w : tensor<64x128x!humming.code<e2m1>, #weights>)
       scale(%s : tensor<64x1xf16, #channel>) -> tensor<?x64xf32>
       attributes {numerics = #humming.numerics<acc = f32, scale = accumulator>,
                   schedule = #humming.schedule<block = [64, 8, 64], warps = [4, 1], stages = 3, mma = m16n8k16,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

func.func @operand(%a: tensor<?x128xf16>, %w: tensor<64x128x!humming.code<e2m1>, #weights>,
    %s: tensor<64x1xf16, #channel>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x128xf16>) b(%w : tensor<64x128x!humming.code<e2m1>, #weights>)
       scale(%s : tensor<64x1xf16, #channel>) -> tensor<?x64xf32>
       attributes {numerics = #humming.numerics<acc = f32, scale = operand>,
                   schedule = #humming.schedule<block = [64, 8, 64], warps = [4, 1], stages = 3, mma = m16n8k16,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

func.func @half_minifloat(%a: tensor<?x128xf16>, %w: tensor<64x128x!humming.code<e2m1>, #weights>,
    %s: tensor<64x1xf16, #channel>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x128xf16>) b(%w : tensor<64x128x!humming.code<e2m1>, #weights>)
       scale(%s : tensor<64x1xf16, #channel>) -> tensor<?x64xf32>
       attributes {numerics = #humming.numerics<acc = f16, scale = accumulator>,
                   schedule = #humming.schedule<block = [64, 8, 64], warps = [4, 1], stages = 3, mma = m16n8k16,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}
