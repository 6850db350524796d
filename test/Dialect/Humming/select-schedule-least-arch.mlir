// RUN: humming-opt %s --humming-select-schedule=arch=sm_75 --split-input-file --verify-diagnostics
// RUN: not humming-opt %s --split-input-file --humming-select-schedule=tokens=-1 2>&1 | FileCheck %s --check-prefix=TOKENS
// RUN: not humming-opt %s --split-input-file --humming-select-schedule=arch=sm_1 2>&1 | FileCheck %s --check-prefix=ARCH

// A given schedule that the target cannot run is an error that says what would do. So are
// options that mean nothing.

// TOKENS: error: expected tokens of at least 0, got -1
// ARCH: error: unknown arch 'sm_1'; expected one of sm_75

func.func @mma(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xf16>)
    -> tensor<?x256xf16> {
  // expected-error @+1 {{mma m16n8k16 needs sm_80 or newer, target is sm_75; use mma = m16n8k8}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 4,
         mma = m16n8k16, copy = sync, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @copy(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xf16>)
    -> tensor<?x256xf16> {
  // expected-error @+1 {{copy = cp_async needs sm_80 or newer, target is sm_75; use copy = sync}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 4,
         mma = m16n8k8, copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

!code = !humming.code<lut5, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
                             16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31]>

func.func @table(%a: tensor<?x512xf16>, %w: tensor<256x512x!code>) -> tensor<?x256xf16> {
  // expected-error @+1 {{got 86080 (weights 20480, activations 65536, scales 0, zero points 0, table 64)}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!code>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [128, 128, 128], warps = [4, 2], stages = 2,
         mma = m16n8k8, copy = sync, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @shared(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xf16>)
    -> tensor<?x256xf16> {
  // expected-error @+1 {{expected at most 65536 bytes of shared memory on sm_75, got 82432 (weights 16384, activations 65536, scales 512, zero points 0)}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [128, 128, 128], warps = [4, 2], stages = 2,
         mma = m16n8k8, copy = sync, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}
