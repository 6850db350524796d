// RUN: humming-opt %s --humming-check-target=arch=sm_80 --split-input-file --verify-diagnostics

// Activations, codes and shapes that do not lower yet are refused by name.

func.func @activations(%a: tensor<?x512xf32>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xf32>)
    -> tensor<?x256xf16> {
  // expected-error @+1 {{activation type f32 does not lower yet; expected f16 or bf16}}
  %c = humming.gemm a(%a : tensor<?x512xf32>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf32>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @code(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<e5m2>>,
    %s: tensor<256x4xf16>)
    -> tensor<?x256xf16> {
  // expected-error @+1 {{code e5m2 does not lower yet beside 'f16' activations; expected an integer, a table of 16 values, or a float with fewer exponent bits than 'f16'}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<e5m2>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @accumulators(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xf16>)
    -> tensor<?x256xf16> {
  // expected-error @+1 {{acc = f16 does not lower yet; expected f32}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf16>
       attributes {numerics = #humming.numerics<acc = f16, scale = operand>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @k_multiple(%a: tensor<?x68xf16>, %w: tensor<256x68x!humming.code<u4>>,
    %s: tensor<256x1xf16>)
    -> tensor<?x256xf16> {
  // expected-error @+1 {{K = 68 does not lower yet; expected a multiple of 8: pad weights and activations}}
  %c = humming.gemm a(%a : tensor<?x68xf16>) b(%w : tensor<256x68x!humming.code<u4>>)
       scale(%s : tensor<256x1xf16>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}
