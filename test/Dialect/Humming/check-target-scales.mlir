// RUN: humming-opt %s --humming-check-target=arch=sm_80 --split-input-file --verify-diagnostics

// Scales that their type or their place does not hold are refused, with what would do.

func.func @type(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xf64>) -> tensor<?x256xf16> {
  // expected-error @+1 {{scale type f64 does not lower; expected f16, bf16, f32, f8E4M3FN, f8E5M2 or f8E8M0FNU}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf64>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @input_type(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %x: tensor<?x1xf16>) -> tensor<?x256xf16> {
  // expected-error @+1 {{input scale type f16 does not lower; expected f32 or f8E8M0FNU}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       input_scale(%x : tensor<?x1xf16>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @f32_on_operands(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xf32>) -> tensor<?x256xf16> {
  // expected-error @+1 {{f16 operands do not hold every f32; use scale = accumulator or f16 scales}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf32>) -> tensor<?x256xf16> attributes {numerics = #humming.numerics<acc = f32, scale = operand>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @f16_on_bf16_operands(%a: tensor<?x512xbf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xf16>) -> tensor<?x256xf16> {
  // expected-error @+1 {{bf16 operands do not hold every f16; use scale = accumulator or bf16 scales}}
  %c = humming.gemm a(%a : tensor<?x512xbf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf16> attributes {numerics = #humming.numerics<acc = f32, scale = operand>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @power_of_two_scales(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<e2m1>>,
    %s: tensor<256x16xf8E8M0FNU>) -> tensor<?x256xf16> {
  // expected-error @+1 {{scale type f8E8M0FNU reaches from 2^-127 to 2^127, which f16 operands do not hold; use scale = accumulator or bf16 activations}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<e2m1>>)
       scale(%s : tensor<256x16xf8E8M0FNU>) -> tensor<?x256xf16> attributes {numerics = #humming.numerics<acc = f32, scale = operand>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

// Groups of f8E4M3FN scales act on operands by default.
func.func @overflow(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<e4m3>>,
    %s: tensor<256x16xf8E4M3FN>) -> tensor<?x256xf16> {
  // expected-error @+1 {{products of e4m3 and f8E4M3FN reach 215040, beyond the 65504 of f16; use scale = accumulator or bf16 activations}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<e4m3>>)
       scale(%s : tensor<256x16xf8E4M3FN>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @overflow_e5m2(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x16xf8E5M2>) -> tensor<?x256xf16> {
  // expected-error @+1 {{products of u4 and f8E5M2 reach 458752, beyond the 65504 of f16; use scale = accumulator or bf16 activations}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x16xf8E5M2>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

// With zero points u8 reaches 255, without them 128: 57344 fits.
func.func @overflow_zero(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u8>>,
    %s: tensor<256x16xf8E4M3FN>, %z: tensor<256x16x!humming.code<u8>>) -> tensor<?x256xf16> {
  // expected-error @+1 {{products of u8 and f8E4M3FN reach 114240, beyond the 65504 of f16; use scale = accumulator or bf16 activations}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u8>>)
       scale(%s : tensor<256x16xf8E4M3FN>) zero(%z : tensor<256x16x!humming.code<u8>>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}
