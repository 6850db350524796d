// RUN: humming-opt %s --humming-select-schedule=arch=sm_80 --split-input-file --verify-diagnostics

// A given schedule that crosses groups is an error, whatever the groups scale.

func.func @accumulator(%a: tensor<?x384xf16>, %w: tensor<256x384x!humming.code<u4>>,
    %s: tensor<256x3xf32>) -> tensor<?x256xf16> {
  // expected-error @+1 {{expected block k to divide the group size 128 or to be a multiple of it, got 192}}
  %c = humming.gemm a(%a : tensor<?x384xf16>) b(%w : tensor<256x384x!humming.code<u4>>)
       scale(%s : tensor<256x3xf32>) -> tensor<?x256xf16> attributes {schedule = #humming.schedule<block = [64, 16, 192], warps = [4, 1], stages = 4,
         mma = m16n8k16, copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @input(%a: tensor<?x384xf16>, %w: tensor<256x384x!humming.code<u4>>,
    %x: tensor<?x3xf32>) -> tensor<?x256xf16> {
  // expected-error @+1 {{expected block k to divide the group size 128 or to be a multiple of it, got 192}}
  %c = humming.gemm a(%a : tensor<?x384xf16>) b(%w : tensor<256x384x!humming.code<u4>>)
       input_scale(%x : tensor<?x3xf32>) -> tensor<?x256xf16> attributes {schedule = #humming.schedule<block = [64, 16, 192], warps = [4, 1], stages = 4,
         mma = m16n8k16, copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @multiplication(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x64xf32>) -> tensor<?x256xf16> {
  // expected-error @+1 {{expected an mma whose k divides the groups of 8, got m16n8k16; use mma = m16n8k8}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x64xf32>) -> tensor<?x256xf16> attributes {schedule = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 4,
         mma = m16n8k16, copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

// Scales of groups are staged, 16 a row; so are zero points that are numbers.
func.func @shared(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x64xf32>, %z: tensor<256x64xf16>) -> tensor<?x256xf16> {
  // expected-error @+1 {{got 212992 (weights 32768, activations 131072, scales 32768, zero points 16384)}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x64xf32>) zero(%z : tensor<256x64xf16>) -> tensor<?x256xf16> attributes {schedule = #humming.schedule<block = [128, 128, 128], warps = [4, 1], stages = 4,
         mma = m16n8k8, copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

// A byte each; scales of weights and of tokens.
func.func @shared_narrow(%a: tensor<?x512xi8>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xf32>, %x: tensor<?x4xf32>) -> tensor<?x256xf16> {
  // expected-error @+1 {{got 254976 (weights 49152, activations 196608, scales 9216, zero points 0)}}
  %c = humming.gemm a(%a : tensor<?x512xi8>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf32>) input_scale(%x : tensor<?x4xf32>) -> tensor<?x256xf16> attributes {schedule = #humming.schedule<block = [128, 256, 128], warps = [4, 2], stages = 6,
         mma = m16n8k32, copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

// Half a byte each; one scale a channel waits for the epilogue.
func.func @shared_channel(%a: tensor<?x512xi4>, %w: tensor<256x512x!humming.code<i4>>,
    %s: tensor<256x1xf32>) -> tensor<?x256xf16> {
  // expected-error @+1 {{got 196608 (weights 98304, activations 98304, scales 0, zero points 0)}}
  %c = humming.gemm a(%a : tensor<?x512xi4>) b(%w : tensor<256x512x!humming.code<i4>>)
       scale(%s : tensor<256x1xf32>) -> tensor<?x256xf16> attributes {schedule = #humming.schedule<block = [256, 256, 128], warps = [4, 2], stages = 6,
         mma = m16n8k64, copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}
