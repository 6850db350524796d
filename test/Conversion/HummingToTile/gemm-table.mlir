// RUN: humming-opt %s --split-input-file --convert-humming-to-tile | FileCheck %s
// RUN: humming-opt %s --split-input-file --convert-humming-to-tile=arch=sm_86 | FileCheck %s --check-prefix=SMALL

// A table of 32 values is in shared memory, filled before the pipeline and read in every turn; one of 16 is there by
// pairs, unless the architecture has little of it or the stages leave too little.

#codes = #humming_tile.layout<[[4, 2, 8], [1, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
#top = #humming_tile.layout<[[4, 2, 8], [1, 4, 2, 4, 2]] offset [0, 3, 2, 6, 7, 5, 1, 4]>
!code = !humming.code<lut5, [-1, -2, -3, -4, -5, -6, -7, -8, -9, -10, -11, -12, -13, -14, -15, -16,
                             1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]>

// CHECK-LABEL: gpu.func @table
// CHECK: %[[TABLE:.+]] = humming_tile.alloc : !humming_tile.smem<1x1x32xbf16>
// CHECK: humming_tile.tabulate !lut5 to %[[TABLE]]
// CHECK: humming_tile.pipeline
// CHECK: humming_tile.dequant !lut5 %{{.+}}, %{{.+}} table(%[[TABLE]] : !humming_tile.smem<1x1x32xbf16>)
func.func @table(%a: tensor<?x64xbf16>, %w: tensor<64x64x!code, [#codes, #top]>) -> tensor<?x64xbf16> {
  %c = humming.gemm a(%a : tensor<?x64xbf16>) b(%w : tensor<64x64x!code, [#codes, #top]>) -> tensor<?x64xbf16>
       attributes {schedule = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 2, mma = m16n8k16, copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %r = arith.truncf %acc : f32 to bf16
    humming.yield %r : bf16
  }
  return %c : tensor<?x64xbf16>
}

// -----

#codes = #humming_tile.layout<[[4, 2, 8], [1, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>

// CHECK-LABEL: gpu.func @pairs
// CHECK: %[[TABLE:.+]] = humming_tile.alloc : !humming_tile.smem<1x256x64xbf16>
// CHECK: humming_tile.tabulate !humming.code<nf4> to %[[TABLE]]
// CHECK: humming_tile.pipeline
// CHECK: humming_tile.dequant !humming.code<nf4> %{{.+}} table(%[[TABLE]] : !humming_tile.smem<1x256x64xbf16>)
// SMALL-LABEL: gpu.func @pairs
// SMALL-NOT: humming_tile.tabulate
// SMALL: humming_tile.dequant !humming.code<nf4> %{{[^,]+}} :
func.func @pairs(%a: tensor<?x64xbf16>, %w: tensor<64x64x!humming.code<nf4>, #codes>) -> tensor<?x64xbf16> {
  %c = humming.gemm a(%a : tensor<?x64xbf16>) b(%w : tensor<64x64x!humming.code<nf4>, #codes>) -> tensor<?x64xbf16>
       attributes {schedule = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 2, mma = m16n8k16, copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %r = arith.truncf %acc : f32 to bf16
    humming.yield %r : bf16
  }
  return %c : tensor<?x64xbf16>
}

// -----

#codes = #humming_tile.layout<[[4, 2, 8], [16, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>

// Stages of 1024 x (64 / 2 + 24 x 2) bytes: two are 160 KB of 163.
// CHECK-LABEL: gpu.func @full
// CHECK-NOT: humming_tile.tabulate
// CHECK: humming_tile.dequant !humming.code<nf4> %{{[^,]+}} :
func.func @full(%a: tensor<?x1024xbf16>, %w: tensor<64x1024x!humming.code<nf4>, #codes>) -> tensor<?x64xbf16> {
  %c = humming.gemm a(%a : tensor<?x1024xbf16>) b(%w : tensor<64x1024x!humming.code<nf4>, #codes>) -> tensor<?x64xbf16>
       attributes {schedule = #humming.schedule<block = [64, 24, 1024], warps = [4, 1], stages = 2, mma = m16n8k16, copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %r = arith.truncf %acc : f32 to bf16
    humming.yield %r : bf16
  }
  return %c : tensor<?x64xbf16>
}

// -----

#codes = #humming_tile.layout<[[4, 2, 8], [1, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>

// Blocks that go on to other tiles fill it once.
// CHECK-LABEL: gpu.func @once
// CHECK: humming_tile.tabulate
// CHECK: humming_tile.foreach
// CHECK-NOT: humming_tile.tabulate
func.func @once(%a: tensor<?x64xbf16>, %w: tensor<64x64x!humming.code<nf4>, #codes>) -> tensor<?x64xbf16> {
  %c = humming.gemm a(%a : tensor<?x64xbf16>) b(%w : tensor<64x64x!humming.code<nf4>, #codes>) -> tensor<?x64xbf16>
       attributes {schedule = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 2, mma = m16n8k16, copy = cp_async, split_k = 1, blocks = 8>} {
  ^bb0(%acc: f32):
    %r = arith.truncf %acc : f32 to bf16
    humming.yield %r : bf16
  }
  return %c : tensor<?x64xbf16>
}
