// RUN: humming-opt %s --humming-check-target=arch=sm_75 --split-input-file --verify-diagnostics

// What only a newer architecture can do is refused with the oldest one that does.

func.func @activations(%a: tensor<?x512xbf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xbf16>)
    -> tensor<?x256xbf16> {
  // expected-error @+1 {{bf16 activations need sm_80 or newer, target is sm_75}}
  %c = humming.gemm a(%a : tensor<?x512xbf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xbf16>) -> tensor<?x256xbf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to bf16
    humming.yield %h : bf16
  }
  return %c : tensor<?x256xbf16>
}

// -----

func.func @e4m3(%a: tensor<?x512xf8E4M3FN>, %w: tensor<256x512x!humming.code<e4m3>>) -> tensor<?x256xf16> {
  // expected-error @+1 {{f8E4M3FN activations need sm_89 or newer, target is sm_75}}
  %c = humming.gemm a(%a : tensor<?x512xf8E4M3FN>) b(%w : tensor<256x512x!humming.code<e4m3>>)
       -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @e2m1(%a: tensor<?x512xf4E2M1FN>, %w: tensor<256x512x!humming.code<e2m1>>) -> tensor<?x256xf16> {
  // expected-error @+1 {{f4E2M1FN activations need sm_120 or newer, target is sm_75}}
  %c = humming.gemm a(%a : tensor<?x512xf4E2M1FN>) b(%w : tensor<256x512x!humming.code<e2m1>>)
       -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}
