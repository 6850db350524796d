func.func @gemm(%arg0: tensor<?x100xbf16>, %arg1: tensor<64x100x!humming.code<u3>>, %arg2: tensor<64x2xf8E8M0FNU>, %arg3: tensor<64x2x!humming.code<u3>>, %arg4: tensor<1xf32>, %arg5: tensor<?x1xf32>, %arg6: tensor<100xi32>, %arg7: tensor<64xf16>) -> tensor<?x64xf16> {
%c = humming.gemm a(%arg0 : tensor<?x100xbf16>) b(%arg1 : tensor<64x100x!humming.code<u3>>) scale(%arg2 : tensor<64x2xf8E8M0FNU>) zero(%arg3 : tensor<64x2x!humming.code<u3>>) global_scale(%arg4 : tensor<1xf32>) input_scale(%arg5 : tensor<?x1xf32>) perm(%arg6 : tensor<100xi32>) epilogue(%arg7 : tensor<64xf16>)
-> tensor<?x64xf16> attributes {scale_block = array<i64: 1, 64>} {
^bb0(%acc: f32, %bj: f16):
%wide = arith.extf %bj : f16 to f32
%biased = arith.addf %acc, %wide : f32
%rounded = arith.truncf %biased : f32 to f16
humming.yield %rounded : f16
}
return %c : tensor<?x64xf16>
}
