// RUN: humming-opt %s --humming-tile-assign-layouts | FileCheck %s

// In a kernel without an mma layouts come from the packed memory that is written: 16 bytes a thread.

// CHECK-DAG: #[[CODES:.+]] = #humming_tile.layout<{{\[\[}}4, 2, 8], [1, 4, 2, 4, 2]] thread [0, 3, 2, 6] reg [4, 7, 5, 1]>
// CHECK-DAG: #[[SCALES:.+]] = #humming_tile.layout<{{\[\[}}1, 8, 8], [2]] thread [3, 0, 2] reg [1]>
#weights = #humming_tile.layout<[[4, 2, 8], [2, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
#scales = #humming_tile.layout<[[1, 8, 8], [4]] offset [3, 0, 2, 1]>
gpu.module @kernels {
  // CHECK-LABEL: gpu.func @codes
  // CHECK: humming_tile.load {{.+}} -> !humming_tile.frag<64x64x!humming.code<u4>, #[[CODES]]>
  gpu.func @codes(%from: memref<64x128x!humming.code<u4>>, %to: memref<64x128x!humming.code<u4>, #weights>, %n0: index,
                  %k0: index) kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    %0 = humming_tile.load %from[%n0, %k0] : memref<64x128x!humming.code<u4>> -> !humming_tile.frag<64x64x!humming.code<u4>>
    humming_tile.store %0 to %to[%n0, %k0]
      : !humming_tile.frag<64x64x!humming.code<u4>> to memref<64x128x!humming.code<u4>, #weights>
    gpu.return
  }

  // Fewer runs than threads: the first 16 threads have all of them.
  // CHECK-LABEL: gpu.func @scales
  // CHECK: humming_tile.load {{.+}} -> !humming_tile.frag<64x2xf16, #[[SCALES]]>
  gpu.func @scales(%from: memref<64x4xf16>, %to: memref<64x4xf16, #scales>, %n0: index, %g: index) kernel
      attributes {known_block_size = array<i32: 128, 1, 1>} {
    %0 = humming_tile.load %from[%n0, %g] : memref<64x4xf16> -> !humming_tile.frag<64x2xf16>
    humming_tile.store %0 to %to[%n0, %g] : !humming_tile.frag<64x2xf16> to memref<64x4xf16, #scales>
    gpu.return
  }
}
