// RUN: humming-opt %s --pass-pipeline='builtin.module(gpu.module(convert-humming-tile-to-nvvm{arch=sm_89}))' | FileCheck %s
// RUN: not humming-opt %s --pass-pipeline='builtin.module(gpu.module(convert-humming-tile-to-nvvm{arch=sm_80}))' 2>&1 \
// RUN:   | FileCheck %s --check-prefix=OLDER

// A scale in the low half of a pair, zero in the other; other extensions are LLVM's.

gpu.module @kernels {
  // CHECK-LABEL: llvm.func @extend
  gpu.func @extend(%in: memref<?xi8, 1>, %out: memref<?xf16, 1>, %wide: memref<?xf32, 1>) kernel attributes {humming_tile.launch = #humming_tile.launch<threads = 32, shared = 0, tiles = 1, block_n = 64, block_m = 8, split = 1>} {
    %t = gpu.thread_id x
    // CHECK: %[[BYTE:.*]] = llvm.load %{{.*}} -> i8
    %byte = memref.load %in[%t] : memref<?xi8, 1>
    // CHECK: %[[WIDE:.*]] = llvm.zext %{{.*}} : i8 to i16
    // CHECK: %[[BYTES:.*]] = llvm.bitcast %[[WIDE]] : i16 to vector<2xi8>
    // CHECK: %[[HALVES:.*]] = nvvm.convert.f8x2.to.f16x2 %[[BYTES]] : vector<2xi8>{{ ?}}(f8E4M3FN) -> vector<2xf16>
    // CHECK: %[[ZERO:.*]] = llvm.mlir.constant(0 : i64) : i64
    // CHECK: %[[HALF:.*]] = llvm.extractelement %[[HALVES]][%[[ZERO]] : i64] : vector<2xf16>
    // OLDER: error: failed to legalize operation
    %scale = arith.bitcast %byte : i8 to f8E4M3FN
    %half = arith.extf %scale : f8E4M3FN to f16
    memref.store %half, %out[%t] : memref<?xf16, 1>
    // CHECK: llvm.fpext %[[HALF]] : f16 to f32
    %float = arith.extf %half : f16 to f32
    memref.store %float, %wide[%t] : memref<?xf32, 1>
    gpu.return
  }
}
