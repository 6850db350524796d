// RUN: humming-opt %s --humming-tile-lower-foreach --allow-unregistered-dialect | FileCheck %s --implicit-check-not=humming_tile.foreach

// A set of warps begins at the piece of its number, goes on by as many as there are sets, and knows each by its number.

// CHECK-LABEL: gpu.func @sets
// CHECK: %[[NUMBER:.+]], %[[SETS:.+]] = humming_tile.warp_sets 2
// CHECK-NEXT: %[[FIRST:.+]] = arith.index_castui %[[NUMBER]] : index to i32
// CHECK-NEXT: %[[STEP:.+]] = arith.index_castui %[[SETS]] : index to i32
// CHECK-NEXT: scf.for %[[PIECE:.+]] = %[[FIRST]] to %{{.+}} step %[[STEP]] : i32 {
// CHECK: arith.cmpi ult, %[[PIECE]], %{{.+}} : i32
// CHECK: %[[WIDEPIECE:.+]] = arith.index_castui %[[PIECE]] : i32 to index
// CHECK: "test.piece"(%[[WIDEPIECE]])
gpu.module @sets {
  gpu.func @sets(%tokens: index) kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    %n = arith.constant 256 : index
    %k = arith.constant 512 : index
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done, %piece) in (%n, %tokens, %k)
        tile [64, 16, 64] turn 2 blocks 7 sets 2 {
      "test.piece"(%piece) : (index) -> ()
    }
    gpu.return
  }
}
