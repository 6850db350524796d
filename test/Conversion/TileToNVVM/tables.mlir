// RUN: humming-opt %s --pass-pipeline='builtin.module(gpu.module(convert-humming-tile-to-nvvm{arch=sm_75}))' | FileCheck %s

// Tables are arrays of constants of the module; those of 8-bit floats hold their bytes.

gpu.module @kernels {
  // CHECK: llvm.mlir.global internal constant @squares(dense<[0, 1, 4, 9]> : tensor<4xi16>) {addr_space = 1 : i32, alignment = 16 : i64} : !llvm.array<4 x i16>
  memref.global "private" constant @squares : memref<4xi16, 1> = dense<[0, 1, 4, 9]>
  // CHECK: llvm.mlir.global internal constant @bytes(dense<[56, -64]> : tensor<2xi8>) {addr_space = 4 : i32, alignment = 16 : i64} : !llvm.array<2 x i8>
  memref.global "private" constant @bytes : memref<2xf8E4M3FN, 4> = dense<[1.0, -2.0]>
  // CHECK: llvm.func @f
  gpu.func @f(%out: memref<?xi16, 1>, %more: memref<?xf8E4M3FN, 1>) kernel attributes {humming_tile.launch = #humming_tile.launch<threads = 32, shared = 0, tiles = 1, block_n = 64, block_m = 8, split = 1>} {
    %t = gpu.thread_id x
    // CHECK: %[[TABLE:.*]] = llvm.mlir.addressof @squares : !llvm.ptr<1>
    %squares = memref.get_global @squares : memref<4xi16, 1>
    // CHECK: llvm.getelementptr inbounds %[[TABLE]][%{{.*}}] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, i16
    %x = memref.load %squares[%t] : memref<4xi16, 1>
    memref.store %x, %out[%t] : memref<?xi16, 1>
    // CHECK: llvm.mlir.addressof @bytes : !llvm.ptr<4>
    %bytes = memref.get_global @bytes : memref<2xf8E4M3FN, 4>
    // CHECK: llvm.load %{{.*}} {alignment = 1 : i64} : !llvm.ptr<4> -> i8
    %y = memref.load %bytes[%t] : memref<2xf8E4M3FN, 4>
    memref.store %y, %more[%t] : memref<?xf8E4M3FN, 1>
    gpu.return
  }
}
