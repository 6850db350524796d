// RUN: humming-opt %s --humming-check-target=arch=sm_80 | FileCheck %s
// RUN: humming-opt %s --humming-check-target=arch=sm_121 | FileCheck %s

// Scales of every type, shape and place beside 16-bit activations; any N and K.

// CHECK-LABEL: func.func @no_scale
// CHECK: humming.gemm
func.func @no_scale(%a: tensor<?x512xbf16>, %w: tensor<256x512x!humming.code<e5m2>>) -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xbf16>) b(%w : tensor<256x512x!humming.code<e5m2>>)
       -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// CHECK-LABEL: func.func @per_tensor
// CHECK: humming.gemm
func.func @per_tensor(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<1x1xf32>) -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<1x1xf32>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// Scales that bf16 does not hold act on accumulators; the last block of rows and of columns is short.
// CHECK-LABEL: func.func @blocks
// CHECK: humming.gemm
func.func @blocks(%a: tensor<?x300xbf16>, %w: tensor<200x300x!humming.code<u4>>,
    %s: tensor<2x3xf32>) -> tensor<?x200xf16> {
  %c = humming.gemm a(%a : tensor<?x300xbf16>) b(%w : tensor<200x300x!humming.code<u4>>)
       scale(%s : tensor<2x3xf32>) -> tensor<?x200xf16> attributes {scale_block = array<i64: 128, 128>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x200xf16>
}

// CHECK-LABEL: func.func @short_group
// CHECK: humming.gemm
func.func @short_group(%a: tensor<?x100xf16>, %w: tensor<3x100x!humming.code<u4>>,
    %s: tensor<3x4xf16>) -> tensor<?x3xf16> {
  %c = humming.gemm a(%a : tensor<?x100xf16>) b(%w : tensor<3x100x!humming.code<u4>>)
       scale(%s : tensor<3x4xf16>) -> tensor<?x3xf16> attributes {scale_block = array<i64: 1, 32>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x3xf16>
}

// CHECK-LABEL: func.func @one_column
// CHECK: humming.gemm
func.func @one_column(%a: tensor<?x1xf16>, %w: tensor<1x1x!humming.code<u4>>) -> tensor<?x1xf16> {
  %c = humming.gemm a(%a : tensor<?x1xf16>) b(%w : tensor<1x1x!humming.code<u4>>)
       -> tensor<?x1xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x1xf16>
}

// CHECK-LABEL: func.func @number_zero
// CHECK: humming.gemm
func.func @number_zero(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u3>>,
    %s: tensor<256x4xf16>, %z: tensor<256x4xf16>) -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u3>>)
       scale(%s : tensor<256x4xf16>) zero(%z : tensor<256x4xf16>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// Groups of 128 of the weights hold those of 32 of the activations.
// CHECK-LABEL: func.func @input_groups
// CHECK: humming.gemm
func.func @input_groups(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xf16>, %x: tensor<?x16xf32>) -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) input_scale(%x : tensor<?x16xf32>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// CHECK-LABEL: func.func @permuted
// CHECK: humming.gemm
func.func @permuted(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xf16>, %p: tensor<512xi32>) -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) perm(%p : tensor<512xi32>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}
