// RUN: humming-opt %s --humming-select-schedule=arch=sm_90 --split-input-file --verify-diagnostics

// What a warp that only copies cannot do.

func.func @product(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>, %s: tensor<256x4xf16>) -> tensor<?x256xf16> {
  // expected-error @+1 {{copy = tma is for products of warpgroups, got mma m16n8k16; use copy = cp_async}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [128, 64, 64], warps = [4, 1], stages = 4, mma = m16n8k16,
                                                copy = tma, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @rows(%a: tensor<?x508xf16>, %w: tensor<256x508x!humming.code<u4>>, %s: tensor<256x1xf16>) -> tensor<?x256xf16> {
  // expected-error @+1 {{copy = tma takes rows of activations of whole 16 bytes in their order, got rows of 1016 bytes; use copy = cp_async}}
  %c = humming.gemm a(%a : tensor<?x508xf16>) b(%w : tensor<256x508x!humming.code<u4>>)
       scale(%s : tensor<256x1xf16>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [128, 64, 64], warps = [4, 1], stages = 4, mma = m64k16,
                                                copy = tma, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @order(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>, %s: tensor<256x4xf16>, %p: tensor<512xi32>) -> tensor<?x256xf16> {
  // expected-error @+1 {{copy = tma takes rows of activations of whole 16 bytes in their order, got a permutation; use copy = cp_async}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) perm(%p : tensor<512xi32>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [128, 64, 64], warps = [4, 1], stages = 4, mma = m64k16,
                                                copy = tma, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @groups(%a: tensor<?x512xi8>, %w: tensor<256x512x!humming.code<u4>>, %s: tensor<256x4xf32>, %i: tensor<?x4xf32>) -> tensor<?x256xf16> {
  // expected-error @+1 {{copy = tma takes no input scales of groups; use copy = cp_async}}
  %c = humming.gemm a(%a : tensor<?x512xi8>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf32>) input_scale(%i : tensor<?x4xf32>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [128, 64, 128], warps = [4, 1], stages = 4, mma = m64k32,
                                                copy = tma, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @warps(%a: tensor<?x512xf16>, %w: tensor<1024x512x!humming.code<u4>>, %s: tensor<1024x4xf16>) -> tensor<?x1024xf16> {
  // expected-error @+1 {{expected at most 28 warps beside those that copy, got 32}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<1024x512x!humming.code<u4>>)
       scale(%s : tensor<1024x4xf16>) -> tensor<?x1024xf16>
       attributes {schedule = #humming.schedule<block = [512, 8, 64], warps = [32, 1], stages = 3, mma = m64k16,
                                                copy = tma, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x1024xf16>
}
