// RUN: humming-opt %s --convert-humming-to-tile=arch=sm_89 | FileCheck %s --implicit-check-not=humming.gemm "--implicit-check-not=f8E4M3FN to"

// Scales of one byte become f16 by the target's conversion where operands have 8 bits, and in integer arithmetic elsewhere.

// CHECK: gpu.func @folded(
// CHECK: %[[S:.+]] = humming_tile.map(%{{.+}} : !humming_tile.frag<64x1xi8>) {
// CHECK-NEXT: ^bb0(%[[BYTE:.+]]: i8):
// CHECK-NEXT: %[[SCALE:.+]] = arith.bitcast %[[BYTE]] : i8 to f8E4M3FN
// CHECK-NEXT: %[[HALF:.+]] = arith.extf %[[SCALE]] : f8E4M3FN to f16
// CHECK-NEXT: humming_tile.yield %[[HALF]] : f16
// CHECK: humming_tile.dequant !humming.code<u4> %{{[^ ]+}} scale(%[[S]] : !humming_tile.frag<64x1xf16>)

// Operands of 16 bits, and sums in f32 of operands of 8.
// CHECK: gpu.func @wide(
// CHECK: %[[BITS:.+]] = arith.ori %{{.+}}, %{{.+}} : i16
// CHECK: arith.bitcast %[[BITS]] : i16 to f16
// CHECK: humming_tile.dequant !humming.code<u4> %{{[^ ]+}} scale
// CHECK: gpu.func @sums(
// CHECK: %[[BITS:.+]] = arith.ori %{{.+}}, %{{.+}} : i32
// CHECK: arith.bitcast %[[BITS]] : i32 to f32
// CHECK: math.fma
#bytes = #humming_tile.layout<[[4, 2, 8], [4, 2, 2, 4, 4]] offset [0, 3, 2, 6, 4, 5, 7, 1]>
#halves = #humming_tile.layout<[[4, 2, 8], [4, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
#two = #humming_tile.layout<[[1, 8, 8], [2]] offset [3, 0, 2, 1]>
func.func @folded(%a: tensor<?x256xf8E4M3FN>, %w: tensor<64x256x!humming.code<u4>, #bytes>,
    %s: tensor<64x2xf8E4M3FN, #two>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x256xf8E4M3FN>) b(%w : tensor<64x256x!humming.code<u4>, #bytes>)
       scale(%s : tensor<64x2xf8E4M3FN, #two>) -> tensor<?x64xf32>
       attributes {numerics = #humming.numerics<acc = f32, scale = operand>,
                   schedule = #humming.schedule<block = [64, 8, 128], warps = [4, 1], stages = 3, mma = m16n8k32,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

func.func @wide(%a: tensor<?x256xf16>, %w: tensor<64x256x!humming.code<u4>, #halves>,
    %s: tensor<64x2xf8E4M3FN, #two>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x256xf16>) b(%w : tensor<64x256x!humming.code<u4>, #halves>)
       scale(%s : tensor<64x2xf8E4M3FN, #two>) -> tensor<?x64xf32>
       attributes {schedule = #humming.schedule<block = [64, 8, 64], warps = [4, 1], stages = 3, mma = m16n8k16,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

func.func @sums(%a: tensor<?x256xf8E4M3FN>, %w: tensor<64x256x!humming.code<u4>, #bytes>,
    %s: tensor<64x2xf8E4M3FN, #two>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x256xf8E4M3FN>) b(%w : tensor<64x256x!humming.code<u4>, #bytes>)
       scale(%s : tensor<64x2xf8E4M3FN, #two>) -> tensor<?x64xf32>
       attributes {schedule = #humming.schedule<block = [64, 8, 128], warps = [4, 1], stages = 3, mma = m16n8k32,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}
