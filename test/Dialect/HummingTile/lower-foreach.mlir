// RUN: humming-opt %s --humming-tile-lower-foreach --allow-unregistered-dialect | FileCheck %s --implicit-check-not=humming_tile.foreach

// One block for each tile, m fastest: blocks that read the same weights are neighbours. The grid grows
// with m, so the launch states the tiles along n only.

// CHECK-LABEL: gpu.func @data_parallel
// CHECK-SAME: (%[[C:[^:]+]]: memref<?x256xf16>, %[[X:[^:]+]]: !humming_tile.frag<64x16xf16>, %[[M:[^:]+]]: index)
// CHECK-SAME: humming_tile.launch = #humming_tile.launch<threads = 128, shared = 0, tiles = 4, block_n = 64, block_m = 16, split = 1>
// CHECK: %[[BLOCK:.+]] = gpu.block_id x
// CHECK: %[[MTILES:.+]] = arith.ceildivui %[[M]], %{{.+}} : index
// CHECK: %[[MTILE:.+]] = arith.remui %[[BLOCK]], %[[MTILES]] : index
// CHECK: %[[NTILE:.+]] = arith.divui %[[BLOCK]], %[[MTILES]] : index
// CHECK: %[[C64:.+]] = arith.constant 64 : index
// CHECK: %[[N0:.+]] = arith.muli %[[NTILE]], %[[C64]] : index
// CHECK: %[[C16:.+]] = arith.constant 16 : index
// CHECK: %[[M0:.+]] = arith.muli %[[MTILE]], %[[C16]] : index
// CHECK: humming_tile.store %[[X]] to %[[C]][%[[M0]], %[[N0]]]
gpu.module @data_parallel {
  gpu.func @data_parallel(%c: memref<?x256xf16>, %x: !humming_tile.frag<64x16xf16>, %tokens: index) kernel
      attributes {known_block_size = array<i32: 128, 1, 1>} {
    %n = arith.constant 256 : index
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %tokens, %n)
        tile [64, 16, 64] {
      humming_tile.store %x to %c[%m0, %n0] transpose : !humming_tile.frag<64x16xf16> to memref<?x256xf16>
    }
    gpu.return
  }
}

// Slices of k: block s * tiles + t computes slice s of tile t, so each (tile, slice) is one block. Five units in three
// slices: two, two and one.

// CHECK-LABEL: gpu.func @split
// CHECK-SAME: %[[M:[^:]+]]: index)
// CHECK-SAME: humming_tile.launch = #humming_tile.launch<threads = 128, shared = 0, tiles = 4, block_n = 64, block_m = 16, split = 3>
// CHECK: %[[BLOCK:.+]] = gpu.block_id x
// CHECK: %[[MTILES:.+]] = arith.ceildivui %[[M]], %{{.+}} : index
// CHECK: %[[NONE:.+]] = arith.constant 0 : index
// CHECK: %[[NTILES:.+]] = arith.constant 4 : index
// CHECK: %[[TILES:.+]] = arith.muli %[[MTILES]], %[[NTILES]] : index
// CHECK: %[[TILE:.+]] = arith.remui %[[BLOCK]], %[[TILES]] : index
// CHECK: %[[SLICE:.+]] = arith.divui %[[BLOCK]], %[[TILES]] : index
// CHECK: %[[LENGTH:.+]] = arith.constant 256 : index
// CHECK: %[[LOWER:.+]] = arith.muli %[[SLICE]], %[[LENGTH]] : index
// CHECK-DAG: %[[DEPTH:.+]] = arith.constant 640 : index
// CHECK-DAG: %[[BEHIND:.+]] = arith.addi %[[LOWER]], %{{.+}} : index
// CHECK: %[[UPPER:.+]] = arith.minui %[[DEPTH]], %[[BEHIND]] : index
// CHECK: %[[FIRST:.+]] = arith.muli %[[TILE]], %{{.+}} : index
// CHECK: %[[SLOT:.+]] = arith.addi %[[FIRST]], %[[SLICE]] : index
// CHECK: %[[THREE:.+]] = arith.constant 3 : index
// CHECK: arith.remui %[[TILE]], %[[MTILES]] : index
// CHECK: arith.divui %[[TILE]], %[[MTILES]] : index
// CHECK: "test.range"(%[[LOWER]], %[[UPPER]], %[[NONE]])
// CHECK: humming_tile.reduce %{{.+}} tile %[[TILE]] slot %[[SLOT]] of %[[THREE]] from %[[FIRST]]
gpu.module @split {
  gpu.func @split(%x: !humming_tile.frag<64x16xf32>, %partials: memref<?xf32>, %counters: memref<?xi32>,
                  %tokens: index) kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    %n = arith.constant 256 : index
    %k = arith.constant 640 : index
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %tokens, %k)
        tile [64, 16, 64] turn 2 split 3 {
      "test.range"(%lower, %upper, %done) : (index, index, index) -> ()
      %sum = humming_tile.reduce %x tile %tile slot %slot of %pieces from %first through %partials, %counters
         : !humming_tile.frag<64x16xf32>, memref<?xf32>, memref<?xi32>
    }
    gpu.return
  }
}

// A grid that does not depend on m: all tiles, the last of which may reach beyond 80 columns.

// CHECK-LABEL: gpu.func @packing
// CHECK-SAME: humming_tile.launch = #humming_tile.launch<threads = 128, shared = 0, tiles = 8, block_n = 64, block_m = 0, split = 1>
// CHECK: %[[BLOCK:.+]] = gpu.block_id x
// CHECK: %[[COLTILES:.+]] = arith.constant 2 : index
// CHECK: arith.remui %[[BLOCK]], %[[COLTILES]] : index
// CHECK: arith.divui %[[BLOCK]], %[[COLTILES]] : index
gpu.module @packing {
  gpu.func @packing(%c: memref<256x80xf16>, %x: !humming_tile.frag<64x64xf16>) kernel
      attributes {known_block_size = array<i32: 128, 1, 1>} {
    %n = arith.constant 256 : index
    %k = arith.constant 80 : index
    humming_tile.foreach (%n0, %k0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %k, %n)
        tile [64, 64, 64] {
      humming_tile.store %x to %c[%n0, %k0] : !humming_tile.frag<64x64xf16> to memref<256x80xf16>
    }
    gpu.return
  }
}
