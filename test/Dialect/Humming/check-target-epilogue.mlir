// RUN: humming-opt %s --humming-check-target=arch=sm_80 --split-input-file --verify-diagnostics

// Results and epilogues that do not lower yet are refused by name.

func.func @result_type(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xf16>)
    -> tensor<?x256xf64> {
  // expected-error @+1 {{result type f64 does not lower yet; expected f16 or bf16 or f32}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf64> {
  ^bb0(%acc: f32):
    %d = arith.extf %acc : f32 to f64
    humming.yield %d : f64
  }
  return %c : tensor<?x256xf64>
}

// -----

func.func @epilogue_operand(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xf16>, %bias: tensor<256xi8>)
    -> tensor<?x256xf16> {
  // expected-error @+1 {{epilogue operand type i8 does not lower yet; expected f16 or bf16 or f32}}
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>)
       epilogue(%bias : tensor<256xi8>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32, %bj: i8):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @epilogue_op(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xf16>)
    -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    // expected-error @+1 {{an epilogue op of dialect math does not lower yet; expected arith}}
    %e = math.exp %acc : f32
    %h = arith.truncf %e : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

func.func @epilogue_scalar(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xf16>)
    -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    // expected-error @+1 {{epilogue scalar type f64 does not lower yet; expected f16 or bf16 or f32}}
    %e = arith.extf %acc : f32 to f64
    %h = arith.truncf %e : f64 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}
