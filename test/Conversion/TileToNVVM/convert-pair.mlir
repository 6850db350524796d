// RUN: humming-opt %s --pass-pipeline='builtin.module(gpu.module(convert-humming-tile-to-nvvm{arch=sm_89}))' | FileCheck %s

// One conversion for both halves, widened to a word.

gpu.module @kernels {
  // CHECK-LABEL: llvm.func @convert
  gpu.func @convert(%out: memref<?xi32, 1>) kernel attributes {humming_tile.launch = #humming_tile.launch<threads = 32, shared = 0, tiles = 1, block_n = 64, block_m = 8, split = 1>} {
    %t = gpu.thread_id x
    %word = memref.load %out[%t] : memref<?xi32, 1>
    %words = vector.from_elements %word : vector<1xi32>
    // CHECK: %[[PAIR:.*]] = llvm.bitcast %{{.*}} : {{.*}} to vector<2xf16>
    %pair = vector.bitcast %words : vector<1xi32> to vector<2xf16>
    // CHECK: %[[BYTES:.*]] = nvvm.convert.f16x2.to.f8x2 %[[PAIR]] : vector<2xf16> -> i16{{ ?}}(f8E4M3FN)
    // CHECK: llvm.zext %[[BYTES]] : i16 to i32
    %r = humming_tile.convert_pair %pair : vector<2xf16> to f8E4M3FN
    memref.store %r, %out[%t] : memref<?xi32, 1>
    gpu.return
  }
}
