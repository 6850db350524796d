func.func @gemm(%arg0: tensor<?x128xf16>, %arg1: tensor<64x128x!humming.code<u4>>, %arg2: tensor<64x2xf16>) -> tensor<?x64xf16> {
%c = humming.gemm a(%arg0 : tensor<?x128xf16>) b(%arg1 : tensor<64x128x!humming.code<u4>>) scale(%arg2 : tensor<64x2xf16>)
-> tensor<?x64xf16>  {
^bb0(%acc: f32):
%rounded = arith.truncf %acc : f32 to f16
humming.yield %rounded : f16
}
return %c : tensor<?x64xf16>
}
