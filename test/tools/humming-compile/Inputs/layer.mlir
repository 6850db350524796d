func.func @gemm(%a: tensor<?x4096xf16>, %w: tensor<6144x4096x!humming.code<u4>>, %s: tensor<6144x32xf16>) -> tensor<?x6144xf16> {
  %c = humming.gemm a(%a : tensor<?x4096xf16>) b(%w : tensor<6144x4096x!humming.code<u4>>) scale(%s : tensor<6144x32xf16>)
       -> tensor<?x6144xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x6144xf16>
}
