// One matrix multiplication in every form: this file is written by hand, the others by scripts/stages.
// 4-bit weights in groups of 32, any number of tokens, a bias.
func.func @gemm(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>, %s: tensor<64x2xf16>, %bias: tensor<64xf16>)
    -> tensor<?x64xf16> {
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>) scale(%s : tensor<64x2xf16>)
       epilogue(%bias : tensor<64xf16>) -> tensor<?x64xf16> {
  ^bb0(%acc: f32, %bj: f16):
    %b = arith.extf %bj : f16 to f32
    %sum = arith.addf %acc, %b : f32
    %h = arith.truncf %sum : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x64xf16>
}
