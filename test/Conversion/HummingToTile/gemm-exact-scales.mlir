// RUN: humming-opt %s --convert-humming-to-tile | FileCheck %s --implicit-check-not=humming.gemm --implicit-check-not=func.func

// Scales that act on operands by the definition act on the sums of groups where that is the same and less: numbers that
// are 0 or powers of two, few tokens, and no promised order.

// CHECK: gpu.func @two_bits(
// CHECK-SAME: humming_tile.registers = 128 : i32
// CHECK: %[[W:.+]] = humming_tile.dequant !humming.code<u2> %{{[^ ]+}} :
// CHECK: %[[P:.+]] = humming_tile.mma "m16n8k16" warps [4, 1] %[[W]],
// CHECK: humming_tile.map(%{{.+}}, %[[P]], %{{.+}} :
// CHECK-NEXT: ^bb0(%[[OLD:.+]]: f32, %[[PART:.+]]: f32, %[[FACTOR:.+]]: f32):
// CHECK-NEXT: math.fma %[[PART]], %[[FACTOR]], %[[OLD]] : f32

// Zero points of one bit: -1, 0 and 1. Minifloats stay where their bits are, as they do beside all scales of sums.
// CHECK: gpu.func @zero_of_one_bit(
// CHECK: humming_tile.dequant !humming.code<u1> %{{[^ ]+}} zero
// CHECK: math.fma
// CHECK: gpu.func @minifloat(
// CHECK: humming_tile.dequant !humming.code<e2m0> {{.+}} {in_place} :
// CHECK: math.fma

// Of two bits and a zero point: 3.
// CHECK: gpu.func @zero_of_two_bits(
// CHECK-NOT: humming_tile.registers
// CHECK: humming_tile.dequant !humming.code<u2> %{{[^ ]+}} scale
// CHECK: gpu.func @three_bits(
// CHECK: humming_tile.dequant !humming.code<u3> {{.+}} scale

// Of 16 tokens a lane has 8 sums of a group to scale, or 16 and 8 pairs of weights.
// CHECK: gpu.func @more_weights(
// CHECK: humming_tile.dequant !humming.code<u2> %{{[^ ]+}} :
// CHECK: gpu.func @as_many_sums(
// CHECK: humming_tile.dequant !humming.code<u2> %{{[^ ]+}} scale
// CHECK: gpu.func @many_tokens(
// CHECK: humming_tile.dequant !humming.code<u2> %{{[^ ]+}} scale

// One group: its sum is the whole.
// CHECK: gpu.func @channel(
// CHECK-NOT: humming_tile.registers
// CHECK: humming_tile.dequant !humming.code<u2> %{{[^ ]+}} :
// CHECK: arith.mulf

// Sums in f16 are not for numbers of any scale.
// CHECK: gpu.func @short_sums(
// CHECK: humming_tile.dequant !humming.code<u2> %{{[^ ]+}} scale

// Another number of tokens would be added in another order.
// CHECK: gpu.func @fixed_order(
// CHECK: humming_tile.dequant !humming.code<u2> %{{[^ ]+}} scale

// Sums of warpgroups have the tensor cores to wait for.
// CHECK: gpu.func @warpgroup(
// CHECK: humming_tile.dequant !humming.code<u2> %{{[^ ]+}} scale
#one_bit = #humming_tile.layout<[[4, 2, 8], [4, 4, 2, 4, 2]] offset [0, 3, 2, 6, 7, 4, 5, 1]>
#two_bits = #humming_tile.layout<[[4, 2, 8], [4, 2, 2, 2, 4, 2]] offset [0, 3, 2, 7, 4, 8, 5, 6, 1]>
#third_bit = #humming_tile.layout<[[4, 2, 8], [4, 2, 2, 2, 4, 2]] offset [0, 3, 2, 7, 8, 5, 6, 1, 4]>
#groups = #humming_tile.layout<[[1, 8, 8], [2]] offset [3, 0, 2, 1]>
#channel = #humming_tile.layout<[[1, 8, 8], [1]] offset [3, 0, 2, 1]>
#short_groups = #humming_tile.layout<[[1, 8, 8], [8]] offset [3, 0, 2, 1]>
func.func @two_bits(%a: tensor<?x256xf16>, %w: tensor<64x256x!humming.code<u2>, #two_bits>,
    %s: tensor<64x2xf16, #groups>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x256xf16>) b(%w : tensor<64x256x!humming.code<u2>, #two_bits>)
                    scale(%s : tensor<64x2xf16, #groups>) -> tensor<?x64xf32>
       attributes {schedule = #humming.schedule<block = [64, 8, 128], warps = [4, 1], stages = 3, mma = m16n8k16,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

func.func @zero_of_one_bit(%a: tensor<?x256xf16>, %w: tensor<64x256x!humming.code<u1>, #one_bit>,
    %s: tensor<64x2xf16, #groups>, %z: tensor<64x2x!humming.code<u8>, #groups>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x256xf16>) b(%w : tensor<64x256x!humming.code<u1>, #one_bit>)
                    scale(%s : tensor<64x2xf16, #groups>) zero(%z : tensor<64x2x!humming.code<u8>, #groups>) -> tensor<?x64xf32>
       attributes {schedule = #humming.schedule<block = [64, 8, 128], warps = [4, 1], stages = 3, mma = m16n8k16,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

func.func @minifloat(%a: tensor<?x256xf16>, %w: tensor<64x256x!humming.code<e2m0>, [#two_bits, #third_bit]>,
    %s: tensor<64x2xf16, #groups>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x256xf16>) b(%w : tensor<64x256x!humming.code<e2m0>, [#two_bits, #third_bit]>)
                    scale(%s : tensor<64x2xf16, #groups>) -> tensor<?x64xf32>
       attributes {schedule = #humming.schedule<block = [64, 8, 128], warps = [4, 1], stages = 3, mma = m16n8k16,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

func.func @zero_of_two_bits(%a: tensor<?x256xf16>, %w: tensor<64x256x!humming.code<u2>, #two_bits>,
    %s: tensor<64x2xf16, #groups>, %z: tensor<64x2x!humming.code<u8>, #groups>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x256xf16>) b(%w : tensor<64x256x!humming.code<u2>, #two_bits>)
                    scale(%s : tensor<64x2xf16, #groups>) zero(%z : tensor<64x2x!humming.code<u8>, #groups>) -> tensor<?x64xf32>
       attributes {schedule = #humming.schedule<block = [64, 8, 128], warps = [4, 1], stages = 3, mma = m16n8k16,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

func.func @three_bits(%a: tensor<?x256xf16>, %w: tensor<64x256x!humming.code<u3>, [#two_bits, #third_bit]>,
    %s: tensor<64x2xf16, #groups>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x256xf16>) b(%w : tensor<64x256x!humming.code<u3>, [#two_bits, #third_bit]>)
                    scale(%s : tensor<64x2xf16, #groups>) -> tensor<?x64xf32>
       attributes {schedule = #humming.schedule<block = [64, 8, 128], warps = [4, 1], stages = 3, mma = m16n8k16,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

func.func @more_weights(%a: tensor<?x256xf16>, %w: tensor<64x256x!humming.code<u2>, #two_bits>,
    %s: tensor<64x2xf16, #groups>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x256xf16>) b(%w : tensor<64x256x!humming.code<u2>, #two_bits>)
                    scale(%s : tensor<64x2xf16, #groups>) -> tensor<?x64xf32>
       attributes {schedule = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 3, mma = m16n8k16,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

func.func @as_many_sums(%a: tensor<?x256xf16>, %w: tensor<64x256x!humming.code<u2>, #two_bits>,
    %s: tensor<64x8xf16, #short_groups>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x256xf16>) b(%w : tensor<64x256x!humming.code<u2>, #two_bits>)
                    scale(%s : tensor<64x8xf16, #short_groups>) -> tensor<?x64xf32>
       attributes {schedule = #humming.schedule<block = [64, 16, 128], warps = [4, 1], stages = 3, mma = m16n8k16,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

func.func @many_tokens(%a: tensor<?x256xf16>, %w: tensor<64x256x!humming.code<u2>, #two_bits>,
    %s: tensor<64x2xf16, #groups>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x256xf16>) b(%w : tensor<64x256x!humming.code<u2>, #two_bits>)
                    scale(%s : tensor<64x2xf16, #groups>) -> tensor<?x64xf32>
       attributes {schedule = #humming.schedule<block = [64, 32, 128], warps = [4, 1], stages = 3, mma = m16n8k16,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

func.func @channel(%a: tensor<?x256xf16>, %w: tensor<64x256x!humming.code<u2>, #two_bits>,
    %s: tensor<64x1xf16, #channel>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x256xf16>) b(%w : tensor<64x256x!humming.code<u2>, #two_bits>)
                    scale(%s : tensor<64x1xf16, #channel>) -> tensor<?x64xf32>
       attributes {schedule = #humming.schedule<block = [64, 8, 128], warps = [4, 1], stages = 3, mma = m16n8k16,
                                                copy = cp_async, split_k = 1>,
                   numerics = #humming.numerics<acc = f32, scale = operand, order = any>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

func.func @short_sums(%a: tensor<?x256xf16>, %w: tensor<64x256x!humming.code<u2>, #two_bits>,
    %s: tensor<64x2xf16, #groups>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x256xf16>) b(%w : tensor<64x256x!humming.code<u2>, #two_bits>)
                    scale(%s : tensor<64x2xf16, #groups>) -> tensor<?x64xf32>
       attributes {schedule = #humming.schedule<block = [64, 8, 128], warps = [4, 1], stages = 3, mma = m16n8k16,
                                                copy = cp_async, split_k = 1>,
                   numerics = #humming.numerics<acc = f16, scale = operand, order = any>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

func.func @fixed_order(%a: tensor<?x256xf16>, %w: tensor<64x256x!humming.code<u2>, #two_bits>,
    %s: tensor<64x2xf16, #groups>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x256xf16>) b(%w : tensor<64x256x!humming.code<u2>, #two_bits>)
                    scale(%s : tensor<64x2xf16, #groups>) -> tensor<?x64xf32>
       attributes {schedule = #humming.schedule<block = [64, 8, 128], warps = [4, 1], stages = 3, mma = m16n8k16,
                                                copy = cp_async, split_k = 1>,
                   humming.order = #humming.order<mma = m16n8k16, slice = 256, part = 256>,
                   numerics = #humming.numerics<acc = f32, scale = operand, order = fixed>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

func.func @warpgroup(%a: tensor<?x256xf16>, %w: tensor<64x256x!humming.code<u2>, #two_bits>,
    %s: tensor<64x2xf16, #groups>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x256xf16>) b(%w : tensor<64x256x!humming.code<u2>, #two_bits>)
                    scale(%s : tensor<64x2xf16, #groups>) -> tensor<?x64xf32>
       attributes {schedule = #humming.schedule<block = [64, 8, 64], warps = [4, 1], stages = 3, mma = m64k16,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}
