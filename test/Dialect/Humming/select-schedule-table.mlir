// RUN: humming-opt %s --humming-select-schedule="arch=sm_90 tokens=60 table=%S/Inputs/good.schedules" | FileCheck %s --check-prefix=TABLE
// RUN: humming-opt %s --humming-select-schedule="arch=sm_90 tokens=60 gpu=H20 table=%S/Inputs/good.schedules" | FileCheck %s --check-prefix=ELSE
// RUN: humming-opt %s --humming-select-schedule="arch=sm_90 tokens=65 table=%S/Inputs/good.schedules" | FileCheck %s --check-prefix=ELSE
// RUN: humming-opt %s --humming-to-tile="arch=sm_90 tokens=60 gpu=\"NVIDIA H100 80GB HBM3\" table=%S/Inputs/good.schedules" | FileCheck %s --check-prefix=TILE

// A measured schedule goes before the estimate: for its GPU and its bucket of tokens alone.

// TABLE: #humming.schedule<block = [64, 24, 64], warps = [2, 1], stages = 3, mma = m16n8k16, copy = cp_async, split_k = 2, store = shared>
// ELSE: #humming.schedule
// ELSE-NOT: [64, 24, 64]
// TILE: 3x24x64xf16

// RUN: not humming-opt %s --humming-select-schedule="arch=sm_90 tokens=8 table=%S/Inputs/good.schedules" 2>&1 | FileCheck %s --check-prefix=REFUSED
// RUN: not humming-opt %s --humming-select-schedule="arch=sm_90 tokens=8 table=%S/Inputs/bad.schedules" 2>&1 | FileCheck %s --check-prefix=BAD
// RUN: not humming-opt %s --humming-select-schedule="arch=sm_90 table=%S/Inputs/none.schedules" 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not humming-opt %s --humming-select-schedule="arch=sm_90 multiprocessors=-1" 2>&1 | FileCheck %s --check-prefix=NEGATIVE

// One that does not fit is an error with its line, and so is one that cannot be read.

// REFUSED: error: 'humming.gemm' op expected block k to be a multiple of 64 that divides the padded K = 512, got 96
// REFUSED: good.schedules:3:1: note: the schedule is from this line of
// BAD: error: {{.*}}bad.schedules:2: expected TIME us at TOKENS, got '3 us'
// NONE: error: {{.*}}none.schedules: No such file
// NEGATIVE: error: expected multiprocessors of at least 0, got -1

func.func @f(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>, %s: tensor<256x4xf16>) -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}
