// RUN: humming-opt %s --humming-tile-allocate-shared=arch=sm_80 | FileCheck %s

// Buffers lie one behind another; a buffer as large as a swizzle's pattern starts where the pattern does,
// every 1024 bytes, a smaller one at the next 16. The launch states the sum.

// CHECK-LABEL: gpu.func @buffers
// CHECK-SAME: humming_tile.launch = #humming_tile.launch<threads = 128, shared = 11776, tiles = 4, block_n = 64, block_m = 16, split = 1>
// CHECK: humming_tile.alloc at 0 : !humming_tile.smem<2x64x64x!humming.code<u4>>
// CHECK: humming_tile.alloc at 4096 : !humming_tile.smem<2x64x1xf16>
// CHECK: humming_tile.alloc at 4352 : !humming_tile.smem<2x64x2x!humming.code<u8>>
// CHECK: humming_tile.alloc at 5120 : !humming_tile.smem<3x16x64xf16>
// CHECK: humming_tile.alloc at 11264 : !humming_tile.smem<2x64x2xf16>
gpu.module @kernels {
  gpu.func @buffers() kernel attributes {
      humming_tile.launch = #humming_tile.launch<threads = 128, shared = 0, tiles = 4, block_n = 64, block_m = 16,
                                                 split = 1>} {
    %codes = humming_tile.alloc : !humming_tile.smem<2x64x64x!humming.code<u4>>
    %scale = humming_tile.alloc : !humming_tile.smem<2x64x1xf16>
    %zero = humming_tile.alloc : !humming_tile.smem<2x64x2x!humming.code<u8>>
    %tokens = humming_tile.alloc : !humming_tile.smem<3x16x64xf16>
    %scales = humming_tile.alloc : !humming_tile.smem<2x64x2xf16>
    gpu.return
  }

  // The flag of humming_tile.reduce, a workgroup attribution, becomes a view of the same memory.
  // CHECK-LABEL: gpu.func @attribution
  // CHECK-SAME: ()
  // CHECK-SAME: shared = 4100
  // CHECK-NOT: workgroup(
  // CHECK: %[[SHARED:.+]] = gpu.dynamic_shared_memory : memref<?xi8, #gpu.address_space<workgroup>>
  // CHECK: %[[BASE:.+]] = arith.constant 4096 : index
  // CHECK: %[[FLAG:.+]] = memref.view %[[SHARED]][%[[BASE]]][] : memref<?xi8, #gpu.address_space<workgroup>> to memref<1xi32, #gpu.address_space<workgroup>>
  // CHECK: humming_tile.alloc at 0
  // CHECK: memref.load %[[FLAG]]
  gpu.func @attribution() workgroup(%flag : memref<1xi32, #gpu.address_space<workgroup>>) kernel attributes {
      humming_tile.launch = #humming_tile.launch<threads = 128, shared = 0, tiles = 4, block_n = 64, block_m = 16,
                                                 split = 2>} {
    %tokens = humming_tile.alloc : !humming_tile.smem<2x16x64xf16>
    %c0 = arith.constant 0 : index
    %0 = memref.load %flag[%c0] : memref<1xi32, #gpu.address_space<workgroup>>
    gpu.return
  }
}
