// RUN: humming-opt %s --pass-pipeline='builtin.module(gpu.module(convert-humming-tile-to-nvvm{arch=sm_75}))' | FileCheck %s

// Vectors are accessed whole and aligned; a counter is added to behind a release and before an acquire.

// CHECK-LABEL: llvm.func @f
gpu.module @kernels {
  gpu.func @f(%src: memref<?xf16, 1>, %dst: memref<?xf16, 1>, %counters: memref<?xi32, 1>) kernel
      attributes {humming_tile.launch = #humming_tile.launch<threads = 64, shared = 1024, tiles = 1, block_n = 64, block_m = 8, split = 1>} {
    %t = gpu.thread_id x
    // CHECK: llvm.load %{{.*}} {alignment = 16 : i64} : !llvm.ptr<1> -> vector<8xf16>
    %v = vector.load %src[%t] : memref<?xf16, 1>, vector<8xf16>
    // CHECK: llvm.load %{{.*}} {alignment = 2 : i64} : !llvm.ptr<1> -> f16
    %x = memref.load %src[%t] : memref<?xf16, 1>
    // CHECK: %[[W:.*]] = llvm.insertelement
    %w = vector.insert %x, %v[3] : f16 into vector<8xf16>
    // CHECK: llvm.store %[[W]], %{{.*}} {alignment = 16 : i64} : vector<8xf16>, !llvm.ptr<1>
    vector.store %w, %dst[%t] : memref<?xf16, 1>, vector<8xf16>
    %one = arith.constant 1 : i32
    // CHECK: llvm.fence syncscope("device") release
    // CHECK-NEXT: %[[OLD:.*]] = llvm.atomicrmw add %{{.*}}, %{{.*}} syncscope("device") monotonic
    // CHECK-NEXT: llvm.fence syncscope("device") acquire
    %old = memref.atomic_rmw addi %one, %counters[%t] : (i32, memref<?xi32, 1>) -> i32
    // CHECK: llvm.store %[[OLD]]
    memref.store %old, %counters[%t] : memref<?xi32, 1>
    gpu.return
  }
}
