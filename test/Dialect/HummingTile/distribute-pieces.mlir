// RUN: humming-opt %s --humming-tile-distribute | FileCheck %s

// Twelve elements of 16 bits a lane are three vectors of four, not one of eight: none is left out.

#acc = #humming_tile.layout<[[4, 1, 2, 8], [1, 3, 4, 2]] thread [0, 4, 3, 6] reg [1, 5, 2, 7]>
gpu.module @kernels {
  // CHECK-LABEL: gpu.func @outputs
  // CHECK: %[[X:.+]] = vector.broadcast %{{.+}} : f16 to vector<4xf16>
  // CHECK-COUNT-12: vector.extract %[[X]]
  // CHECK-NOT: vector.extract
  gpu.func @outputs(%c: memref<?x64xf16>, %x: f16, %m0: index, %n0: index, %m: i32) kernel
      attributes {known_block_size = array<i32: 128, 1, 1>} {
    %0 = humming_tile.splat %x : f16 -> !humming_tile.frag<64x24xf16, #acc>
    humming_tile.store %0 to %c[%m0, %n0] transpose : !humming_tile.frag<64x24xf16, #acc> to memref<?x64xf16>
    gpu.return
  }
}
