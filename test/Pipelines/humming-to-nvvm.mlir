// RUN: humming-opt %s --humming-to-nvvm="arch=sm_75 tokens=8" | FileCheck %s --check-prefixes=CHECK,SM75
// RUN: humming-opt %s --humming-to-nvvm="arch=sm_80 tokens=8" | FileCheck %s --check-prefixes=CHECK,SM80

// Step by step is the same:
// RUN: humming-opt %s --humming-to-tile="arch=sm_75 tokens=8" | humming-opt --humming-tile-to-nvvm=arch=sm_75 | FileCheck %s --check-prefixes=CHECK,SM75
// RUN: humming-opt %s --humming-to-tile="arch=sm_80 tokens=8" | humming-opt --humming-tile-to-thread=arch=sm_80 | humming-opt --humming-thread-to-nvvm=arch=sm_80 | FileCheck %s --check-prefixes=CHECK,SM80

// A gemm with everything in it, and its packing kernels, on both generations.

// CHECK: gpu.module @kernels {
// CHECK: llvm.mlir.global external @{{.+}}() {addr_space = 3 : i32
// CHECK: llvm.func @gemm(
// CHECK-SAME: humming_tile.launch = #humming_tile.launch<threads = 128, shared = {{[1-9][0-9]*}}, tiles = 1, block_n = 64, block_m = 8, split = {{[2-9]}}>
// CHECK-SAME: nvvm.kernel
// CHECK-SAME: nvvm.reqntid = array<i32: 128, 1, 1>

// SM75-NOT: cp.async
// SM75: nvvm.ldmatrix
// SM75: llvm.call_intrinsic "llvm.nvvm.mma.m16n8k8.row.col.f32.f32"
// SM75-NOT: m16n8k16
// SM75-NOT: cp.async

// SM80: nvvm.cp.async.shared.global
// SM80: nvvm.cp.async.commit.group
// SM80: nvvm.cp.async.wait.group
// SM80: nvvm.barrier0
// SM80: nvvm.ldmatrix
// SM80: llvm.call_intrinsic "llvm.nvvm.mma.m16n8k16.row.col.f32.f32"

// CHECK: llvm.atomicrmw add
// CHECK: llvm.func @gemm_pack_b(
// CHECK-SAME: block_m = 0, split = 1>
// CHECK: llvm.func @gemm_pack_scale(
// CHECK: llvm.func @gemm_pack_zero(
func.func @gemm(%a: tensor<?x1024xf16>, %w: tensor<64x1024x!humming.code<u4>>, %s: tensor<64x8xf16>,
    %z: tensor<64x8x!humming.code<u4>>, %bias: tensor<64xf16>) -> tensor<?x64xf16> {
  %c = humming.gemm a(%a : tensor<?x1024xf16>) b(%w : tensor<64x1024x!humming.code<u4>>) scale(%s : tensor<64x8xf16>)
       zero(%z : tensor<64x8x!humming.code<u4>>) epilogue(%bias : tensor<64xf16>) -> tensor<?x64xf16> {
  ^bb0(%acc: f32, %bj: f16):
    %b = arith.extf %bj : f16 to f32
    %sum = arith.addf %acc, %b : f32
    %h = arith.truncf %sum : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x64xf16>
}
