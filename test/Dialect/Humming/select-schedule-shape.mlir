// RUN: humming-opt %s --humming-select-schedule=arch=sm_80 --split-input-file --verify-diagnostics

// A given schedule that does not divide the shape of the gemm is an error.

func.func @block_n(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xf16>)
    -> tensor<?x256xf16> {
  // expected-error @+1 {{expected block n to be a multiple of 64 that divides the padded N = 256, got 96}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [96, 16, 64], warps = [2, 1], stages = 4,
         mma = m16n8k16, copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @block_n_divides(%a: tensor<?x512xf16>, %w: tensor<192x512x!humming.code<u4>>,
    %s: tensor<192x4xf16>)
    -> tensor<?x192xf16> {
  // expected-error @+1 {{expected block n to be a multiple of 64 that divides the padded N = 192, got 128}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<192x512x!humming.code<u4>>)
       scale(%s : tensor<192x4xf16>) -> tensor<?x192xf16>
       attributes {schedule = #humming.schedule<block = [128, 16, 64], warps = [4, 1], stages = 4,
         mma = m16n8k16, copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x192xf16>
}

// -----

func.func @block_k(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xf16>)
    -> tensor<?x256xf16> {
  // expected-error @+1 {{expected block k to be a multiple of 64 that divides the padded K = 512, got 32}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [64, 16, 32], warps = [4, 1], stages = 4,
         mma = m16n8k16, copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @padded_k(%a: tensor<?x96xf16>, %w: tensor<256x96x!humming.code<u4>>,
    %s: tensor<256x3xf16>)
    -> tensor<?x256xf16> {
  // expected-error @+1 {{expected block k to be a multiple of 64 that divides the padded K = 128, got 256}}
  %c = humming.gemm a(%a : tensor<?x96xf16>) b(%w : tensor<256x96x!humming.code<u4>>)
       scale(%s : tensor<256x3xf16>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [64, 16, 256], warps = [4, 1], stages = 4,
         mma = m16n8k16, copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @block_k_group(%a: tensor<?x384xf16>, %w: tensor<256x384x!humming.code<u4>>,
    %s: tensor<256x3xf16>)
    -> tensor<?x256xf16> {
  // expected-error @+1 {{expected block k to divide the group size 128 or to be a multiple of it, got 192}}
  %c = humming.gemm a(%a : tensor<?x384xf16>) b(%w : tensor<256x384x!humming.code<u4>>)
       scale(%s : tensor<256x3xf16>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [64, 16, 192], warps = [4, 1], stages = 4,
         mma = m16n8k16, copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @split_k(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xf16>)
    -> tensor<?x256xf16> {
  // expected-error @+1 {{expected split_k of at most the 8 k-tiles, got 16}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 4,
         mma = m16n8k16, copy = cp_async, split_k = 16>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}
