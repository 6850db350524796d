// RUN: humming-opt %s --split-input-file --humming-select-schedule="arch=sm_90 gpu=unmeasured tokens=256" | FileCheck %s
// RUN: humming-opt %s --split-input-file --humming-select-schedule="arch=sm_90 gpu=unmeasured tokens=256 multiprocessors=131" | FileCheck %s --check-prefix=ODD
// RUN: humming-opt %s --split-input-file --humming-select-schedule="arch=sm_90 gpu=unmeasured tokens=256 multiprocessors=112" | FileCheck %s --check-prefix=WHOLE
// RUN: humming-opt %s --split-input-file --humming-select-schedule="arch=sm_90 gpu=unmeasured tokens=64" | FileCheck %s --check-prefix=WHOLE
// RUN: humming-opt %s --split-input-file --humming-select-schedule="arch=sm_90 gpu=unmeasured tokens=1024" | FileCheck %s --check-prefix=WHOLE
// RUN: humming-opt %s --split-input-file --humming-select-schedule="arch=sm_80 gpu=unmeasured tokens=256" | FileCheck %s --check-prefix=WHOLE

// 224 tiles are 1.7 for each of 132 multiprocessors: as many blocks share them, and pairs of blocks their copies of the
// activations, where blocks and tiles are pairs. On 112 they are 2 for each.

// CHECK: #schedule = #humming.schedule<block = [128, 256, 64], {{.+}} copy = tma, split_k = 1, store = shared, blocks = 132, cluster = 2>
// CHECK: @uneven(
// ODD: #schedule = #humming.schedule<block = [128, 256, 64], {{.+}} copy = tma, split_k = 1, store = shared, blocks = 131>
// ODD: @uneven(

// Few tokens wait for memory, of many tiles little is left over, and without a warp that copies nothing is saved.
// WHOLE-NOT: blocks =
// WHOLE: #humming.schedule
// WHOLE-NOT: blocks =
func.func @uneven(%a: tensor<?x8192xf16>, %w: tensor<28672x8192x!humming.code<u4>>, %s: tensor<28672x64xf16>) -> tensor<?x28672xf16> {
  %c = humming.gemm a(%a : tensor<?x8192xf16>) b(%w : tensor<28672x8192x!humming.code<u4>>)
       scale(%s : tensor<28672x64xf16>) -> tensor<?x28672xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x28672xf16>
}

// -----

// An odd number of tiles has no pairs.
// CHECK: #schedule = #humming.schedule<block = [128, 256, 64], {{.+}} split_k = 1, store = shared, blocks = 132>
// CHECK: @odd_tiles(
func.func @odd_tiles(%a: tensor<?x8192xf16>, %w: tensor<28544x8192x!humming.code<u4>>, %s: tensor<28544x64xf16>) -> tensor<?x28544xf16> {
  %c = humming.gemm a(%a : tensor<?x8192xf16>) b(%w : tensor<28544x8192x!humming.code<u4>>)
       scale(%s : tensor<28544x64xf16>) -> tensor<?x28544xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x28544xf16>
}

// -----

// Products of 8 bits take half as long, so sums of 256 tokens cost more than is saved.
// CHECK: #schedule = #humming.schedule<block = [128, 256, 128], {{.+}} split_k = 1, store = shared>
// CHECK: @bytes(
func.func @bytes(%a: tensor<?x8192xi8>, %w: tensor<28672x8192x!humming.code<u4>>, %s: tensor<28672x1xf32>) -> tensor<?x28672xf16> {
  %c = humming.gemm a(%a : tensor<?x8192xi8>) b(%w : tensor<28672x8192x!humming.code<u4>>)
       scale(%s : tensor<28672x1xf32>) -> tensor<?x28672xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x28672xf16>
}

// -----

// Codes in planes have the registers of wide tiles too.
// CHECK: #schedule = #humming.schedule<block = [128, 256, 64], {{.+}} blocks = 132, cluster = 2>
// CHECK: @planes(
func.func @planes(%a: tensor<?x8192xf16>, %w: tensor<28672x8192x!humming.code<u3>>, %s: tensor<28672x64xf16>) -> tensor<?x28672xf16> {
  %c = humming.gemm a(%a : tensor<?x8192xf16>) b(%w : tensor<28672x8192x!humming.code<u3>>)
       scale(%s : tensor<28672x64xf16>) -> tensor<?x28672xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x28672xf16>
}
