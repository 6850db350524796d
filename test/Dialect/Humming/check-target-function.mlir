// RUN: humming-opt %s --humming-check-target --split-input-file --verify-diagnostics

// A gemm is alone in a function of its operands, which returns its result.

func.func @two_gemms(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>, %s: tensor<64x1xf16>) -> tensor<?x64xf16> {
  // expected-error @+1 {{expected one gemm and nothing else in function @two_gemms}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       scale(%s : tensor<64x1xf16>) -> tensor<?x64xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  // expected-note @+1 {{humming.gemm is here}}
  %d = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       scale(%s : tensor<64x1xf16>) -> tensor<?x64xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %d : tensor<?x64xf16>
}

// -----

func.func @other_op(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>, %s: tensor<64x1xf16>) -> tensor<?x64xf16> {
  // expected-note @+1 {{arith.constant is here}}
  %zero = arith.constant 0.0 : f16
  // expected-error @+1 {{expected one gemm and nothing else in function @other_op}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       scale(%s : tensor<64x1xf16>) -> tensor<?x64xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x64xf16>
}

// -----

// expected-error @+1 {{expected every argument to be an operand of the gemm, but argument 3 is unused}}
func.func @unused(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>, %s: tensor<64x1xf16>, %n: index) -> tensor<?x64xf16> {
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       scale(%s : tensor<64x1xf16>) -> tensor<?x64xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x64xf16>
}

// -----

func.func @not_returned(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>, %s: tensor<64x1xf16>) -> tensor<?x64xf16> {
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       scale(%s : tensor<64x1xf16>) -> tensor<?x64xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  // expected-error @+1 {{expected to return the gemm's result and nothing else}}
  return %a : tensor<?x64xf16>
}

// -----

func.func @returned_twice(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>, %s: tensor<64x1xf16>) -> (tensor<?x64xf16>, tensor<?x64xf16>) {
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       scale(%s : tensor<64x1xf16>) -> tensor<?x64xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  // expected-error @+1 {{expected to return the gemm's result and nothing else}}
  return %c, %c : tensor<?x64xf16>, tensor<?x64xf16>
}

// -----

func.func @blocks(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>, %s: tensor<64x1xf16>) -> tensor<?x64xf16> {
  llvm.br ^body
^body:
  // expected-error @+1 {{expected a gemm directly in a func.func of one block}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       scale(%s : tensor<64x1xf16>) -> tensor<?x64xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x64xf16>
}
