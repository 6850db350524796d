// RUN: humming-opt %s --split-input-file --humming-select-schedule="arch=sm_90 gpu=unmeasured tokens=8" | FileCheck %s --check-prefix=M8
// RUN: humming-opt %s --split-input-file --humming-select-schedule="arch=sm_90 gpu=unmeasured tokens=32" | FileCheck %s --check-prefix=M32
// RUN: humming-opt %s --split-input-file --humming-select-schedule="arch=sm_90 gpu=unmeasured tokens=64" | FileCheck %s --check-prefix=M64
// RUN: humming-opt %s --split-input-file --humming-select-schedule="arch=sm_90 gpu=unmeasured tokens=128" | FileCheck %s --check-prefix=M128
// RUN: humming-opt %s --split-input-file --humming-select-schedule="arch=sm_90 gpu=unmeasured tokens=256" | FileCheck %s --check-prefix=M256
// RUN: humming-opt %s --split-input-file --humming-select-schedule="arch=sm_90 gpu=unmeasured tokens=1024" | FileCheck %s --check-prefix=M1024
// RUN: humming-opt %s --split-input-file --humming-select-schedule="arch=sm_90 gpu=unmeasured tokens=0" | FileCheck %s --check-prefix=M0

// What is chosen by the numbers of an H100: bulk copies beside wide tiles, and where few of
// narrow ones are a multiprocessor's; sums of pairs of slices in clusters, of four blocks that take a multiprocessor each in memory.

// M8: block = [64, 8, 128], warps = [4, 1], stages = 4, mma = m16n8k16, copy = cp_async, split_k = 6>
// M32: block = [64, 32, 256], warps = [4, 1], stages = 4, mma = m64k16, copy = cp_async, split_k = 4, store = shared>
// M64: block = [64, 64, 128], warps = [4, 1], stages = 4, mma = m64k16, copy = tma, split_k = 4, store = shared>
// M128: block = [128, 128, 128], warps = [8, 1], stages = 4, mma = m64k16, copy = tma, split_k = 4, store = shared>
// M256: block = [128, 128, 128], warps = [8, 1], stages = 4, mma = m64k16, copy = tma, split_k = 2, store = shared, fixup = cluster>
// M1024: block = [128, 256, 64], warps = [8, 1], stages = 4, mma = m64k16, copy = tma, split_k = 1, store = shared>
// M0: block = [128, 256, 64], warps = [8, 1], stages = 4, mma = m64k16, copy = tma, split_k = 1, store = shared>
func.func @down(%a: tensor<?x14336xf16>, %w: tensor<4096x14336x!humming.code<u4>>, %s: tensor<4096x112xf16>) -> tensor<?x4096xf16> {
  %c = humming.gemm a(%a : tensor<?x14336xf16>) b(%w : tensor<4096x14336x!humming.code<u4>>) scale(%s : tensor<4096x112xf16>) -> tensor<?x4096xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x4096xf16>
}

// -----

// M8: block = [64, 8, 128], warps = [4, 1], stages = 4, mma = m16n8k16, copy = cp_async, split_k = 3>
// M32: block = [128, 32, 256], warps = [4, 1], stages = 5, mma = m64k16, copy = tma, split_k = 2, store = shared, fixup = cluster>
// M64: block = [128, 64, 128], warps = [4, 1], stages = 4, mma = m64k16, copy = cp_async, split_k = 4, store = shared>
// M128: block = [128, 128, 128], warps = [8, 1], stages = 4, mma = m64k16, copy = tma, split_k = 2, store = shared, fixup = cluster>
// M256: block = [128, 256, 64], warps = [8, 1], stages = 4, mma = m64k16, copy = tma, split_k = 2, store = shared, fixup = cluster>
// M1024: block = [128, 256, 64], warps = [8, 1], stages = 4, mma = m64k16, copy = tma, split_k = 1, store = shared>
// M0: block = [128, 256, 64], warps = [8, 1], stages = 4, mma = m64k16, copy = tma, split_k = 1, store = shared>
func.func @wide(%a: tensor<?x28672xf16>, %w: tensor<8192x28672x!humming.code<u4>>, %s: tensor<8192x224xf16>) -> tensor<?x8192xf16> {
  %c = humming.gemm a(%a : tensor<?x28672xf16>) b(%w : tensor<8192x28672x!humming.code<u4>>) scale(%s : tensor<8192x224xf16>) -> tensor<?x8192xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x8192xf16>
}
