// RUN: humming-opt %s --split-input-file --verify-diagnostics --humming-select-schedule=arch=sm_90

// expected-error @+2 {{expected a schedule that adds in #humming.order<mma = m64k16, slice = 3584, part = 3584>, the order of order = fixed on sm_90, got #humming.order<mma = m16n8k16, slice = 3584, part = 3584>; leave out the schedule, or use order = any}}
func.func @instruction(%a: tensor<?x14336xf16>, %w: tensor<4096x14336x!humming.code<u4>>, %s: tensor<4096x112xf16>) -> tensor<?x4096xf32> {
  %c = humming.gemm a(%a : tensor<?x14336xf16>) b(%w : tensor<4096x14336x!humming.code<u4>>) scale(%s : tensor<4096x112xf16>)
       -> tensor<?x4096xf32> attributes {numerics = #humming.numerics<acc = f32, scale = operand, order = fixed>,
         schedule = #humming.schedule<block = [64, 16, 128], warps = [4, 1], stages = 4, mma = m16n8k16, copy = cp_async, split_k = 4>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x4096xf32>
}

// -----

// expected-error @+2 {{expected a schedule that adds in #humming.order<mma = m64k16, slice = 3584, part = 3584>, the order of order = fixed on sm_90, got #humming.order<mma = m64k16, slice = 7168, part = 7168>; leave out the schedule, or use order = any}}
func.func @slices(%a: tensor<?x14336xf16>, %w: tensor<4096x14336x!humming.code<u4>>, %s: tensor<4096x112xf16>) -> tensor<?x4096xf32> {
  %c = humming.gemm a(%a : tensor<?x14336xf16>) b(%w : tensor<4096x14336x!humming.code<u4>>) scale(%s : tensor<4096x112xf16>)
       -> tensor<?x4096xf32> attributes {numerics = #humming.numerics<acc = f32, scale = operand, order = fixed>,
         schedule = #humming.schedule<block = [64, 16, 128], warps = [4, 1], stages = 4, mma = m64k16, copy = cp_async, split_k = 2>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x4096xf32>
}

// -----

// expected-error @+2 {{expected blocks = 0 beside order = fixed: blocks share k as the number of tokens says, got 132}}
func.func @blocks(%a: tensor<?x14336xf16>, %w: tensor<4096x14336x!humming.code<u4>>, %s: tensor<4096x112xf16>) -> tensor<?x4096xf32> {
  %c = humming.gemm a(%a : tensor<?x14336xf16>) b(%w : tensor<4096x14336x!humming.code<u4>>) scale(%s : tensor<4096x112xf16>)
       -> tensor<?x4096xf32> attributes {numerics = #humming.numerics<acc = f32, scale = operand, order = fixed>,
         schedule = #humming.schedule<block = [64, 16, 128], warps = [4, 1], stages = 4, mma = m64k16, copy = cp_async, split_k = 1, blocks = 132>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x4096xf32>
}

// -----

// The order's own: kept.
func.func @kept(%a: tensor<?x14336xf16>, %w: tensor<4096x14336x!humming.code<u4>>, %s: tensor<4096x112xf16>) -> tensor<?x4096xf32> {
  %c = humming.gemm a(%a : tensor<?x14336xf16>) b(%w : tensor<4096x14336x!humming.code<u4>>) scale(%s : tensor<4096x112xf16>)
       -> tensor<?x4096xf32> attributes {numerics = #humming.numerics<acc = f32, scale = operand, order = fixed>,
         schedule = #humming.schedule<block = [64, 16, 128], warps = [4, 1], stages = 4, mma = m64k16, copy = cp_async, split_k = 4>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x4096xf32>
}
