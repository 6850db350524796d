// RUN: humming-opt %s --humming-select-schedule=arch=sm_90 --split-input-file --verify-diagnostics

func.func @warps_in_fours(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>, %s: tensor<256x4xf16>) -> tensor<?x256xf16> {
  // expected-error @+1 {{expected warps in fours along n, one along m, and at most 256 tokens a block with mma m64k16, got 2, 1 and 64}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [128, 64, 64], warps = [2, 1], stages = 4, mma = m64k16,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @warps_along_m(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>, %s: tensor<256x4xf16>) -> tensor<?x256xf16> {
  // expected-error @+1 {{expected warps in fours along n, one along m, and at most 256 tokens a block with mma m64k16, got 4, 2 and 64}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [128, 64, 64], warps = [4, 2], stages = 4, mma = m64k16,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @tokens(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>, %s: tensor<256x4xf16>) -> tensor<?x256xf16> {
  // expected-error @+1 {{expected warps in fours along n, one along m, and at most 256 tokens a block with mma m64k16, got 4, 1 and 264}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [128, 264, 64], warps = [4, 1], stages = 4, mma = m64k16,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @lines(%a: tensor<?x512xi8>, %w: tensor<256x512x!humming.code<u4>>, %s: tensor<256x1xf32>) -> tensor<?x256xf16> {
  // expected-error @+1 {{expected a block k of whole lines of 128 bytes, copy = cp_async or tma and at least 3 stages with mma m64k32, got 64, cp_async and 4}}
  %c = humming.gemm a(%a : tensor<?x512xi8>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x1xf32>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [128, 64, 64], warps = [4, 1], stages = 4, mma = m64k32,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @copy(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>, %s: tensor<256x4xf16>) -> tensor<?x256xf16> {
  // expected-error @+1 {{expected a block k of whole lines of 128 bytes, copy = cp_async or tma and at least 3 stages with mma m64k16, got 64, sync and 4}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [128, 64, 64], warps = [4, 1], stages = 4, mma = m64k16,
                                                copy = sync, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @stages(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>, %s: tensor<256x4xf16>) -> tensor<?x256xf16> {
  // expected-error @+1 {{expected a block k of whole lines of 128 bytes, copy = cp_async or tma and at least 3 stages with mma m64k16, got 64, cp_async and 2}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [128, 64, 64], warps = [4, 1], stages = 2, mma = m64k16,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @odd_tiles(%a: tensor<?x640xf16>, %w: tensor<256x640x!humming.code<u4>>, %s: tensor<256x5xf16>) -> tensor<?x256xf16> {
  // expected-error @+1 {{expected an even number of k-tiles with mma m64k16, got 5; use a shorter block k or mma = m16n8k16}}
  %c = humming.gemm a(%a : tensor<?x640xf16>) b(%w : tensor<256x640x!humming.code<u4>>)
       scale(%s : tensor<256x5xf16>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [128, 64, 128], warps = [4, 1], stages = 4, mma = m64k16,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @short_slices(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>, %s: tensor<256x4xf16>) -> tensor<?x256xf16> {
  // expected-error @+1 {{expected at least two k-tiles in each slice of k with mma m64k16, got 8 tiles in 5 slices}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [128, 64, 64], warps = [4, 1], stages = 4, mma = m64k16,
                                                copy = cp_async, split_k = 5>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @blocks_and_slices(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>, %s: tensor<256x4xf16>) -> tensor<?x256xf16> {
  // expected-error @+1 {{expected split_k = 1 with blocks = 132, which share tiles on their own; got 2}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [128, 64, 64], warps = [4, 1], stages = 4, mma = m64k16,
                                                copy = cp_async, split_k = 2, blocks = 132>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @groups_in_a_stage(%a: tensor<?x512xi8>, %w: tensor<256x512x!humming.code<u4>>, %s: tensor<256x8xf32>) -> tensor<?x256xf16> {
  // expected-error @+1 {{expected a block k that divides the groups of 64, whose sums are scaled a tile at a time with mma m64k32, got 128; use mma = m16n8k32}}
  %c = humming.gemm a(%a : tensor<?x512xi8>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x8xf32>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [128, 64, 128], warps = [4, 1], stages = 4, mma = m64k32,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @types(%a: tensor<?x512xi8>, %w: tensor<256x512x!humming.code<u4>>, %s: tensor<256x1xf32>) -> tensor<?x256xf16> {
  // expected-error @+1 {{expected an mma for 'i8' activations such as m16n8k32, got m64k16}}
  %c = humming.gemm a(%a : tensor<?x512xi8>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x1xf32>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [128, 64, 128], warps = [4, 1], stages = 4, mma = m64k16,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}
