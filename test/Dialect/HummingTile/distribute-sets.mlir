// RUN: humming-opt %s --humming-tile-distribute=arch=sm_90 | FileCheck %s

// Threads of a region are counted from its first, wherever that is said; the barrier is the region's own.

// CHECK-LABEL: gpu.func @sets
// CHECK: %[[THREAD:.+]] = gpu.thread_id x
// CHECK: scf.if
// CHECK: %[[FIRST:.+]] = arith.constant 128 : index
// CHECK-NEXT: %[[OWN:.+]] = arith.subi %[[THREAD]], %[[FIRST]] : index
// CHECK-NOT: gpu.thread_id
// CHECK: arith.index_castui %[[OWN]] : index to i32
// CHECK-NEXT: memref.store
// CHECK-NEXT: humming_tile.named_barrier 1 threads 128
gpu.module @kernels {
  gpu.func @sets(%c: memref<256xi32>) kernel attributes {known_block_size = array<i32: 256, 1, 1>} {
    humming_tile.warps from 4 count 4 {
      %thread = gpu.thread_id x
      %number = arith.index_castui %thread : index to i32
      memref.store %number, %c[%thread] : memref<256xi32>
      gpu.barrier
    }
    gpu.return
  }
}
