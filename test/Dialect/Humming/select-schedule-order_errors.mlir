// RUN: humming-opt %s --split-input-file --verify-diagnostics --humming-select-schedule=arch=sm_80

// Of few tiles of k no one shares the sum by choice.

func.func @instruction(%a: tensor<?x256xf16>, %w: tensor<64x256x!humming.code<u4>>, %s: tensor<64x2xf16>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected a schedule that adds in #humming.order<mma = m16n8k16, slice = 256, part = 256>, the order of order = fixed on sm_80, got #humming.order<mma = m16n8k8, slice = 256, part = 256>; leave out the schedule, or use order = any}}
  %c = humming.gemm a(%a : tensor<?x256xf16>) b(%w : tensor<64x256x!humming.code<u4>>) scale(%s : tensor<64x2xf16>)
       -> tensor<?x64xf32> attributes {numerics = #humming.numerics<acc = f32, scale = operand, order = fixed>,
         schedule = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 3, mma = m16n8k8, copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @slices(%a: tensor<?x256xf16>, %w: tensor<64x256x!humming.code<u4>>, %s: tensor<64x2xf16>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected a schedule that adds in #humming.order<mma = m16n8k16, slice = 256, part = 256>, the order of order = fixed on sm_80, got #humming.order<mma = m16n8k16, slice = 128, part = 128>; leave out the schedule, or use order = any}}
  %c = humming.gemm a(%a : tensor<?x256xf16>) b(%w : tensor<64x256x!humming.code<u4>>) scale(%s : tensor<64x2xf16>)
       -> tensor<?x64xf32> attributes {numerics = #humming.numerics<acc = f32, scale = operand, order = fixed>,
         schedule = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 3, mma = m16n8k16, copy = cp_async, split_k = 2>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @blocks(%a: tensor<?x256xf16>, %w: tensor<64x256x!humming.code<u4>>, %s: tensor<64x2xf16>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected blocks = 0 beside order = fixed: blocks share k as the number of tokens says, got 3}}
  %c = humming.gemm a(%a : tensor<?x256xf16>) b(%w : tensor<64x256x!humming.code<u4>>) scale(%s : tensor<64x2xf16>)
       -> tensor<?x64xf32> attributes {numerics = #humming.numerics<acc = f32, scale = operand, order = fixed>,
         schedule = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 3, mma = m16n8k16, copy = cp_async, split_k = 1, blocks = 3>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

// The order's own, in other tiles than those of the choice.
func.func @kept(%a: tensor<?x256xf16>, %w: tensor<64x256x!humming.code<u4>>, %s: tensor<64x2xf16>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x256xf16>) b(%w : tensor<64x256x!humming.code<u4>>) scale(%s : tensor<64x2xf16>)
       -> tensor<?x64xf32> attributes {numerics = #humming.numerics<acc = f32, scale = operand, order = fixed>,
         schedule = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 3, mma = m16n8k16, copy = sync, split_k = 1>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}
