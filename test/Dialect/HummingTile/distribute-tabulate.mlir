// RUN: humming-opt %s --pass-pipeline='builtin.module(gpu.module(humming-tile-distribute))' | FileCheck %s

#table = #humming_tile.layout<[[1], [32]] offset [0, 1]>
!code = !humming.code<lut5, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
                             16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 0.1]>

// Two warps: the first thread of each writes every other 16 bytes, of values rounded to f16.
gpu.module @kernels {
  // CHECK-LABEL: gpu.func @fill
  // CHECK: %[[ID:.*]] = gpu.thread_id x
  // CHECK: %[[TABLE:.*]] = memref.view {{.*}} to memref<?xf16, #gpu.address_space<workgroup>>
  // CHECK: %[[C0:.*]] = arith.constant 0 : index
  // CHECK: %[[FIRST:.*]] = arith.cmpi eq, %[[ID]], %[[C0]]
  // CHECK: scf.if %[[FIRST]] {
  // CHECK: dense<[0.000000e+00, 1.000000e+00, 2.000000e+00, 3.000000e+00, 4.000000e+00, 5.000000e+00, 6.000000e+00, 7.000000e+00]>
  // CHECK: vector.store %{{.*}}, %[[TABLE]]
  // CHECK: dense<[1.600000e+01, {{.*}}]>
  // CHECK: vector.store %{{.*}}, %[[TABLE]]
  // CHECK-NOT: vector.store
  // CHECK: arith.constant 32 : index
  // CHECK: arith.cmpi eq, %[[ID]]
  // CHECK: dense<[8.000000e+00, {{.*}}]>
  // CHECK: dense<[{{.*}}, 9.997550e-02]>
  gpu.func @fill() kernel attributes {known_block_size = array<i32: 64, 1, 1>} {
    %t = humming_tile.alloc at 0 : !humming_tile.smem<1x1x32xf16, #table>
    humming_tile.tabulate !code to %t : !humming_tile.smem<1x1x32xf16, #table>
    gpu.return
  }
}
