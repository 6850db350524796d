// RUN: humming-opt %s --pass-pipeline='builtin.module(gpu.module(convert-humming-tile-to-nvvm{arch=sm_90}))' | FileCheck %s

// Tensor maps are arguments of 128 bytes, read where they lie.

!map = !nvgpu.tensormap.descriptor<tensor = memref<16x64xf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = none, oob = zero, interleave = none>
gpu.module @kernels {
  // CHECK-LABEL: llvm.func @bulk
  // CHECK-SAME: (%{{[^:]+}}: !llvm.ptr<1> {{[{][^}]+[}]}},
  // CHECK-SAME: %[[MAP:[^:]+]]: !llvm.ptr {llvm.align = 64 : i64, llvm.byval = !llvm.array<128 x i8>, nvvm.grid_constant}, %[[P:.+]]: i32)
  // CHECK-SAME: humming_tile.tensor_maps = [#humming_tile.tensor_map<argument = 0, cols = 256, box_rows = 16, box_cols = 64, bits = 16>]
  gpu.func @bulk(%w: memref<?xi8, 1>, %x: !map, %parity: i32) kernel attributes {
      humming_tile.launch = #humming_tile.launch<threads = 256, shared = 4096, tiles = 1, block_n = 64, block_m = 8, split = 1>,
      humming_tile.tensor_maps = [#humming_tile.tensor_map<argument = 0, cols = 256, box_rows = 16, box_cols = 64, bits = 16>]} {
    %t = gpu.thread_id x
    %shared = gpu.dynamic_shared_memory : memref<?xi8, #gpu.address_space<workgroup>>
    %c0 = arith.constant 0 : index
    %b = memref.view %shared[%c0][] : memref<?xi8, #gpu.address_space<workgroup>> to memref<6xi64, #gpu.address_space<workgroup>>
    // CHECK: %[[LANES:.+]] = llvm.mlir.constant(-1 : i32)
    // CHECK: nvvm.bar.warp.sync %[[LANES]]
    // CHECK: nvvm.elect.sync -> i1
    %leads = humming_tile.elect
    // CHECK: nvvm.setmaxregister decrease 24
    humming_tile.max_registers 24
    // CHECK: nvvm.setmaxregister increase 240
    humming_tile.max_registers more 240
    // CHECK: nvvm.barrier id = %{{.+}} number_of_threads = %{{.+}}
    humming_tile.named_barrier 1 threads 128
    // CHECK: nvvm.mbarrier.init %{{.+}}, %{{.+}} : !llvm.ptr<3>, i32
    humming_tile.mbarrier_init %b[%t] count 4 : memref<6xi64, #gpu.address_space<workgroup>>
    // CHECK: nvvm.fence.mbarrier.init
    humming_tile.mbarrier_fence
    // CHECK: nvvm.mbarrier.arrive %{{.+}} : !llvm.ptr<3> -> i64
    humming_tile.mbarrier_arrive %b[%t] : memref<6xi64, #gpu.address_space<workgroup>>
    // CHECK: %[[BYTES:.+]] = llvm.mlir.constant(4096 : i32)
    // CHECK: nvvm.mbarrier.arrive.expect_tx %{{.+}}, %[[BYTES]] : !llvm.ptr<3>, i32{{$}}
    humming_tile.mbarrier_arrive %b[%t] expect 4096 : memref<6xi64, #gpu.address_space<workgroup>>
    // CHECK: nvvm.mbarrier.try_wait %{{.+}}, %[[P]] : !llvm.ptr<3>, i32 -> i1
    %there = humming_tile.mbarrier_try_wait %b[%t] parity %parity : memref<6xi64, #gpu.address_space<workgroup>>
    // The form for clusters needs PTX 8.0 only.
    // CHECK: %[[CLUSTER:.+]] = llvm.addrspacecast %{{.+}} : !llvm.ptr<3> to !llvm.ptr<7>
    // CHECK: %[[TO:.+]] = llvm.getelementptr inbounds %[[CLUSTER]][%{{.+}}] : {{.+}} -> !llvm.ptr<7>, i8
    // CHECK: nvvm.cp.async.bulk.shared.cluster.global %[[TO]], %{{.+}}, %{{.+}}, %{{.+}} : !llvm.ptr<7>, {{.*}}<1>
    humming_tile.bulk_run %w[%t] to %shared[%t] bytes 512 signal %b[%t]
      : memref<?xi8, 1> to memref<?xi8, #gpu.address_space<workgroup>>, memref<6xi64, #gpu.address_space<workgroup>>
    // Column first.
    // CHECK: %[[COL:.+]] = llvm.trunc %[[ZERO:.+]] : i64 to i32
    // CHECK: %[[ROW:.+]] = llvm.trunc
    // CHECK: nvvm.cp.async.bulk.tensor.shared.cluster.global %{{.+}}, %[[MAP]], %{{.+}}, box[%[[COL]], %[[ROW]]] : !llvm.ptr<7>, !llvm.ptr
    humming_tile.bulk_box %x[%t, %c0] to %shared[%t] signal %b[%t]
      : !map to memref<?xi8, #gpu.address_space<workgroup>>, memref<6xi64, #gpu.address_space<workgroup>>
    gpu.return
  }
}
