// RUN: humming-opt %s --pass-pipeline='builtin.module(gpu.module(convert-humming-tile-to-nvvm{arch=sm_90}))' | FileCheck %s

!map = !nvgpu.tensormap.descriptor<tensor = memref<16x64xf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = none, oob = zero, interleave = none>
gpu.module @kernels {
  // CHECK-LABEL: llvm.func @bulk_store
  // CHECK-SAME: %[[MAP:[^:]+]]: !llvm.ptr {llvm.align = 64 : i64
  gpu.func @bulk_store(%y: !map, %tokens: i32) kernel attributes {
      humming_tile.launch = #humming_tile.launch<threads = 256, shared = 4096, tiles = 1, block_n = 64, block_m = 8, split = 1>,
      humming_tile.tensor_maps = [#humming_tile.tensor_map<argument = 0, cols = 256, box_rows = 16, box_cols = 64, bits = 16>]} {
    %t = gpu.thread_id x
    %c0 = arith.constant 0 : index
    %shared = gpu.dynamic_shared_memory : memref<?xi8, #gpu.address_space<workgroup>>
    // Column first.
    // CHECK: %[[COL:.+]] = llvm.trunc %{{.+}} : i64 to i32
    // CHECK: %[[ROW:.+]] = llvm.trunc
    // CHECK: nvvm.cp.async.bulk.tensor.global.shared.cta %[[MAP]], %{{.+}}, box[%[[COL]], %[[ROW]]] : !llvm.ptr, <3>
    // CHECK-NEXT: nvvm.cp.async.bulk.commit.group
    humming_tile.bulk_box_store %shared[%c0] to %y[%t, %c0] : memref<?xi8, #gpu.address_space<workgroup>> to !map
    // CHECK-NEXT: nvvm.cp.async.bulk.wait_group 0 {read}
    humming_tile.bulk_store_wait
    // CHECK: %[[FIRST:.+]] = llvm.mlir.constant(2 : i32)
    // CHECK-NEXT: %[[GROUP:.+]] = llvm.trunc %{{.+}} : i64 to i32
    // CHECK-NEXT: %[[ID:.+]] = llvm.add %[[FIRST]], %[[GROUP]] : i32
    // CHECK: nvvm.barrier id = %[[ID]] number_of_threads =
    humming_tile.named_barrier 2 plus %t threads 128
    gpu.return
  }
}
