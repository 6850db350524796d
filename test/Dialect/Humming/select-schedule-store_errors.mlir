// RUN: humming-opt %s --humming-select-schedule=arch=sm_90 --split-input-file --verify-diagnostics

// What cannot leave in boxes.

func.func @copy(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>) -> tensor<?x256xf16> {
  // expected-error @+1 {{store = tma needs copy = tma, got cp_async; use store = shared}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [128, 64, 64], warps = [4, 1], stages = 4, mma = m64k16,
                                                copy = cp_async, split_k = 1, store = tma>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @rows(%a: tensor<?x512xf16>, %w: tensor<252x512x!humming.code<u4>>) -> tensor<?x252xf16> {
  // expected-error @+1 {{store = tma takes rows of results of whole 16 bytes, got rows of 504 bytes; use store = shared}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<252x512x!humming.code<u4>>) -> tensor<?x252xf16>
       attributes {schedule = #humming.schedule<block = [128, 64, 64], warps = [4, 1], stages = 4, mma = m64k16,
                                                copy = tma, split_k = 1, store = tma>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x252xf16>
}

// -----

// Results have a place of their own beside the stages.
func.func @shared(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>) -> tensor<?x256xf32> {
  // expected-error @+1 {{expected at most 232448 bytes of shared memory on sm_90, got 278592 (weights 16384, activations 131072, scales 0, zero points 0, results 131072, barriers 64); use fewer stages or a smaller block}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>) -> tensor<?x256xf32>
       attributes {schedule = #humming.schedule<block = [128, 256, 64], warps = [8, 1], stages = 4, mma = m64k16,
                                                copy = tma, split_k = 1, store = tma>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x256xf32>
}
