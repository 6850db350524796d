func.func @gemm(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<e2m1>>, %s: tensor<64x1xf16>) -> tensor<?x64xf16> {
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<e2m1>>) scale(%s : tensor<64x1xf16>)
       -> tensor<?x64xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x64xf16>
}
