// RUN: humming-opt %s --split-input-file --verify-diagnostics

// Constraints of humming.gemm, C9-C12: the epilogue. A function is named after the label that it breaks.

func.func @gemm_c9_epilogue_n(%a: tensor<?x64xf16>,
    %w: tensor<64x64x!humming.code<u4>>, %e0: tensor<32xf16>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected epilogue operand 0 of N = 64 or M x N = ?x64, got 32}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       epilogue(%e0 : tensor<32xf16>)
       -> tensor<?x64xf32> {
  ^bb0(%acc: f32, %e: f16):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @gemm_c9_epilogue_m(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>,
    %e0: tensor<64xf16>, %e1: tensor<4x64xf16>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected epilogue operand 1 of N = 64 or M x N = ?x64, got 4x64}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       epilogue(%e0, %e1 : tensor<64xf16>, tensor<4x64xf16>)
       -> tensor<?x64xf32> {
  ^bb0(%acc: f32, %e: f16, %f: f16):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @gemm_c10_accumulator(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>) -> tensor<?x64xf16> {
  // expected-error @+1 {{expected an epilogue region of ('f32'), the accumulator and one scalar per epilogue operand, got ('f16')}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       -> tensor<?x64xf16> {
  ^bb0(%acc: f16):
    humming.yield %acc : f16
  }
  return %c : tensor<?x64xf16>
}

// -----

func.func @gemm_c10_count(%a: tensor<?x64xf16>,
    %w: tensor<64x64x!humming.code<u4>>, %e0: tensor<64xf16>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected an epilogue region of ('f32', 'f16'), the accumulator and one scalar per epilogue operand, got ('f32')}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       epilogue(%e0 : tensor<64xf16>)
       -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @gemm_c11_type(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>) -> tensor<?x64xf16> {
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       -> tensor<?x64xf16> {
  ^bb0(%acc: f32):
    // expected-error @+1 {{expected a value of the result's element type 'f16', got 'f32'}}
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf16>
}

// -----

func.func @gemm_c11_terminator(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected the epilogue region to end in humming.yield, got llvm.unreachable}}
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    llvm.unreachable
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @gemm_c12_side_effects(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    // expected-error @+1 {{expected no side effects in an epilogue}}
    %p = memref.alloc() : memref<1xf32>
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @yield_outside(%x: f32) {
  // expected-error @+1 {{expects parent op 'humming.gemm'}}
  humming.yield %x : f32
}
