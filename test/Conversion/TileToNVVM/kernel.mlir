// RUN: humming-opt %s --pass-pipeline='builtin.module(gpu.module(convert-humming-tile-to-nvvm{arch=sm_75}))' | FileCheck %s

// Buffers are bare pointers; those that are only read overlap nothing written.

// CHECK: llvm.mlir.global external @dynamic_shared() {addr_space = 3 : i32, alignment = 1024 : i64} : !llvm.array<0 x i8>
// CHECK: llvm.func @copy(%[[SRC:.*]]: !llvm.ptr<1> {llvm.align = 16 : i64, llvm.noalias},
// CHECK-SAME: %[[DST:.*]]: !llvm.ptr<1> {llvm.align = 16 : i64}, %[[M:.*]]: i32)
// CHECK-SAME: humming_tile.launch = #humming_tile.launch<threads = 64,
// CHECK-SAME: nvvm.kernel
// CHECK-SAME: nvvm.minctasm = 1 : i32
// CHECK-SAME: nvvm.reqntid = array<i32: 64, 1, 1>
gpu.module @kernels {
  gpu.func @copy(%src: memref<?xf32, #gpu.address_space<global>>, %dst: memref<?xf32, 1>, %m: i32) kernel
      attributes {humming_tile.launch = #humming_tile.launch<threads = 64, shared = 1024, tiles = 1, block_n = 64, block_m = 8, split = 1>} {
    // CHECK: %[[TID:.*]] = nvvm.read.ptx.sreg.tid.x range <i32, 0, 64> : i32
    // CHECK: %[[T:.*]] = llvm.zext %[[TID]] : i32 to i64
    %t = gpu.thread_id x
    // CHECK: %[[CTAID:.*]] = nvvm.read.ptx.sreg.ctaid.x : i32
    // CHECK: llvm.zext %[[CTAID]] : i32 to i64
    %b = gpu.block_id x
    // CHECK: %[[SHARED:.*]] = llvm.mlir.addressof @dynamic_shared : !llvm.ptr<3>
    %shared = gpu.dynamic_shared_memory : memref<?xi8, #gpu.address_space<workgroup>>
    %offset = arith.constant 256 : index
    %size = arith.constant 64 : index
    // CHECK: %[[VIEW:.*]] = llvm.getelementptr inbounds %[[SHARED]][%{{.*}}] : (!llvm.ptr<3>, i64) -> !llvm.ptr<3>, i8
    %view = memref.view %shared[%offset][%size] : memref<?xi8, #gpu.address_space<workgroup>>
        to memref<?xf32, #gpu.address_space<workgroup>>
    %m64 = arith.index_cast %m : i32 to index
    %inside = arith.cmpi slt, %t, %m64 : index
    // CHECK: llvm.cond_br
    scf.if %inside {
      // CHECK: %[[FROM:.*]] = llvm.getelementptr inbounds %[[SRC]][%[[T]]] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, f32
      // CHECK: llvm.load %[[FROM]] {alignment = 4 : i64} : !llvm.ptr<1> -> f32
      %x = memref.load %src[%t] : memref<?xf32, #gpu.address_space<global>>
      // CHECK: llvm.getelementptr inbounds %[[VIEW]][%[[T]]] : (!llvm.ptr<3>, i64) -> !llvm.ptr<3>, f32
      memref.store %x, %view[%t] : memref<?xf32, #gpu.address_space<workgroup>>
    }
    // CHECK: nvvm.barrier0
    gpu.barrier
    %y = memref.load %view[%b] : memref<?xf32, #gpu.address_space<workgroup>>
    memref.store %y, %dst[%b] : memref<?xf32, 1>
    // CHECK: llvm.return
    gpu.return
  }
}

// CHECK-LABEL: gpu.module @without
// CHECK-NOT: llvm.mlir.global
// CHECK: llvm.func @no_shared
gpu.module @without {
  gpu.func @no_shared() kernel attributes {humming_tile.launch = #humming_tile.launch<threads = 64, shared = 1024, tiles = 1, block_n = 64, block_m = 8, split = 1>} {
    gpu.return
  }

  // Enough registers for a thread are a limit, in place of one block for a multiprocessor.
  // CHECK: llvm.func @registers
  // CHECK-NOT: nvvm.minctasm
  // CHECK-SAME: nvvm.maxnreg = 96 : i32
  gpu.func @registers(%m: i32) kernel
      attributes {humming_tile.launch = #humming_tile.launch<threads = 64, shared = 1024, tiles = 1, block_n = 64, block_m = 8, split = 1>,
                  humming_tile.registers = 96 : i32} {
    gpu.return
  }
}
