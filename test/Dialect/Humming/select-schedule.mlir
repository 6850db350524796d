// RUN: humming-opt %s --split-input-file --humming-select-schedule="arch=sm_90 tokens=1 gpu=unmeasured" | FileCheck %s --check-prefixes=M1,CHECK
// RUN: humming-opt %s --split-input-file --humming-select-schedule="arch=sm_80 tokens=16" | FileCheck %s --check-prefixes=M16,CHECK
// RUN: humming-opt %s --split-input-file --humming-select-schedule="arch=sm_80 tokens=32" | FileCheck %s --check-prefixes=M32,CHECK
// RUN: humming-opt %s --split-input-file --humming-select-schedule="arch=sm_80 tokens=64" | FileCheck %s --check-prefixes=M64,CHECK
// RUN: humming-opt %s --split-input-file --humming-select-schedule="arch=sm_86 tokens=128" | FileCheck %s --check-prefixes=M128,CHECK
// RUN: humming-opt %s --split-input-file --humming-select-schedule="arch=sm_80 tokens=0" | FileCheck %s --check-prefixes=LARGE,CHECK
// RUN: humming-opt %s --split-input-file --humming-select-schedule="arch=sm_75 tokens=8" | FileCheck %s --check-prefixes=SM75,CHECK

// The schedules chosen for some shapes. Little M: as many weights in flight as
// possible, k split where the output has too few tiles to fill every multiprocessor
// evenly. Large M: the largest tile that leaves registers for the operands. Each section
// prints its one schedule above its function. No table has a GPU that is unknown. Slices add
// their sums in clusters where the architecture has these, and multiprocessors have place for
// one more block than they need: clusters are placed unevenly.

// M1: block = [64, 8, 128], warps = [4, 1], stages = 4, mma = m16n8k16, copy = cp_async, split_k = 1>
// M16: block = [64, 16, 128], warps = [4, 1], stages = 4, mma = m16n8k16, copy = cp_async, split_k = 1>
// M32: block = [64, 32, 128], warps = [4, 1], stages = 4, mma = m16n8k16, copy = cp_async, split_k = 1>
// M64: block = [64, 64, 128], warps = [4, 1], stages = 3, mma = m16n8k16, copy = cp_async, split_k = 1>
// M128: block = [64, 64, 128], warps = [4, 1], stages = 3, mma = m16n8k16, copy = cp_async, split_k = 1>
// LARGE: block = [64, 64, 128], warps = [4, 1], stages = 3, mma = m16n8k16, copy = cp_async, split_k = 1>
// SM75: block = [64, 8, 128], warps = [4, 1], stages = 2, mma = m16n8k8, copy = sync, split_k = 1>
// CHECK: @small(
func.func @small(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
    %s: tensor<256x4xf16>, %z: tensor<256x4x!humming.code<u4>>)
    -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) zero(%z : tensor<256x4x!humming.code<u4>>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

// -----

// M1: block = [64, 8, 128], warps = [4, 1], stages = 4, mma = m16n8k16, copy = cp_async, split_k = 4, fixup = cluster>
// M16: block = [64, 16, 128], warps = [4, 1], stages = 4, mma = m16n8k16, copy = cp_async, split_k = 3>
// M32: block = [128, 32, 128], warps = [4, 1], stages = 3, mma = m16n8k16, copy = cp_async, split_k = 4>
// M64: block = [128, 64, 128], warps = [4, 1], stages = 3, mma = m16n8k16, copy = cp_async, split_k = 4>
// M128: block = [128, 64, 64], warps = [4, 1], stages = 4, mma = m16n8k16, copy = cp_async, split_k = 1>
// LARGE: block = [128, 128, 64], warps = [4, 1], stages = 4, mma = m16n8k16, copy = cp_async, split_k = 1>
// SM75: block = [64, 8, 128], warps = [4, 1], stages = 2, mma = m16n8k8, copy = sync, split_k = 1>
// CHECK: @qkv(
func.func @qkv(%a: tensor<?x4096xf16>, %w: tensor<6144x4096x!humming.code<u4>>,
    %s: tensor<6144x32xf16>)
    -> tensor<?x6144xf16> {
  %c = humming.gemm a(%a : tensor<?x4096xf16>) b(%w : tensor<6144x4096x!humming.code<u4>>)
       scale(%s : tensor<6144x32xf16>) -> tensor<?x6144xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x6144xf16>
}

// -----

// M1: block = [64, 8, 128], warps = [4, 1], stages = 4, mma = m16n8k16, copy = cp_async, split_k = 1>
// M16: block = [64, 16, 128], warps = [4, 1], stages = 4, mma = m16n8k16, copy = cp_async, split_k = 1>
// M32: block = [64, 32, 128], warps = [4, 1], stages = 4, mma = m16n8k16, copy = cp_async, split_k = 1>
// M64: block = [128, 64, 128], warps = [4, 1], stages = 3, mma = m16n8k16, copy = cp_async, split_k = 1>
// M128: block = [128, 64, 64], warps = [4, 1], stages = 4, mma = m16n8k16, copy = cp_async, split_k = 1>
// LARGE: block = [128, 128, 64], warps = [4, 1], stages = 4, mma = m16n8k16, copy = cp_async, split_k = 1>
// SM75: block = [64, 8, 128], warps = [4, 1], stages = 2, mma = m16n8k8, copy = sync, split_k = 1>
// CHECK: @up(
func.func @up(%a: tensor<?x4096xf16>, %w: tensor<28672x4096x!humming.code<u4>>,
    %s: tensor<28672x32xf16>)
    -> tensor<?x28672xf16> {
  %c = humming.gemm a(%a : tensor<?x4096xf16>) b(%w : tensor<28672x4096x!humming.code<u4>>)
       scale(%s : tensor<28672x32xf16>) -> tensor<?x28672xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x28672xf16>
}

// -----

// M1: block = [64, 8, 128], warps = [4, 1], stages = 4, mma = m16n8k16, copy = cp_async, split_k = 6>
// M16: block = [64, 16, 128], warps = [4, 1], stages = 4, mma = m16n8k16, copy = cp_async, split_k = 5>
// M32: block = [64, 32, 128], warps = [4, 1], stages = 4, mma = m16n8k16, copy = cp_async, split_k = 5>
// M64: block = [128, 64, 128], warps = [4, 1], stages = 3, mma = m16n8k16, copy = cp_async, split_k = 6>
// M128: block = [128, 64, 64], warps = [4, 1], stages = 4, mma = m16n8k16, copy = cp_async, split_k = 2>
// LARGE: block = [128, 128, 64], warps = [4, 1], stages = 4, mma = m16n8k16, copy = cp_async, split_k = 1>
// SM75: block = [64, 8, 128], warps = [4, 1], stages = 2, mma = m16n8k8, copy = sync, split_k = 1>
// CHECK: @down(
func.func @down(%a: tensor<?x14336xf16>, %w: tensor<4096x14336x!humming.code<u4>>,
    %s: tensor<4096x112xf16>)
    -> tensor<?x4096xf16> {
  %c = humming.gemm a(%a : tensor<?x14336xf16>) b(%w : tensor<4096x14336x!humming.code<u4>>)
       scale(%s : tensor<4096x112xf16>) -> tensor<?x4096xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x4096xf16>
}

// -----

// M1: block = [64, 8, 64], warps = [4, 1], stages = 4, mma = m16n8k16, copy = cp_async, split_k = 2, fixup = cluster>
// M16: block = [64, 16, 64], warps = [4, 1], stages = 4, mma = m16n8k16, copy = cp_async, split_k = 3>
// M32: block = [64, 32, 64], warps = [4, 1], stages = 4, mma = m16n8k16, copy = cp_async, split_k = 1>
// M64: block = [64, 64, 64], warps = [4, 1], stages = 3, mma = m16n8k16, copy = cp_async, split_k = 3>
// M128: block = [64, 64, 64], warps = [4, 1], stages = 3, mma = m16n8k16, copy = cp_async, split_k = 1>
// LARGE: block = [128, 128, 64], warps = [4, 1], stages = 4, mma = m16n8k16, copy = cp_async, split_k = 1>
// SM75: block = [64, 8, 64], warps = [4, 1], stages = 2, mma = m16n8k8, copy = sync, split_k = 1>
// CHECK: @odd_k(
func.func @odd_k(%a: tensor<?x1088xf16>, %w: tensor<4096x1088x!humming.code<u4>>,
    %s: tensor<4096x1xf16>)
    -> tensor<?x4096xf16> {
  %c = humming.gemm a(%a : tensor<?x1088xf16>) b(%w : tensor<4096x1088x!humming.code<u4>>)
       scale(%s : tensor<4096x1xf16>) -> tensor<?x4096xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x4096xf16>
}

// -----

// M1: block = [64, 8, 128], warps = [4, 1], stages = 4, mma = m16n8k16, copy = cp_async, split_k = 6, fixup = cluster>
// M16: block = [64, 16, 128], warps = [4, 1], stages = 4, mma = m16n8k16, copy = cp_async, split_k = 3>
// M32: block = [64, 32, 128], warps = [4, 1], stages = 4, mma = m16n8k16, copy = cp_async, split_k = 3>
// M64: block = [64, 64, 128], warps = [4, 1], stages = 3, mma = m16n8k16, copy = cp_async, split_k = 3>
// M128: block = [64, 64, 128], warps = [4, 1], stages = 3, mma = m16n8k16, copy = cp_async, split_k = 1>
// LARGE: block = [64, 64, 128], warps = [4, 1], stages = 3, mma = m16n8k16, copy = cp_async, split_k = 1>
// SM75: block = [64, 8, 128], warps = [4, 1], stages = 2, mma = m16n8k8, copy = sync, split_k = 1>
// CHECK: @odd_n(
func.func @odd_n(%a: tensor<?x4096xf16>, %w: tensor<4160x4096x!humming.code<u4>>,
    %s: tensor<4160x128xf16>)
    -> tensor<?x4160xf16> {
  %c = humming.gemm a(%a : tensor<?x4096xf16>) b(%w : tensor<4160x4096x!humming.code<u4>>)
       scale(%s : tensor<4160x128xf16>) -> tensor<?x4160xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x4160xf16>
}
