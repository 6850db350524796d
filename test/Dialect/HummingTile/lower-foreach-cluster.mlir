// RUN: humming-opt %s --humming-tile-lower-foreach --allow-unregistered-dialect | FileCheck %s --implicit-check-not=humming_tile.foreach

// Pairs of tiles below one another: blocks 2 p and 2 p + 1 run the tiles of pair p, which lie like tiles twice as high.

// CHECK-LABEL: gpu.func @pairs
// CHECK-SAME: %[[M:[^:]+]]: index)
// CHECK-SAME: humming_tile.launch = #humming_tile.launch<threads = 128, shared = 0, tiles = 4, block_n = 64, block_m = 16, split = 1, cluster = 2>
// CHECK: %[[BLOCK:.+]] = gpu.block_id x
// CHECK: %[[MTILES:.+]] = arith.ceildivui %[[M]], %{{.+}} : index
// CHECK: %[[PLACE:.+]] = arith.remui %[[BLOCK]], %{{.+}} : index
// CHECK: %[[PAIR:.+]] = arith.divui %[[BLOCK]], %{{.+}} : index
// CHECK: %[[MTILE:.+]] = arith.remui %[[PAIR]], %[[MTILES]] : index
// CHECK: %[[HIGH:.+]] = arith.divui %[[PAIR]], %[[MTILES]] : index
// CHECK: %[[TWO:.+]] = arith.constant 2 : index
// CHECK: %[[ABOVE:.+]] = arith.muli %[[HIGH]], %[[TWO]] : index
// CHECK: %[[NTILE:.+]] = arith.addi %[[ABOVE]], %[[PLACE]] : index
// CHECK: %[[N0:.+]] = arith.muli %[[NTILE]], %{{.+}} : index
// CHECK: %[[M0:.+]] = arith.muli %[[MTILE]], %{{.+}} : index
// CHECK: "test.tile"(%[[N0]], %[[M0]])
gpu.module @pairs {
  gpu.func @pairs(%tokens: index) kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    %n = arith.constant 256 : index
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %tokens, %n)
        tile [64, 16, 64] cluster 2 {
      "test.tile"(%n0, %m0) : (index, index) -> ()
    }
    gpu.return
  }
}

// The slices of a pair follow one another in its cluster of six; slots are those of the tile, whatever its cluster.

// CHECK-LABEL: gpu.func @joined
// To the host slices of a cluster are tiles: they need no memory.
// CHECK-SAME: tiles = 12, block_n = 64, block_m = 16, split = 1, cluster = 6>
// CHECK: %[[BLOCK:.+]] = gpu.block_id x
// CHECK: %[[PLACE:.+]] = arith.remui %[[BLOCK]], %{{.+}} : index
// CHECK: %[[OFPAIRS:.+]] = arith.divui %[[BLOCK]], %{{.+}} : index
// CHECK: %[[PAIR:.+]] = arith.divui %[[OFPAIRS]], %{{.+}} : index
// CHECK: %[[SLICE:.+]] = arith.remui %[[OFPAIRS]], %{{.+}} : index
// CHECK: %[[LOWER:.+]] = arith.muli %[[SLICE]], %{{.+}} : index
// CHECK: %[[ABOVE:.+]] = arith.muli %[[PAIR]], %{{.+}} : index
// CHECK: %[[TILE:.+]] = arith.addi %[[ABOVE]], %[[PLACE]] : index
// CHECK: %[[FIRST:.+]] = arith.muli %[[TILE]], %{{.+}} : index
// CHECK: %[[SLOT:.+]] = arith.addi %[[FIRST]], %[[SLICE]] : index
// CHECK: "test.slice"(%[[LOWER]], %[[SLOT]], %[[FIRST]])
gpu.module @joined {
  gpu.func @joined(%tokens: index) kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    %n = arith.constant 256 : index
    %k = arith.constant 640 : index
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %tokens, %k)
        tile [64, 16, 64] turn 2 split 3 cluster 2 joined {
      "test.slice"(%lower, %slot, %first) : (index, index, index) -> ()
    }
    gpu.return
  }
}

// Clusters share pairs as blocks share tiles; the slots of all first tiles lie ahead of those of the second ones.

// CHECK-LABEL: gpu.func @blocks
// CHECK-SAME: tiles = 4, block_n = 64, block_m = 16, split = 1, blocks = 6, units = 4, cluster = 2>
// CHECK: %[[BLOCK:.+]] = arith.index_castui %{{.+}} : index to i32
// CHECK: %[[PLACE:.+]] = arith.remui %[[BLOCK]], %{{.+}} : i32
// CHECK: %[[CLUSTER:.+]] = arith.divui %[[BLOCK]], %{{.+}} : i32
// CHECK: %[[PAIRS:.+]] = arith.muli %{{.+}}, %{{.+}} : i32
// CHECK: %[[THREE:.+]] = arith.constant 3 : i32
// CHECK: scf.for
// CHECK: %[[FIVE:.+]] = arith.constant 5 : i32
// CHECK: %[[SHARED:.+]] = arith.minui %[[PAIRS]], %[[FIVE]] : i32
// CHECK: %[[SLOTS:.+]] = arith.addi %[[THREE]], %[[SHARED]] : i32
// CHECK: %[[AHEAD:.+]] = arith.muli %[[PLACE]], %[[SLOTS]] : i32
// CHECK: %[[OFTILE:.+]] = arith.addi %{{.+}}, %[[AHEAD]] : i32
// CHECK: %[[SLOT:.+]] = arith.addi %[[OFTILE]], %[[CLUSTER]] : i32
// CHECK: %[[WIDESLOT:.+]] = arith.index_castui %[[SLOT]] : i32 to index
// CHECK: "test.slot"(%[[WIDESLOT]])
gpu.module @blocks {
  gpu.func @blocks(%tokens: index) kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    %n = arith.constant 256 : index
    %k = arith.constant 512 : index
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %tokens, %k)
        tile [64, 16, 64] turn 2 blocks 6 cluster 2 {
      "test.slot"(%slot) : (index) -> ()
    }
    gpu.return
  }
}
