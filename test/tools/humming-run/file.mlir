// A problem from a file, with a schedule of its own and an epilogue that selects.
// RUN: humming-run %s --m=5 --check | FileCheck %s
// CHECK: problem    m = 5, n = 64, k = 128: f16 x i4 -> f16, scales f16 per 64, epilogue tensor<64xf16>
// CHECK: schedule   #humming.schedule<block = [64, 8, 64], warps = [4, 1], stages = 3, mma = m16n8k16, copy = cp_async, split_k = 1>
// CHECK: 0 of 320 beyond: passed

// RUN: not humming-run %s --n=64 2>&1 | FileCheck %s --check-prefix=BOTH
// BOTH: humming-run: the problem is in {{.*}}file.mlir: leave out --n
func.func @relu(%a: tensor<?x128xf16>, %w: tensor<64x128x!humming.code<i4>>, %s: tensor<64x2xf16>,
                %bias: tensor<64xf16>) -> tensor<?x64xf16> {
  %c = humming.gemm a(%a : tensor<?x128xf16>) b(%w : tensor<64x128x!humming.code<i4>>)
       scale(%s : tensor<64x2xf16>) epilogue(%bias : tensor<64xf16>) -> tensor<?x64xf16>
       attributes {schedule = #humming.schedule<block = [64, 8, 64], warps = [4, 1], stages = 3, mma = m16n8k16,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32, %bj: f16):
    %zero = arith.constant 0.0 : f32
    %b = arith.extf %bj : f16 to f32
    %x = arith.addf %acc, %b : f32
    %positive = arith.cmpf ogt, %x, %zero : f32
    %y = arith.select %positive, %x, %zero : f32
    %h = arith.truncf %y : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x64xf16>
}
