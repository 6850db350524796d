// RUN: humming-opt %s --humming-check-target=arch=sm_75 | FileCheck %s
// RUN: humming-opt %s --humming-check-target=arch=sm_90 | FileCheck %s
// RUN: not humming-opt %s --humming-check-target=arch=sm_42 2>&1 | FileCheck %s --check-prefix=UNKNOWN

// What lowers on every architecture passes, unchanged. An unknown architecture is an error.

// UNKNOWN: error: unknown arch 'sm_42'; expected one of sm_75, sm_80, sm_86, sm_87, sm_89, sm_90

// CHECK-LABEL: func.func @group128
// CHECK: humming.gemm
func.func @group128(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xf16>)
    -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// CHECK-LABEL: func.func @zero_bias
// CHECK: humming.gemm
func.func @zero_bias(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xf16>, %z: tensor<256x4x!humming.code<u4>>, %bias: tensor<256xf16>)
    -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) zero(%z : tensor<256x4x!humming.code<u4>>)
       epilogue(%bias : tensor<256xf16>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32, %bj: f16):
    %b = arith.extf %bj : f16 to f32
    %x = arith.addf %acc, %b : f32
    %h = arith.truncf %x : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// CHECK-LABEL: func.func @i4_group32
// CHECK: humming.gemm
func.func @i4_group32(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<i4>>,
    %s: tensor<256x16xf16>)
    -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<i4>>)
       scale(%s : tensor<256x16xf16>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// CHECK-LABEL: func.func @per_channel
// CHECK: humming.gemm
func.func @per_channel(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x1xf16>, %z: tensor<256x1x!humming.code<u4>>)
    -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x1xf16>) zero(%z : tensor<256x1x!humming.code<u4>>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// CHECK-LABEL: func.func @group64_as_one_group
// CHECK: humming.gemm
func.func @group64_as_one_group(%a: tensor<?x64xf16>, %w: tensor<256x64x!humming.code<u4>>,
    %s: tensor<256x1xf16>)
    -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<256x64x!humming.code<u4>>)
       scale(%s : tensor<256x1xf16>) -> tensor<?x256xf16>
       attributes {numerics = #humming.numerics<acc = f32, scale = operand>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// m16n8k8 is on every architecture.
// CHECK-LABEL: func.func @group8_accumulator
// CHECK: humming.gemm
func.func @group8_accumulator(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x64xf32>) -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x64xf32>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// CHECK-LABEL: func.func @i8
// CHECK: humming.gemm
func.func @i8(%a: tensor<?x512xi8>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xf16>) -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xi8>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// CHECK-LABEL: func.func @i4
// CHECK: humming.gemm
func.func @i4(%a: tensor<?x512xi4>, %w: tensor<256x512x!humming.code<i4>>,
    %s: tensor<256x1xf32>) -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xi4>) b(%w : tensor<256x512x!humming.code<i4>>)
       scale(%s : tensor<256x1xf32>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// What no longer needs padding or a code of four bits: any N, any integer, and
// minifloats that f16 holds.
// CHECK-LABEL: func.func @odd_shapes
func.func @odd_shapes(%a: tensor<?x264xf16>, %w: tensor<7x264x!humming.code<e3m2>>,
    %s: tensor<7x33xf16>)
    -> tensor<?x7xf32> {
  %c = humming.gemm a(%a : tensor<?x264xf16>) b(%w : tensor<7x264x!humming.code<e3m2>>)
       scale(%s : tensor<7x33xf16>) -> tensor<?x7xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x7xf32>
}

// A table of 16 values, whatever they are.
// CHECK-LABEL: func.func @nf4_group64
// CHECK: humming.gemm
func.func @nf4_group64(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<nf4>>,
    %s: tensor<256x8xf16>)
    -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<nf4>>)
       scale(%s : tensor<256x8xf16>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}
