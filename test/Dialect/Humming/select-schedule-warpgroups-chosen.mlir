// RUN: humming-opt %s --split-input-file --humming-select-schedule="arch=sm_90 tokens=1024" | FileCheck %s --check-prefixes=CHECK,SM90
// RUN: humming-opt %s --split-input-file --humming-select-schedule="arch=sm_89 tokens=1024" | FileCheck %s --check-prefixes=CHECK,ELSE
// RUN: humming-opt %s --split-input-file --humming-select-schedule="arch=sm_100 tokens=1024" | FileCheck %s --check-prefixes=CHECK,ELSE

// Warpgroups, and beside them a warp that copies, are chosen on sm_90 alone, and where cp.async copies tokens in whole chunks and no group ends within a line of 128 bytes.

// SM90: mma = m64k16, copy = tma
// ELSE: mma = m16n8k16, copy = cp_async
// CHECK: @halves(
func.func @halves(%a: tensor<?x4096xf16>, %w: tensor<4096x4096x!humming.code<u4>>, %s: tensor<4096x32xf16>) -> tensor<?x4096xf16> {
  %c = humming.gemm a(%a : tensor<?x4096xf16>) b(%w : tensor<4096x4096x!humming.code<u4>>) scale(%s : tensor<4096x32xf16>) -> tensor<?x4096xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x4096xf16>
}

// -----

// SM90: mma = m64k32, copy = tma
// ELSE: mma = m16n8k32, copy = cp_async
// CHECK: @channels(
func.func @channels(%a: tensor<?x4096xi8>, %w: tensor<4096x4096x!humming.code<u4>>, %s: tensor<4096x1xf32>) -> tensor<?x4096xf16> {
  %c = humming.gemm a(%a : tensor<?x4096xi8>) b(%w : tensor<4096x4096x!humming.code<u4>>) scale(%s : tensor<4096x1xf32>) -> tensor<?x4096xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x4096xf16>
}

// -----

// The sum of a group beside the whole sum: 128 registers of a lane for 128 tokens, with eight warps.
// SM90: block = [128, 128, 128], warps = [8, 1], {{.+}} mma = m64k32, copy = tma
// ELSE: mma = m16n8k32, copy = cp_async
// CHECK: @groups(
func.func @groups(%a: tensor<?x4096xi8>, %w: tensor<4096x4096x!humming.code<u4>>, %s: tensor<4096x32xf32>) -> tensor<?x4096xf16> {
  %c = humming.gemm a(%a : tensor<?x4096xi8>) b(%w : tensor<4096x4096x!humming.code<u4>>) scale(%s : tensor<4096x32xf32>) -> tensor<?x4096xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x4096xf16>
}

// -----

// No bulk copy takes input scales of groups.
// SM90: mma = m64k32, copy = cp_async
// ELSE: mma = m16n8k32, copy = cp_async
// CHECK: @input_groups(
func.func @input_groups(%a: tensor<?x4096xi8>, %w: tensor<4096x4096x!humming.code<u4>>, %s: tensor<4096x32xf32>, %x: tensor<?x32xf32>) -> tensor<?x4096xf16> {
  %c = humming.gemm a(%a : tensor<?x4096xi8>) b(%w : tensor<4096x4096x!humming.code<u4>>) scale(%s : tensor<4096x32xf32>)
       input_scale(%x : tensor<?x32xf32>) -> tensor<?x4096xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x4096xf16>
}

// -----

// CHECK: mma = m16n8k32, copy = cp_async
// CHECK: @short_groups(
func.func @short_groups(%a: tensor<?x4096xi8>, %w: tensor<4096x4096x!humming.code<u4>>, %s: tensor<4096x64xf32>) -> tensor<?x4096xf16> {
  %c = humming.gemm a(%a : tensor<?x4096xi8>) b(%w : tensor<4096x4096x!humming.code<u4>>) scale(%s : tensor<4096x64xf32>) -> tensor<?x4096xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x4096xf16>
}

// -----

// Rows of 4100 halves are no multiple of 16 bytes.
// CHECK: mma = m16n8k16, copy = cp_async
// CHECK: @short_copies(
func.func @short_copies(%a: tensor<?x4100xf16>, %w: tensor<4096x4100x!humming.code<u4>>) -> tensor<?x4096xf16> {
  %c = humming.gemm a(%a : tensor<?x4100xf16>) b(%w : tensor<4096x4100x!humming.code<u4>>) -> tensor<?x4096xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x4096xf16>
}

// -----

// Four stages with zero points fill the shared memory but for 700 bytes: too few for what lies between buffers.
// SM90: block = [192, 128, 128], warps = [12, 1], stages = 3, mma = m64k16, copy = tma
// ELSE: mma = m16n8k16, copy = cp_async
// CHECK: @zeros(
func.func @zeros(%a: tensor<?x4096xf16>, %w: tensor<6144x4096x!humming.code<u4>>, %s: tensor<6144x32xf16>, %z: tensor<6144x32x!humming.code<u4>>) -> tensor<?x6144xf16> {
  %c = humming.gemm a(%a : tensor<?x4096xf16>) b(%w : tensor<6144x4096x!humming.code<u4>>) scale(%s : tensor<6144x32xf16>)
       zero(%z : tensor<6144x32x!humming.code<u4>>) -> tensor<?x6144xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x6144xf16>
}
