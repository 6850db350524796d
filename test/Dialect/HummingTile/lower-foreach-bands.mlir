// RUN: humming-opt %s --humming-tile-lower-foreach | FileCheck %s --implicit-check-not=humming_tile.foreach

// Tiles of 128 columns are wide: four of them side by side go through all rows before the next four. Two tiles of rows here,
// so a band is 8 blocks; the last band is as wide as what is left.

// CHECK-LABEL: gpu.func @wide
// CHECK-SAME: %[[M:[^:]+]]: index)
// CHECK-SAME: humming_tile.launch = #humming_tile.launch<threads = 128, shared = 0, tiles = 2, block_n = 128, block_m = 128, split = 1>
// CHECK: %[[BLOCK:.+]] = gpu.block_id x
// CHECK: %[[COLS:.+]] = arith.ceildivui %[[M]], %{{.+}} : index
// CHECK: %[[EIGHT:.+]] = arith.constant 8 : index
// CHECK-NEXT: %[[BAND:.+]] = arith.divui %[[BLOCK]], %[[EIGHT]] : index
// CHECK: %[[INBAND:.+]] = arith.remui %[[BLOCK]], %{{.+}} : index
// CHECK: %[[FOUR:.+]] = arith.constant 4 : index
// CHECK-NEXT: %[[FIRST:.+]] = arith.muli %[[BAND]], %[[FOUR]] : index
// CHECK-DAG: %[[LEFT:.+]] = arith.subi %[[COLS]], %[[FIRST]] : index
// CHECK: %[[WIDTH:.+]] = arith.minui %{{.+}}, %[[LEFT]] : index
// CHECK: %[[COL:.+]] = arith.remui %[[INBAND]], %[[WIDTH]] : index
// CHECK: %[[ROW:.+]] = arith.divui %[[INBAND]], %[[WIDTH]] : index
// CHECK: %[[COLTILE:.+]] = arith.addi %[[COL]], %[[FIRST]] : index
// CHECK: %[[N0:.+]] = arith.muli %[[ROW]]
// CHECK: %[[M0:.+]] = arith.muli %[[COLTILE]]
// CHECK: humming_tile.store %{{.+}} to %{{.+}}[%[[M0]], %[[N0]]]
gpu.module @wide {
  gpu.func @wide(%c: memref<?x256xf16>, %x: !humming_tile.frag<128x128xf16>, %tokens: index) kernel
      attributes {known_block_size = array<i32: 128, 1, 1>} {
    %n = arith.constant 256 : index
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %tokens, %n)
        tile [128, 128, 64] {
      humming_tile.store %x to %c[%m0, %n0] transpose : !humming_tile.frag<128x128xf16> to memref<?x256xf16>
    }
    gpu.return
  }
}

// With slices of k, bands are bands of a slice's tiles.

// CHECK-LABEL: gpu.func @split
// CHECK: %[[BLOCK:.+]] = gpu.block_id x
// CHECK: %[[TILE:.+]] = arith.remui %[[BLOCK]]
// CHECK: arith.divui %[[BLOCK]]
// CHECK: arith.divui %[[TILE]]
// CHECK: arith.remui %[[TILE]]
gpu.module @split {
  gpu.func @split(%c: memref<?x256xf16>, %x: !humming_tile.frag<128x128xf16>, %tokens: index) kernel
      attributes {known_block_size = array<i32: 128, 1, 1>} {
    %n = arith.constant 256 : index
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %tokens, %n)
        tile [128, 128, 64] split 2 {
      humming_tile.store %x to %c[%m0, %n0] transpose : !humming_tile.frag<128x128xf16> to memref<?x256xf16>
    }
    gpu.return
  }
}
