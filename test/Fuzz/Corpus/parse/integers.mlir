func.func @gemm(%arg0: tensor<?x128xi8>, %arg1: tensor<64x128x!humming.code<i8>>) -> tensor<?x64xf32> {
%c = humming.gemm a(%arg0 : tensor<?x128xi8>) b(%arg1 : tensor<64x128x!humming.code<i8>>)
-> tensor<?x64xf32>  {
^bb0(%acc: i32):
%sum = arith.sitofp %acc : i32 to f32
humming.yield %sum : f32
}
return %c : tensor<?x64xf32>
}
