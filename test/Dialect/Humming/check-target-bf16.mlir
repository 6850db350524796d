// RUN: humming-opt %s --humming-check-target=arch=sm_75 | FileCheck %s

// Only matrix instructions need an architecture that knows bf16: it is the upper half of an f32, and scales,
// results and epilogues come to others as such.

// CHECK-LABEL: func.func @scale
// CHECK: humming.gemm
func.func @scale(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x1xbf16>) -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x1xbf16>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// CHECK-LABEL: func.func @groups
// CHECK: humming.gemm
func.func @groups(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xbf16>) -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xbf16>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// CHECK-LABEL: func.func @result
// CHECK: humming.gemm
func.func @result(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>) -> tensor<?x256xbf16> {
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       -> tensor<?x256xbf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to bf16
    humming.yield %h : bf16
  }
  return %c : tensor<?x256xbf16>
}

// CHECK-LABEL: func.func @epilogue
func.func @epilogue(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>, %bias: tensor<256xbf16>)
    -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       epilogue(%bias : tensor<256xbf16>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32, %b: bf16):
    %h = arith.truncf %acc : f32 to bf16
    %x = arith.addf %h, %b : bf16
    %f = arith.extf %x : bf16 to f32
    %r = arith.truncf %f : f32 to f16
    humming.yield %r : f16
  }
  return %c : tensor<?x256xf16>
}
