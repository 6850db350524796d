// RUN: humming-opt %s --humming-verify-form=form=problem --split-input-file --verify-diagnostics

// The problem form: functions, gemms and packings, scalar arithmetic. Nothing of what comes behind it.

func.func @problem(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>) -> tensor<?x64xf16> {
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>) -> tensor<?x64xf16> {
  ^bb0(%acc: f32):
    %x = math.tanh %acc : f32
    %h = arith.truncf %x : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x64xf16>
}

// -----

func.func @tile_op(%x: f32) {
  // expected-error @+1 {{'humming_tile.splat' op is not part of the problem form; it belongs to the tile form and what follows}}
  %0 = humming_tile.splat %x : f32 -> !humming_tile.frag<16x8xf32>
  return
}

// -----

// expected-error @+1 {{'gpu.module' op is not part of the problem form; it belongs to the tile form and what follows}}
gpu.module @kernels {
}

// -----

func.func @unknown(%x: tensor<4xf32>, %i: index) -> f32 {
  // expected-error @+1 {{'tensor.extract' op is not part of the problem form}}
  %0 = tensor.extract %x[%i] : tensor<4xf32>
  return %0 : f32
}
