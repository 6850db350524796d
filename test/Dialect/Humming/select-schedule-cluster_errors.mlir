// RUN: humming-opt %s --humming-select-schedule=arch=sm_90 --split-input-file --verify-diagnostics
// RUN: not humming-opt %s --humming-select-schedule=arch=sm_89 --split-input-file 2>&1 | FileCheck %s --check-prefix=OLD

// Two tiles along n share activations, and four slices their sums: a cluster of eight blocks.

func.func @good(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>) -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [128, 32, 64], warps = [4, 1], stages = 3, mma = m64k16,
                                                copy = tma, split_k = 4, cluster = 2, fixup = cluster>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

// OLD: clusters of blocks need sm_90 or newer, target is sm_89; use cluster = 1 and fixup = memory
func.func @slices(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>) -> tensor<?x256xf16> {
  // expected-error @+1 {{fixup = cluster adds the slices of k, got split_k = 1; use fixup = memory}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 3, mma = m16n8k16,
                                                copy = cp_async, split_k = 1, fixup = cluster>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @blocks(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>) -> tensor<?x256xf16> {
  // expected-error @+1 {{expected at most 8 blocks in a cluster, got 16; use a smaller cluster or fixup = memory}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [128, 32, 64], warps = [4, 1], stages = 3, mma = m64k16,
                                                copy = tma, split_k = 4, cluster = 4, fixup = cluster>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @copies(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>) -> tensor<?x256xf16> {
  // expected-error @+1 {{cluster = 2 shares bulk copies, got copy = cp_async; use copy = tma or cluster = 1}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 3, mma = m16n8k16,
                                                copy = cp_async, split_k = 1, cluster = 2>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @tiles(%a: tensor<?x512xf16>, %w: tensor<384x512x!humming.code<u4>>) -> tensor<?x384xf16> {
  // expected-error @+1 {{expected tiles along n and blocks in multiples of cluster = 2, got 3 and 0}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<384x512x!humming.code<u4>>) -> tensor<?x384xf16>
       attributes {schedule = #humming.schedule<block = [128, 32, 64], warps = [4, 1], stages = 3, mma = m64k16,
                                                copy = tma, split_k = 1, cluster = 2>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x384xf16>
}

// -----

func.func @shared(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>) -> tensor<?x256xf16> {
  // expected-error @+1 {{expected tiles along n and blocks in multiples of cluster = 2, got 2 and 3}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [128, 32, 64], warps = [4, 1], stages = 3, mma = m64k16,
                                                copy = tma, split_k = 1, blocks = 3, cluster = 2>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @tokens(%a: tensor<?x512xf16>, %w: tensor<1024x512x!humming.code<u4>>) -> tensor<?x1024xf16> {
  // expected-error @+1 {{expected block m to be a multiple of 8 x cluster = 64, got 32}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<1024x512x!humming.code<u4>>) -> tensor<?x1024xf16>
       attributes {schedule = #humming.schedule<block = [128, 32, 64], warps = [4, 1], stages = 3, mma = m64k16,
                                                copy = tma, split_k = 1, cluster = 8>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x1024xf16>
}

// -----

func.func @sums(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>) -> tensor<?x256xf16> {
  // expected-error @+1 {{got 262200 (weights 12288, activations 98304, scales 0, zero points 0, sums of other slices 262144, barriers 56)}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [128, 256, 64], warps = [8, 1], stages = 3, mma = m64k16,
                                                copy = tma, split_k = 3, fixup = cluster>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}
