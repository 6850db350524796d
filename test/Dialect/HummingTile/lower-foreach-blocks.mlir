// RUN: humming-opt %s --humming-tile-lower-foreach --allow-unregistered-dialect | FileCheck %s --implicit-check-not=humming_tile.foreach

// Seven blocks, 4 x ceil(m / 16) tiles of four units, each of two tiles of k. Whole tiles in turn, then an even share of the
// units of the tiles that are left.

// CHECK-LABEL: gpu.func @blocks
// CHECK-SAME: %[[M:[^:]+]]: index)
// CHECK-SAME: humming_tile.launch = #humming_tile.launch<threads = 128, shared = 0, tiles = 4, block_n = 64, block_m = 16, split = 1, blocks = 7, units = 4>
// CHECK: %[[BLOCK:.+]] = gpu.block_id x
// CHECK: %[[MTILES:.+]] = arith.ceildivui %[[M]], %{{.+}} : index
// CHECK: %[[TILES:.+]] = arith.muli %[[MTILES]], %{{.+}} : index
// CHECK: %[[ONE:.+]] = arith.constant 1 : index
// CHECK: %[[ZERO:.+]] = arith.constant 0 : index

// No more blocks than units.
// CHECK: %[[SEVEN:.+]] = arith.constant 7 : index
// CHECK: %[[ALL:.+]] = arith.muli %[[TILES]], %{{.+}} : index
// CHECK: %[[SHARERS:.+]] = arith.minui %[[SEVEN]], %[[ALL]] : index

// Tiles that blocks run whole: one less for each than there are.
// CHECK: %[[EACH:.+]] = arith.divui %[[TILES]], %{{.+}} : index
// CHECK: %[[ATLEAST:.+]] = arith.maxui %[[EACH]], %[[ONE]] : index
// CHECK: %[[ROUNDS:.+]] = arith.subi %[[ATLEAST]], %[[ONE]] : index
// CHECK: %[[WHOLE:.+]] = arith.muli %[[ROUNDS]], %{{.+}} : index

// The others on a line of units.
// CHECK: %[[LEFT:.+]] = arith.subi %[[TILES]], %[[WHOLE]] : index
// CHECK: %[[LINE:.+]] = arith.muli %[[LEFT]], %{{.+}} : index
// CHECK: %[[MINE:.+]] = arith.muli %[[BLOCK]], %[[LINE]] : index
// CHECK: %[[BEGIN:.+]] = arith.divui %[[MINE]], %[[SHARERS]] : index
// CHECK: %[[NEXT:.+]] = arith.addi %[[BLOCK]], %[[ONE]] : index
// CHECK: %[[ITS:.+]] = arith.muli %[[NEXT]], %[[LINE]] : index
// CHECK: %[[END:.+]] = arith.divui %[[ITS]], %[[SHARERS]] : index

// One loop over the block's pieces; each begins when all threads have left the one before.
// CHECK: scf.for %[[PIECE:.+]] = %[[ZERO]] to %{{.+}} step %[[ONE]] {
// CHECK-NEXT: gpu.barrier
// CHECK: %[[ISWHOLE:.+]] = arith.cmpi ult, %[[PIECE]], %[[ROUNDS]] : index
// CHECK: %[[FROM:.+]] = arith.maxui %[[BEGIN]], %[[AT:.+]] : index
// CHECK: %[[TO:.+]] = arith.minui %[[END]], %{{.+}} : index
// CHECK: %[[TILE:.+]] = arith.select %[[ISWHOLE]]
// CHECK: %[[INTILE:.+]] = arith.subi %[[FROM]], %[[AT]] : index
// CHECK: %[[LOWERUNIT:.+]] = arith.select %[[ISWHOLE]], %[[ZERO]], %[[INTILE]] : index
// CHECK: %[[UPPERUNIT:.+]] = arith.select %[[ISWHOLE]], %{{.+}}, %{{.+}} : index
// CHECK: %[[DONEUNITS:.+]] = arith.select %[[ISWHOLE]], %{{.+}}, %{{.+}} : index
// CHECK: %[[PIECES:.+]] = arith.select %[[ISWHOLE]], %[[ONE]], %{{.+}} : index
// CHECK: %[[LOWER:.+]] = arith.muli %[[LOWERUNIT]], %{{.+}} : index
// CHECK: %[[SLOT:.+]] = arith.addi %[[SHARED:.+]], %[[BLOCK]] : index
// CHECK: %[[FIRST:.+]] = arith.addi %[[SHARED]], %{{.+}} : index
// CHECK: %[[DONE:.+]] = arith.muli %[[DONEUNITS]], %{{.+}} : index
// CHECK: "test.piece"(%{{.+}}, %{{.+}}, %[[TILE]], %[[LOWER]], %{{.+}}, %[[SLOT]], %[[FIRST]], %[[PIECES]], %[[DONE]])
gpu.module @blocks {
  gpu.func @blocks(%tokens: index) kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    %n = arith.constant 256 : index
    %k = arith.constant 512 : index
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %tokens, %k)
        tile [64, 16, 64] turn 2 blocks 7 {
      "test.piece"(%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done)
         : (index, index, index, index, index, index, index, index, index) -> ()
    }
    gpu.return
  }
}

// As many units in one tile as there are blocks: all of them have work, whatever m is.

// CHECK-LABEL: gpu.func @enough
// CHECK: gpu.block_id x
// CHECK-NOT: arith.minui
// CHECK: scf.for
gpu.module @enough {
  gpu.func @enough(%tokens: index) kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    %n = arith.constant 512 : index
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %tokens, %n)
        tile [64, 16, 64] blocks 8 {
    }
    gpu.return
  }
}
