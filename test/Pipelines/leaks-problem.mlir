// RUN: humming-opt %s --humming-to-nvvm=arch=sm_80 --verify-diagnostics

// Kernels beside a problem are no part of it.

func.func @problem(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>, %s: tensor<64x1xf16>)
    -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>) scale(%s : tensor<64x1xf16>)
       -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// expected-error @+1 {{'gpu.module' op is not part of the problem form; it belongs to the tile form and what follows}}
gpu.module @other {
}
