// RUN: humming-opt %s --pass-pipeline='builtin.module(gpu.module(convert-humming-tile-to-nvvm{arch=sm_75}))' | FileCheck %s

// A byte permutation is prmt in its default mode, the first bytes first.

gpu.module @kernels {
  // CHECK-LABEL: llvm.func @permute
  gpu.func @permute(%io: memref<?xi32, 1>) kernel attributes {humming_tile.launch = #humming_tile.launch<threads = 32, shared = 0, tiles = 1, block_n = 64, block_m = 8, split = 1>} {
    %t = gpu.thread_id x
    // CHECK: %[[A:.*]] = llvm.load
    %a = memref.load %io[%t] : memref<?xi32, 1>
    // CHECK: %[[B:.*]] = llvm.mlir.constant(305419896 : i32)
    %b = arith.constant 305419896 : i32
    // CHECK: %[[S:.*]] = llvm.mlir.constant(25152 : i32)
    %selector = arith.constant 25152 : i32
    // CHECK: nvvm.prmt <default> %[[S]], %[[A]], %[[B]] : i32
    %r = humming_tile.byte_permute %a, %b, %selector : i32
    memref.store %r, %io[%t] : memref<?xi32, 1>
    gpu.return
  }
}
