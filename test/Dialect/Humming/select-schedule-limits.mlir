// RUN: humming-opt %s --humming-select-schedule=arch=sm_80 --split-input-file --verify-diagnostics

// A given schedule that no block can run is an error.

func.func @unknown_mma(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xf16>)
    -> tensor<?x256xf16> {
  // expected-error @+1 {{expected an mma for 'f16' activations such as m16n8k16, got m8n8k4}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 4,
         mma = m8n8k4, copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @mma_type(%a: tensor<?x512xbf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xbf16>)
    -> tensor<?x256xbf16> {
  // expected-error @+1 {{expected an mma for 'bf16' activations such as m16n8k16, got m16n8k8}}
  %c = humming.gemm a(%a : tensor<?x512xbf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xbf16>) -> tensor<?x256xbf16>
       attributes {schedule = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 4,
         mma = m16n8k8, copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to bf16
    humming.yield %h : bf16
  }
  return %c : tensor<?x256xbf16>
}

// -----

func.func @warps(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xf16>)
    -> tensor<?x256xf16> {
  // expected-error @+1 {{expected at most 32 warps a block, got 64}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [64, 128, 64], warps = [4, 16], stages = 4,
         mma = m16n8k16, copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @stages(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xf16>)
    -> tensor<?x256xf16> {
  // expected-error @+1 {{expected at least 2 stages: one is filled while another is read, got 1}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 1,
         mma = m16n8k16, copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @shared(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xf16>, %z: tensor<256x4x!humming.code<u4>>)
    -> tensor<?x256xf16> {
  // expected-error @+1 {{expected at most 166912 bytes of shared memory on sm_80, got 199680 (weights 65536, activations 131072, scales 2048, zero points 1024); use fewer stages or a smaller block}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) zero(%z : tensor<256x4x!humming.code<u4>>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [256, 128, 128], warps = [4, 2], stages = 4,
         mma = m16n8k16, copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @not_lowered(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<e6m1>>,
    %s: tensor<256x4xf16>)
    -> tensor<?x256xf16> {
  // expected-error @+1 {{f16 activations do not go with e6m1}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<e6m1>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}
