// RUN: humming-opt %s --humming-select-schedule=arch=sm_90 --split-input-file --verify-diagnostics

// Where sets of warps cannot take tiles in turn.

func.func @copy(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>, %s: tensor<256x4xf16>) -> tensor<?x256xf16> {
  // expected-error @+1 {{turns = 2 needs copy = tma and blocks that share tiles, got cp_async and blocks = 4; use turns = 1}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [64, 64, 64], warps = [4, 1], stages = 4, mma = m64k16,
                                                copy = cp_async, split_k = 1, blocks = 4, turns = 2>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @blocks(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>, %s: tensor<256x4xf16>) -> tensor<?x256xf16> {
  // expected-error @+1 {{turns = 2 needs copy = tma and blocks that share tiles, got tma and blocks = 0; use turns = 1}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [64, 64, 64], warps = [4, 1], stages = 4, mma = m64k16,
                                                copy = tma, split_k = 1, turns = 2>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @table(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<lut5, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31]>>, %s: tensor<256x4xf16>) -> tensor<?x256xf16> {
  // expected-error-re @+1 {{turns = 2 takes no table of codes in shared memory, got {{.*}}lut5{{.*}}; use turns = 1}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<lut5, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31]>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [64, 64, 64], warps = [4, 1], stages = 4, mma = m64k16,
                                                copy = tma, split_k = 1, blocks = 4, turns = 2>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @warps(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>, %s: tensor<256x4xf16>) -> tensor<?x256xf16> {
  // expected-error @+1 {{expected at most 28 warps beside those that copy, got 32}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [256, 8, 64], warps = [16, 1], stages = 3, mma = m64k16,
                                                copy = tma, split_k = 1, blocks = 4, turns = 2>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

// Each set has a place for its results.
func.func @shared(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>, %s: tensor<256x4xf16>) -> tensor<?x256xf16> {
  // expected-error @+1 {{expected at most 232448 bytes of shared memory on sm_90, got 240352 (weights 10240, activations 163840, scales 640, zero points 0, results 65536, barriers 96)}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [64, 256, 64], warps = [4, 1], stages = 5, mma = m64k16,
                                                copy = tma, split_k = 1, store = shared, blocks = 4, turns = 2>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}
