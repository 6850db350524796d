func.func @gemm(%arg0: tensor<?x128xf16>, %arg1: tensor<64x128x!humming.code<e4m3>>, %arg2: tensor<64x2xf16>) -> tensor<?x64xf32> {
%c = humming.gemm a(%arg0 : tensor<?x128xf16>) b(%arg1 : tensor<64x128x!humming.code<e4m3>>) scale(%arg2 : tensor<64x2xf16>)
-> tensor<?x64xf32> attributes {numerics = #humming.numerics<acc = f16, scale = operand>} {
^bb0(%acc: f32):
humming.yield %acc : f32
}
return %c : tensor<?x64xf32>
}
