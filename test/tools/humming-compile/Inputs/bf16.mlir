func.func @gemm(%a: tensor<?x64xbf16>, %w: tensor<64x64x!humming.code<u4>>, %s: tensor<64x1xbf16>) -> tensor<?x64xbf16> {
  %c = humming.gemm a(%a : tensor<?x64xbf16>) b(%w : tensor<64x64x!humming.code<u4>>) scale(%s : tensor<64x1xbf16>)
       -> tensor<?x64xbf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to bf16
    humming.yield %h : bf16
  }
  return %c : tensor<?x64xbf16>
}
