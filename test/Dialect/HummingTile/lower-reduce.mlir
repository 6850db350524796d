// RUN: humming-opt %s --humming-tile-lower-reduce --allow-unregistered-dialect | FileCheck %s --implicit-check-not=humming_tile.reduce

// Four blocks share a tile of 16 x 8. Each stores its partial sums; the last to arrive adds all four in the
// order of the slots, its own among them, so the sum does not depend on who is last.

// Partial tiles lie in the order of the fragment: [tile] [warp's registers] [lane] [4 registers].
// CHECK: #[[ORDER:.+]] = #humming_tile.layout<{{.+}} offset
// CHECK-LABEL: gpu.func @reduce
// CHECK-SAME: (%[[C:[^:]+]]: memref<?x16xf32>, %[[VALUE:[^:]+]]: !humming_tile.frag<16x16xf32, #{{[^>]+}}>, %[[PARTIALS:[^:]+]]: memref<?x16xf32, #[[ORDER]]>, %[[COUNTERS:[^:]+]]: memref<?xi32>, %[[TILE:[^:]+]]: index, %[[SLOT:[^:]+]]: index, %[[FROM:[^:]+]]: index)
// CHECK-SAME: workgroup(%[[ARRIVALS:.+]] : memref<1xi32, #gpu.address_space<workgroup>>)

// CHECK: %[[FOUR:.+]] = arith.constant 4 : index
// CHECK: %[[ROWS:.+]] = arith.constant 16 : index
// CHECK: %[[ROW:.+]] = arith.muli %[[SLOT]], %[[ROWS]] : index
// CHECK: humming_tile.store %[[VALUE]] to %[[PARTIALS]][%[[ROW]], %{{.+}}]

// All threads have stored before one of them counts, and know the count before they go on.
// CHECK-NEXT: gpu.barrier
// CHECK: scf.if
// CHECK: %[[BEFORE:.+]] = memref.atomic_rmw addi %{{.+}}, %[[COUNTERS]][%[[TILE]]]
// CHECK: memref.store %[[BEFORE]], %[[ARRIVALS]]
// CHECK: }
// CHECK-NEXT: gpu.barrier
// CHECK: %[[ARRIVED:.+]] = memref.load %[[ARRIVALS]]
// CHECK: %[[PIECES:.+]] = arith.index_castui %[[FOUR]] : index to i32
// CHECK: %[[OTHERS:.+]] = arith.subi %[[PIECES]], %{{.+}} : i32
// CHECK: %[[LAST:.+]] = arith.cmpi eq, %[[ARRIVED]], %[[OTHERS]] : i32
// CHECK: scf.if %[[LAST]] {

// The counter is left as it was found.
// CHECK: scf.if
// CHECK: %[[ZERO:.+]] = arith.constant 0 : i32
// CHECK-NEXT: memref.store %[[ZERO]], %[[COUNTERS]][%[[TILE]]]

// The first slot, then the three behind it.
// CHECK: %[[ROW0:.+]] = arith.muli %[[FROM]], %{{.+}} : index
// CHECK: %[[PART0:.+]] = humming_tile.load %[[PARTIALS]][%[[ROW0]], %{{.+}}]
// CHECK: %[[SLOT0:.+]] = arith.index_castui %[[FROM]] : index to i32
// CHECK: %[[SLOT1:.+]] = arith.addi %[[SLOT0]], %[[ONE:.+]] : i32
// CHECK: %[[COUNT:.+]] = arith.index_castui %[[FOUR]] : index to i32
// CHECK: %[[END:.+]] = arith.addi %[[SLOT0]], %[[COUNT]] : i32
// CHECK: %[[SUM:.+]] = scf.for %[[P:.+]] = %[[SLOT1]] to %[[END]] step %[[ONE]] iter_args(%[[SOFAR:.+]] = %[[PART0]]) {{.+}} : i32
// CHECK: %[[NUMBER1:.+]] = arith.index_castui %[[P]] : i32 to index
// CHECK: %[[ROW1:.+]] = arith.muli %[[NUMBER1]], %{{.+}} : index
// CHECK: %[[NEXT:.+]] = humming_tile.load %[[PARTIALS]][%[[ROW1]], %{{.+}}]
// CHECK: humming_tile.map(%[[SOFAR]], %[[NEXT]] :
// CHECK: arith.addf

// What followed runs in the last block only.
// CHECK: humming_tile.store %[[SUM]] to %[[C]]
// CHECK-NEXT: }
// CHECK-NEXT: gpu.return

// Sums of integers.
// CHECK-LABEL: gpu.func @integers
// CHECK: humming_tile.map
// CHECK-NEXT: ^bb0(%[[LEFT:.+]]: i32, %[[RIGHT:.+]]: i32):
// CHECK-NEXT: arith.addi %[[LEFT]], %[[RIGHT]] : i32

// As many pieces as there are: a tile in one piece is neither stored nor counted, and its sum is what it was.
// CHECK-LABEL: gpu.func @pieces
// CHECK-SAME: (%[[VALUE:[^:]+]]: !humming_tile.frag<16x16xf32, #{{[^>]+}}>, %{{[^:]+}}: memref<?x16xf32, #[[ORDER]]>, %{{[^:]+}}: memref<?xi32>, %[[TILE:[^:]+]]: index, %[[PIECES:[^:]+]]: index)
// CHECK: %[[WHOLE:.+]] = arith.cmpi eq, %[[PIECES]], %{{.+}} : index
// CHECK: %[[LAST:.+]] = scf.if %[[WHOLE]] -> (i1) {
// CHECK-NEXT: scf.yield %[[WHOLE]] : i1
// CHECK-NEXT: } else {
// CHECK: humming_tile.store %[[VALUE]]
// CHECK: memref.atomic_rmw
// CHECK: gpu.barrier
// CHECK: %[[ARRIVED:.+]] = arith.cmpi eq
// CHECK-NEXT: scf.yield %[[ARRIVED]] : i1
// CHECK-NEXT: }
// CHECK-NEXT: scf.if %[[LAST]] {
// CHECK-NEXT: %[[SUM:.+]] = scf.if %[[WHOLE]] -> (!humming_tile.frag<16x16xf32, #{{[^>]+}}>) {
// CHECK-NEXT: scf.yield %[[VALUE]]
// CHECK-NEXT: } else {
// CHECK: memref.store
// CHECK: %[[COUNT:.+]] = arith.index_castui %[[PIECES]] : index to i32
// CHECK: %[[END:.+]] = arith.addi %{{.+}}, %[[COUNT]] : i32
// CHECK: %[[ADDED:.+]] = scf.for %{{.+}} = %{{.+}} to %[[END]]
// CHECK: scf.yield %[[ADDED]]
// CHECK-NEXT: }
// CHECK-NEXT: "test.epilogue"(%[[SUM]])
// CHECK-NEXT: }
#acc = #humming_tile.layout<[[1, 1, 2, 8], [1, 2, 4, 2]] thread [3, 6] reg [5, 2, 7]>
gpu.module @kernels {
  gpu.func @reduce(%c: memref<?x16xf32>, %value: !humming_tile.frag<16x16xf32, #acc>, %partials: memref<?xf32>,
                   %counters: memref<?xi32>, %tile: index, %slot: index, %first: index) kernel
      attributes {known_block_size = array<i32: 32, 1, 1>} {
    %pieces = arith.constant 4 : index
    %sum = humming_tile.reduce %value tile %tile slot %slot of %pieces from %first through %partials, %counters
       : !humming_tile.frag<16x16xf32, #acc>, memref<?xf32>, memref<?xi32>
    humming_tile.store %sum to %c[%tile, %tile] transpose : !humming_tile.frag<16x16xf32, #acc> to memref<?x16xf32>
    gpu.return
  }

  gpu.func @integers(%c: memref<?x16xi32>, %value: !humming_tile.frag<16x16xi32, #acc>, %partials: memref<?xi32>,
                     %counters: memref<?xi32>, %tile: index, %slot: index, %first: index) kernel
      attributes {known_block_size = array<i32: 32, 1, 1>} {
    %pieces = arith.constant 2 : index
    %sum = humming_tile.reduce %value tile %tile slot %slot of %pieces from %first through %partials, %counters
       : !humming_tile.frag<16x16xi32, #acc>, memref<?xi32>, memref<?xi32>
    humming_tile.store %sum to %c[%tile, %tile] transpose : !humming_tile.frag<16x16xi32, #acc> to memref<?x16xi32>
    gpu.return
  }

  gpu.func @pieces(%value: !humming_tile.frag<16x16xf32, #acc>, %partials: memref<?xf32>, %counters: memref<?xi32>,
                   %tile: index, %pieces: index) kernel attributes {known_block_size = array<i32: 32, 1, 1>} {
    %sum = humming_tile.reduce %value tile %tile slot %tile of %pieces from %tile through %partials, %counters
       : !humming_tile.frag<16x16xf32, #acc>, memref<?xf32>, memref<?xi32>
    "test.epilogue"(%sum) : (!humming_tile.frag<16x16xf32, #acc>) -> ()
    gpu.return
  }
}
