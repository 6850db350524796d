// RUN: humming-opt %s --split-input-file --humming-select-schedule="arch=sm_80 tokens=16" | FileCheck %s --check-prefixes=M16,CHECK
// RUN: humming-opt %s --split-input-file --humming-select-schedule="arch=sm_89 tokens=0" | FileCheck %s --check-prefixes=LARGE,CHECK
// RUN: humming-opt %s --split-input-file --humming-select-schedule="arch=sm_75 tokens=0" | FileCheck %s --check-prefixes=SM75,CHECK

// The schedules chosen beside activations of 8 bits and where groups scale accumulators: a group has a sum of its
// own beside the whole, so a lane has half as many. Each section prints its one schedule above its function.

// W4A8 a channel.
// M16: block = [64, 16, 128], warps = [4, 1], stages = 4, mma = m16n8k32, copy = cp_async, split_k = 5>
// LARGE: block = [128, 128, 64], warps = [4, 1], stages = 4, mma = m16n8k32, copy = cp_async, split_k = 1>
// SM75: block = [128, 64, 64], warps = [4, 1], stages = 2, mma = m8n8k16, copy = sync, split_k = 1>
// CHECK: @w4a8(
func.func @w4a8(%a: tensor<?x4096xi8>, %w: tensor<4096x4096x!humming.code<i4>>,
    %s: tensor<4096x1xf32>, %x: tensor<?x1xf32>) -> tensor<?x4096xf16> {
  %c = humming.gemm a(%a : tensor<?x4096xi8>) b(%w : tensor<4096x4096x!humming.code<i4>>)
       scale(%s : tensor<4096x1xf32>) input_scale(%x : tensor<?x1xf32>) -> tensor<?x4096xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x4096xf16>
}

// -----

// Sums of groups beside the whole: twice the accumulators. Where tiles go through registers as well, the widest tile that
// leaves room for them is taken over and over.
// M16: block = [64, 16, 128], warps = [4, 1], stages = 4, mma = m16n8k32, copy = cp_async, split_k = 5>
// LARGE: block = [128, 64, 64], warps = [4, 1], stages = 4, mma = m16n8k32, copy = cp_async, split_k = 1>
// SM75: block = [64, 32, 128], warps = [4, 1], stages = 2, mma = m8n8k16, copy = sync, split_k = 1>
// CHECK: @w4a8_group(
func.func @w4a8_group(%a: tensor<?x4096xi8>, %w: tensor<4096x4096x!humming.code<u4>>,
    %s: tensor<4096x32xf16>, %x: tensor<?x1xf32>) -> tensor<?x4096xf16> {
  %c = humming.gemm a(%a : tensor<?x4096xi8>) b(%w : tensor<4096x4096x!humming.code<u4>>)
       scale(%s : tensor<4096x32xf16>) input_scale(%x : tensor<?x1xf32>) -> tensor<?x4096xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x4096xf16>
}

// -----

// K is 64 * 64.5: stages of 64, which hold two groups.
// M16: block = [64, 16, 64], warps = [4, 1], stages = 4, mma = m16n8k32, copy = cp_async, split_k = 5>
// LARGE: block = [128, 64, 64], warps = [4, 1], stages = 4, mma = m16n8k32, copy = cp_async, split_k = 1>
// SM75: block = [64, 32, 64], warps = [4, 1], stages = 2, mma = m8n8k16, copy = sync, split_k = 1>
// CHECK: @group32(
func.func @group32(%a: tensor<?x4128xi8>, %w: tensor<4096x4128x!humming.code<u4>>,
    %s: tensor<4096x129xf16>) -> tensor<?x4096xf16> {
  %c = humming.gemm a(%a : tensor<?x4128xi8>) b(%w : tensor<4096x4128x!humming.code<u4>>)
       scale(%s : tensor<4096x129xf16>) -> tensor<?x4096xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x4096xf16>
}

// -----

// Blocks of 128 x 128.
// M16: block = [64, 16, 128], warps = [4, 1], stages = 4, mma = m16n8k16, copy = cp_async, split_k = 5>
// LARGE: block = [64, 64, 128], warps = [4, 1], stages = 3, mma = m16n8k16, copy = cp_async, split_k = 1>
// SM75: block = [64, 32, 128], warps = [4, 1], stages = 2, mma = m16n8k8, copy = sync, split_k = 1>
// CHECK: @blocks(
func.func @blocks(%a: tensor<?x4096xf16>, %w: tensor<4096x4096x!humming.code<e4m3>>,
    %s: tensor<32x32xf32>, %x: tensor<?x32xf32>) -> tensor<?x4096xf16> {
  %c = humming.gemm a(%a : tensor<?x4096xf16>) b(%w : tensor<4096x4096x!humming.code<e4m3>>)
       scale(%s : tensor<32x32xf32>) input_scale(%x : tensor<?x32xf32>) -> tensor<?x4096xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x4096xf16>
}

// -----

// f16 accumulators.
// M16: block = [64, 16, 128], warps = [4, 1], stages = 4, mma = m16n8k16, copy = cp_async, split_k = 5>
// LARGE: block = [128, 64, 64], warps = [4, 1], stages = 4, mma = m16n8k16, copy = cp_async, split_k = 1>
// SM75: block = [128, 64, 64], warps = [4, 1], stages = 2, mma = m16n8k8, copy = sync, split_k = 1>
// CHECK: @f16_sums(
func.func @f16_sums(%a: tensor<?x4096xf16>, %w: tensor<4096x4096x!humming.code<u4>>,
    %s: tensor<4096x32xf16>) -> tensor<?x4096xf16> {
  %c = humming.gemm a(%a : tensor<?x4096xf16>) b(%w : tensor<4096x4096x!humming.code<u4>>)
       scale(%s : tensor<4096x32xf16>) -> tensor<?x4096xf16> attributes {numerics = #humming.numerics<acc = f16, scale = operand>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x4096xf16>
}

// -----

// M16: block = [64, 16, 128], warps = [4, 1], stages = 4, mma = m16n8k32, copy = cp_async, split_k = 5>
// LARGE: block = [128, 64, 64], warps = [4, 1], stages = 4, mma = m16n8k32, copy = cp_async, split_k = 1>
// SM75: block = [128, 64, 64], warps = [4, 1], stages = 2, mma = m8n8k16, copy = sync, split_k = 1>
// CHECK: @w8a8(
func.func @w8a8(%a: tensor<?x4096xi8>, %w: tensor<4096x4096x!humming.code<i8>>,
    %s: tensor<4096x1xf32>, %x: tensor<?x1xf32>) -> tensor<?x4096xf16> {
  %c = humming.gemm a(%a : tensor<?x4096xi8>) b(%w : tensor<4096x4096x!humming.code<i8>>)
       scale(%s : tensor<4096x1xf32>) input_scale(%x : tensor<?x1xf32>) -> tensor<?x4096xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x4096xf16>
}
