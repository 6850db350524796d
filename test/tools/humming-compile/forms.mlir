// Every form that --emit names, from one problem.
//
// RUN: humming-compile %s --tokens=16 --emit=tile | FileCheck %s --check-prefix=TILE
// RUN: humming-compile %s --tokens=16 --emit=thread | FileCheck %s --check-prefix=THREAD
// RUN: humming-compile %s --tokens=16 --emit=nvvm | FileCheck %s --check-prefix=NVVM
// RUN: humming-compile %s --tokens=16 --emit=llvm | FileCheck %s --check-prefix=LLVM
// RUN: humming-compile %s --tokens=16 | FileCheck %s --check-prefix=PTX
// RUN: humming-compile %s --tokens=16 --arch=sm_75 --emit=ptx -o %t.ptx
// RUN: FileCheck %s --check-prefix=SM75 --input-file=%t.ptx

// TILE: gpu.module @kernels
// TILE: gpu.func @gemm(
// TILE: humming_tile.pipeline
// TILE-NOT: humming.gemm

// THREAD: gpu.func @gemm(
// THREAD: humming_tile.mma_atom "m16n8k16"
// THREAD-NOT: humming_tile.pipeline

// NVVM: llvm.func @gemm(
// NVVM: llvm.nvvm.mma.m16n8k16
// NVVM-NOT: humming_tile.mma_atom

// LLVM: define {{.*}}@gemm(
// LLVM: @llvm.nvvm.mma.m16n8k16

// PTX: .target sm_80
// PTX: .entry gemm(
// PTX: mma.sync.aligned.m16n8k16

// SM75: .target sm_75
// SM75-NOT: cp.async
// SM75: mma.sync.aligned.m16n8k8

func.func @gemm(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>, %s: tensor<64x1xf16>) -> tensor<?x64xf16> {
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>) scale(%s : tensor<64x1xf16>)
       -> tensor<?x64xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x64xf16>
}
