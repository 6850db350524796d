func.func @gemm(%arg0: tensor<?x128xf4E2M1FN>, %arg1: tensor<64x128x!humming.code<e2m1>>, %arg2: tensor<64x8xf8E4M3FN>, %arg3: tensor<?x8xf8E4M3FN>) -> tensor<?x64xf32> {
%c = humming.gemm a(%arg0 : tensor<?x128xf4E2M1FN>) b(%arg1 : tensor<64x128x!humming.code<e2m1>>) scale(%arg2 : tensor<64x8xf8E4M3FN>) input_scale(%arg3 : tensor<?x8xf8E4M3FN>)
-> tensor<?x64xf32>  {
^bb0(%acc: f32):
humming.yield %acc : f32
}
return %c : tensor<?x64xf32>
}
