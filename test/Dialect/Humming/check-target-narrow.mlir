// RUN: humming-opt %s --humming-check-target=arch=sm_120 | FileCheck %s

// Activations of 8 and 4 bits, with the scales and groups that their instructions allow.

// Nothing scales the sum: the epilogue starts from an i32.
// CHECK-LABEL: func.func @i8_alone
// CHECK: humming.gemm
func.func @i8_alone(%a: tensor<?x512xi8>, %w: tensor<256x512x!humming.code<i8>>) -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xi8>) b(%w : tensor<256x512x!humming.code<i8>>)
       -> tensor<?x256xf16> {
  ^bb0(%acc: i32):
    %f = arith.sitofp %acc : i32 to f32
    %h = arith.truncf %f : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// CHECK-LABEL: func.func @i8_tokens
// CHECK: humming.gemm
func.func @i8_tokens(%a: tensor<?x512xi8>, %w: tensor<256x512x!humming.code<i4>>,
    %s: tensor<256x1xf32>, %x: tensor<?x1xf32>) -> tensor<?x256xbf16> {
  %c = humming.gemm a(%a : tensor<?x512xi8>) b(%w : tensor<256x512x!humming.code<i4>>)
       scale(%s : tensor<256x1xf32>) input_scale(%x : tensor<?x1xf32>) -> tensor<?x256xbf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to bf16
    humming.yield %h : bf16
  }
  return %c : tensor<?x256xbf16>
}

// CHECK-LABEL: func.func @i8_groups
// CHECK: humming.gemm
func.func @i8_groups(%a: tensor<?x512xi8>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xf16>, %z: tensor<256x4x!humming.code<u4>>, %x: tensor<?x4xf32>) -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xi8>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) zero(%z : tensor<256x4x!humming.code<u4>>) input_scale(%x : tensor<?x4xf32>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// CHECK-LABEL: func.func @i8_group32
// CHECK: humming.gemm
func.func @i8_group32(%a: tensor<?x512xi8>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x16xf16>) -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xi8>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x16xf16>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// Each group has a sum of its own.
// CHECK-LABEL: func.func @i8_grouped_sum
// CHECK: humming.gemm
func.func @i8_grouped_sum(%a: tensor<?x131136xi8>, %w: tensor<16x131136x!humming.code<i8>>,
    %s: tensor<16x2049xf32>) -> tensor<?x16xf16> {
  %c = humming.gemm a(%a : tensor<?x131136xi8>) b(%w : tensor<16x131136x!humming.code<i8>>)
       scale(%s : tensor<16x2049xf32>) -> tensor<?x16xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x16xf16>
}

// CHECK-LABEL: func.func @i4_group64
// CHECK: humming.gemm
func.func @i4_group64(%a: tensor<?x512xi4>, %w: tensor<256x512x!humming.code<i4>>,
    %s: tensor<256x8xf8E4M3FN>) -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xi4>) b(%w : tensor<256x512x!humming.code<i4>>)
       scale(%s : tensor<256x8xf8E4M3FN>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// DeepSeek's: 128 x 128 of weights, 128 of a token; the last has 116.
// CHECK-LABEL: func.func @e4m3_blocks
// CHECK: humming.gemm
func.func @e4m3_blocks(%a: tensor<?x500xf8E4M3FN>, %w: tensor<256x500x!humming.code<e4m3>>,
    %s: tensor<2x4xf32>, %x: tensor<?x4xf32>) -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x500xf8E4M3FN>) b(%w : tensor<256x500x!humming.code<e4m3>>)
       scale(%s : tensor<2x4xf32>) input_scale(%x : tensor<?x4xf32>) -> tensor<?x256xf16> attributes {scale_block = array<i64: 128, 128>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// CHECK-LABEL: func.func @e5m2_channel
// CHECK: humming.gemm
func.func @e5m2_channel(%a: tensor<?x512xf8E5M2>, %w: tensor<256x512x!humming.code<e5m2>>,
    %s: tensor<256x1xf32>) -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xf8E5M2>) b(%w : tensor<256x512x!humming.code<e5m2>>)
       scale(%s : tensor<256x1xf32>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// CHECK-LABEL: func.func @e4m3_group32
// CHECK: humming.gemm
func.func @e4m3_group32(%a: tensor<?x512xf8E4M3FN>, %w: tensor<256x512x!humming.code<e2m1>>,
    %s: tensor<256x16xf8E8M0FNU>) -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xf8E4M3FN>) b(%w : tensor<256x512x!humming.code<e2m1>>)
       scale(%s : tensor<256x16xf8E8M0FNU>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// CHECK-LABEL: func.func @e2m1_group64
// CHECK: humming.gemm
func.func @e2m1_group64(%a: tensor<?x512xf4E2M1FN>, %w: tensor<256x512x!humming.code<e2m1>>,
    %s: tensor<256x8xf8E8M0FNU>, %x: tensor<?x8xf8E8M0FNU>) -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xf4E2M1FN>) b(%w : tensor<256x512x!humming.code<e2m1>>)
       scale(%s : tensor<256x8xf8E8M0FNU>) input_scale(%x : tensor<?x8xf8E8M0FNU>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}
