// RUN: humming-opt %s --humming-tile-to-thread=arch=sm_80 --split-input-file --verify-diagnostics

// A pipeline whose input is in the wrong form says what was left and who should have been there before.

// expected-error @+1 {{'func.func' op is not part of the thread form; convert-humming-to-tile should have removed it}}
func.func @problem(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>) -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}
