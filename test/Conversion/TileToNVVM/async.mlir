// RUN: humming-opt %s --pass-pipeline='builtin.module(gpu.module(convert-humming-tile-to-nvvm{arch=sm_80}))' | FileCheck %s

// Copies in the background: 16 bytes past L1, 8 and 4 through it; bytes beyond the elements read become zero.

// CHECK-LABEL: llvm.func @f
gpu.module @kernels {
  gpu.func @f(%src: memref<?xf16, 1>, %codes: memref<?xi8, 1>, %fours: memref<?xi4, 1>, %count: i32) kernel attributes {humming_tile.launch = #humming_tile.launch<threads = 64, shared = 1024, tiles = 1, block_n = 64, block_m = 8, split = 1>} {
    %t = gpu.thread_id x
    %c0 = arith.constant 0 : index
    // CHECK: %[[SHARED:.*]] = llvm.mlir.addressof
    %shared = gpu.dynamic_shared_memory : memref<?xi8, #gpu.address_space<workgroup>>
    %view = memref.view %shared[%c0][%c0] : memref<?xi8, #gpu.address_space<workgroup>>
        to memref<?xf16, #gpu.address_space<workgroup>>
    %elements = arith.index_cast %count : i32 to index
    // CHECK: %[[COUNT:.*]] = llvm.trunc %{{.*}} : i64 to i32
    // CHECK: %[[TWO:.*]] = llvm.mlir.constant(2 : i32) : i32
    // CHECK: %[[BYTES:.*]] = llvm.mul %[[COUNT]], %[[TWO]] : i32
    // CHECK: nvvm.cp.async.shared.global %{{.*}}, %{{.*}}, 16, cache = cg, %[[BYTES]] : !llvm.ptr<3>, !llvm.ptr<1>, i32
    %a = nvgpu.device_async_copy %src[%t], %view[%t], 8, %elements
        : memref<?xf16, 1> to memref<?xf16, #gpu.address_space<workgroup>>
    // CHECK: nvvm.cp.async.shared.global %{{.*}}, %{{.*}}, 16, cache = cg : !llvm.ptr<3>, !llvm.ptr<1>
    %b = nvgpu.device_async_copy %codes[%t], %shared[%t], 16
        : memref<?xi8, 1> to memref<?xi8, #gpu.address_space<workgroup>>
    // CHECK: nvvm.cp.async.shared.global %{{.*}}, %{{.*}}, 8, cache = ca : !llvm.ptr<3>, !llvm.ptr<1>
    %c = nvgpu.device_async_copy %src[%t], %view[%t], 4
        : memref<?xf16, 1> to memref<?xf16, #gpu.address_space<workgroup>>
    // CHECK: %[[FOUR:.*]] = llvm.mul %{{.*}}, %{{.*}} : i32
    // CHECK: nvvm.cp.async.shared.global %{{.*}}, %{{.*}}, 4, cache = ca, %[[FOUR]] : !llvm.ptr<3>, !llvm.ptr<1>, i32
    %d = nvgpu.device_async_copy %codes[%t], %shared[%t], 4, %elements
        : memref<?xi8, 1> to memref<?xi8, #gpu.address_space<workgroup>>
    %codes4 = memref.view %shared[%c0][%c0] : memref<?xi8, #gpu.address_space<workgroup>>
        to memref<?xi4, #gpu.address_space<workgroup>>
    // Rows of 4-bit elements fill whole bytes.
    // CHECK: %[[UP:.*]] = llvm.add %{{.*}}, %{{.*}} : i32
    // CHECK: %[[HALF:.*]] = llvm.udiv %[[UP]], %{{.*}} : i32
    // CHECK: nvvm.cp.async.shared.global %{{.*}}, %{{.*}}, 16, cache = cg, %[[HALF]] :
    %e = nvgpu.device_async_copy %fours[%t], %codes4[%t], 32, %elements
        : memref<?xi4, 1> to memref<?xi4, #gpu.address_space<workgroup>>
    // CHECK: nvvm.cp.async.commit.group
    humming_tile.async_commit
    // CHECK: nvvm.cp.async.wait.group 3
    humming_tile.async_wait 3
    gpu.return
  }
}
