// RUN: humming-opt %s --humming-tile-lower-foreach --allow-unregistered-dialect | FileCheck %s --implicit-check-not=humming_tile.foreach

// Seven blocks, 4 x ceil(m / 16) tiles of four units, each of two tiles of k. Whole tiles in turn, then an even share of the
// units of the tiles that are left. In 32 bits, which take fewer registers.

// CHECK-LABEL: gpu.func @blocks
// CHECK-SAME: %[[M:[^:]+]]: index)
// CHECK-SAME: humming_tile.launch = #humming_tile.launch<threads = 128, shared = 0, tiles = 4, block_n = 64, block_m = 16, split = 1, blocks = 7, units = 4>
// CHECK: %[[ID:.+]] = gpu.block_id x
// CHECK: %[[WIDEMTILES:.+]] = arith.ceildivui %[[M]], %{{.+}} : index
// CHECK: %[[BLOCK:.+]] = arith.index_castui %[[ID]] : index to i32
// CHECK: %[[MTILES:.+]] = arith.index_castui %[[WIDEMTILES]] : index to i32
// CHECK: %[[TILES:.+]] = arith.muli %[[MTILES]], %{{.+}} : i32
// CHECK: %[[ONE:.+]] = arith.constant 1 : i32
// CHECK: %[[ZERO:.+]] = arith.constant 0 : i32

// No more blocks than units.
// CHECK: %[[SEVEN:.+]] = arith.constant 7 : i32
// CHECK: %[[FEWER:.+]] = arith.minui %[[TILES]], %[[SEVEN]] : i32
// CHECK: %[[ALL:.+]] = arith.muli %[[FEWER]], %{{.+}} : i32
// CHECK: %[[SHARERS:.+]] = arith.minui %[[SEVEN]], %[[ALL]] : i32

// Tiles that blocks run whole: one less for each than there are.
// CHECK: %[[EACH:.+]] = arith.divui %[[TILES]], %{{.+}} : i32
// CHECK: %[[ATLEAST:.+]] = arith.maxui %[[EACH]], %[[ONE]] : i32
// CHECK: %[[ROUNDS:.+]] = arith.subi %[[ATLEAST]], %[[ONE]] : i32
// CHECK: %[[WHOLE:.+]] = arith.muli %[[ROUNDS]], %{{.+}} : i32

// The others on a line of units.
// CHECK: %[[LEFT:.+]] = arith.subi %[[TILES]], %[[WHOLE]] : i32
// CHECK: %[[LINE:.+]] = arith.muli %[[LEFT]], %{{.+}} : i32
// CHECK: %[[MINE:.+]] = arith.muli %[[BLOCK]], %[[LINE]] : i32
// CHECK: %[[BEGIN:.+]] = arith.divui %[[MINE]], %[[SHARERS]] : i32
// CHECK: %[[NEXT:.+]] = arith.addi %[[BLOCK]], %[[ONE]] : i32
// CHECK: %[[ITS:.+]] = arith.muli %[[NEXT]], %[[LINE]] : i32
// CHECK: %[[END:.+]] = arith.divui %[[ITS]], %[[SHARERS]] : i32

// One loop over the block's pieces.
// CHECK: scf.for %[[PIECE:.+]] = %[[ZERO]] to %{{.+}} step %[[ONE]] : i32 {
// CHECK-NOT: gpu.barrier
// CHECK: %[[ISWHOLE:.+]] = arith.cmpi ult, %[[PIECE]], %[[ROUNDS]] : i32
// CHECK: %[[FROM:.+]] = arith.maxui %[[BEGIN]], %[[AT:.+]] : i32
// CHECK: %[[TO:.+]] = arith.minui %[[END]], %{{.+}} : i32
// CHECK: %[[TILE:.+]] = arith.select %[[ISWHOLE]]
// CHECK: %[[INTILE:.+]] = arith.subi %[[FROM]], %[[AT]] : i32
// CHECK: %[[LOWERUNIT:.+]] = arith.select %[[ISWHOLE]], %[[ZERO]], %[[INTILE]] : i32
// CHECK: %[[UPPERUNIT:.+]] = arith.select %[[ISWHOLE]], %{{.+}}, %{{.+}} : i32
// CHECK: %[[DONEUNITS:.+]] = arith.select %[[ISWHOLE]], %{{.+}}, %{{.+}} : i32
// CHECK: %[[PIECES:.+]] = arith.select %[[ISWHOLE]], %[[ONE]], %{{.+}} : i32
// CHECK: %[[LOWER:.+]] = arith.muli %[[LOWERUNIT]], %{{.+}} : i32
// CHECK: %[[SLOT:.+]] = arith.addi %[[SHARED:.+]], %[[BLOCK]] : i32
// CHECK: %[[FIRST:.+]] = arith.addi %[[SHARED]], %{{.+}} : i32
// CHECK: %[[DONE:.+]] = arith.muli %[[DONEUNITS]], %{{.+}} : i32
// CHECK: %[[WIDETILE:.+]] = arith.index_castui %[[TILE]] : i32 to index
// CHECK: %[[WIDELOWER:.+]] = arith.index_castui %[[LOWER]] : i32 to index
// CHECK: %[[WIDESLOT:.+]] = arith.index_castui %[[SLOT]] : i32 to index
// CHECK: %[[WIDEFIRST:.+]] = arith.index_castui %[[FIRST]] : i32 to index
// CHECK: %[[WIDEPIECES:.+]] = arith.index_castui %[[PIECES]] : i32 to index
// CHECK: %[[WIDEDONE:.+]] = arith.index_castui %[[DONE]] : i32 to index
// CHECK: "test.piece"(%{{.+}}, %{{.+}}, %[[WIDETILE]], %[[WIDELOWER]], %{{.+}}, %[[WIDESLOT]], %[[WIDEFIRST]], %[[WIDEPIECES]], %[[WIDEDONE]])
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

// Ahead of the first write to shared memory all threads have left the piece before, wherever that write is.

// CHECK-LABEL: gpu.func @writes
// CHECK: scf.for
// CHECK: "test.before"
// CHECK-NEXT: gpu.barrier
// CHECK-NEXT: scf.if
// CHECK: humming_tile.store
// CHECK-NOT: gpu.barrier
// CHECK: gpu.return
gpu.module @writes {
  gpu.func @writes(%x: !humming_tile.frag<64x16xf16>, %isLast: i1, %tokens: index) kernel
      attributes {known_block_size = array<i32: 128, 1, 1>} {
    %n = arith.constant 512 : index
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %tokens, %n)
        tile [64, 16, 64] blocks 8 {
      %buffer = humming_tile.alloc : !humming_tile.smem<1x64x16xf16>
      "test.before"() : () -> ()
      scf.if %isLast {
        humming_tile.store %x to %buffer : !humming_tile.frag<64x16xf16> to !humming_tile.smem<1x64x16xf16>
      }
      humming_tile.store %x to %buffer : !humming_tile.frag<64x16xf16> to !humming_tile.smem<1x64x16xf16>
    }
    gpu.return
  }
}

// Bulk copies, which mbarriers order, and results in global memory ask for nothing.

// CHECK-LABEL: gpu.func @bulk
// CHECK: scf.for
// CHECK-NOT: gpu.barrier
// CHECK: gpu.return
!map = !nvgpu.tensormap.descriptor<tensor = memref<16x64xf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = none, oob = zero, interleave = none>
gpu.module @bulk {
  gpu.func @bulk(%map: !map, %c: memref<?x512xf16>, %x: !humming_tile.frag<64x16xf16>, %tokens: index)
      workgroup(%full: memref<1xi64, #gpu.address_space<workgroup>>) kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    %n = arith.constant 512 : index
    %c0 = arith.constant 0 : index
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %tokens, %n)
        tile [64, 16, 64] blocks 8 {
      %buffer = humming_tile.alloc : !humming_tile.smem<1x16x64xf16>
      humming_tile.warps from 4 count 1 {
        humming_tile.bulk_copy %map[%m0, %lower] to %buffer stage %c0 signal %full[%c0]
          : !map to !humming_tile.smem<1x16x64xf16>, memref<1xi64, #gpu.address_space<workgroup>>
      }
      humming_tile.store %x to %c[%m0, %n0] transpose : !humming_tile.frag<64x16xf16> to memref<?x512xf16>
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
