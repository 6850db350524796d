// RUN: humming-opt %s --pass-pipeline='builtin.module(gpu.module(convert-humming-tile-to-nvvm{arch=sm_75}))' | FileCheck %s

// Words are four unsigned bytes to dp4a.

gpu.module @kernels {
  // CHECK-LABEL: llvm.func @dot
  gpu.func @dot(%io: memref<?xi32, 1>) kernel attributes {humming_tile.launch = #humming_tile.launch<threads = 32, shared = 0, tiles = 1, block_n = 64, block_m = 8, split = 1>} {
    %t = gpu.thread_id x
    // CHECK: %[[A:.*]] = llvm.load
    %a = memref.load %io[%t] : memref<?xi32, 1>
    // CHECK: %[[B:.*]] = llvm.mlir.constant(8388616 : i32)
    %b = arith.constant 8388616 : i32
    // CHECK: %[[C:.*]] = llvm.mlir.constant(124 : i32)
    %c = arith.constant 124 : i32
    // CHECK-DAG: %[[BYTES:.*]] = llvm.bitcast %[[A]] : i32 to vector<4xi8>
    // CHECK-DAG: %[[WEIGHTS:.*]] = llvm.bitcast %[[B]] : i32 to vector<4xi8>
    // CHECK: nvvm.dot.accumulate.4way %[[BYTES]] <unsigned>, %[[WEIGHTS]] <unsigned>, %[[C]]
    %r = humming_tile.dot_bytes %a, %b, %c : i32
    memref.store %r, %io[%t] : memref<?xi32, 1>
    gpu.return
  }
}
