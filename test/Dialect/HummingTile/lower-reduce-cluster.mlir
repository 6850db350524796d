// RUN: humming-opt %s --humming-tile-lower-reduce | FileCheck %s --implicit-check-not=humming_tile.reduce --implicit-check-not=atomic

// Slices of a tile in one cluster: those behind the first send their sums to the block of the first, which adds them in
// their order. Four slices of a small tile: sums have a place of their own, so a block that has begun can be written.

// CHECK: #[[ORDER:.+]] = #humming_tile.layout<{{.+}} offset
// CHECK-LABEL: gpu.func @small
// CHECK-SAME: (%[[C:[^:]+]]: memref<?x16xf32>, %[[VALUE:[^:]+]]: !humming_tile.frag<16x16xf32, #{{[^>]+}}>, %[[TILE:[^:]+]]: index, %[[SLOT:[^:]+]]: index, %[[FROM:[^:]+]]: index)
// CHECK-SAME: workgroup(%[[BARRIER:.+]] : memref<1xi64, #gpu.address_space<workgroup>>)

// One thread makes an mbarrier, which other blocks may use once all have come here; it counts three sums.
// CHECK: scf.if
// CHECK: humming_tile.mbarrier_init %[[BARRIER]][%[[ZERO:.+]]] count 1
// CHECK-NEXT: humming_tile.mbarrier_fence
// CHECK-NEXT: humming_tile.mbarrier_arrive %[[BARRIER]][%[[ZERO]]] expect 3072
// CHECK-NEXT: }
// CHECK-NEXT: humming_tile.cluster_arrive relaxed
// CHECK: %[[BUFFER:.+]] = humming_tile.alloc : !humming_tile.smem<3x16x16xf32, #[[ORDER]]>
// CHECK-NEXT: humming_tile.cluster_wait
// CHECK-NEXT: %[[RANK:.+]] = humming_tile.cluster_rank
// CHECK-NEXT: %[[SIDE:.+]] = arith.constant 1 : index
// CHECK-NEXT: %[[ONE:.+]] = arith.constant 1 : index
// CHECK-NEXT: %[[SLICE:.+]] = arith.divui %[[RANK]], %[[SIDE]] : index
// CHECK-NEXT: %[[FIRST:.+]] = arith.remui %[[RANK]], %[[SIDE]] : index
// CHECK-NEXT: %[[IS_FIRST:.+]] = arith.cmpi ult, %[[SLICE]], %[[ONE]] : index
// CHECK-NEXT: scf.if %[[IS_FIRST]] {

// The sums behind its own, when all of them are there.
// CHECK: humming_tile.mbarrier_wait %[[BARRIER]][%{{.+}}] parity
// CHECK: %[[PART0:.+]] = humming_tile.load %[[BUFFER]] stage %{{.+}}
// CHECK-NEXT: %[[SUM0:.+]] = humming_tile.map(%[[VALUE]], %[[PART0]] :
// CHECK: %[[PART1:.+]] = humming_tile.load %[[BUFFER]] stage
// CHECK-NEXT: %[[SUM1:.+]] = humming_tile.map(%[[SUM0]], %[[PART1]] :
// CHECK: %[[PART2:.+]] = humming_tile.load %[[BUFFER]] stage
// CHECK-NEXT: %[[SUM2:.+]] = humming_tile.map(%[[SUM1]], %[[PART2]] :
// CHECK: humming_tile.store %[[SUM2]] to %[[C]]
// CHECK-NEXT: } else {
// CHECK-NEXT: %[[STAGE:.+]] = arith.subi %[[SLICE]], %[[ONE]] : index
// CHECK-NEXT: %[[AT:.+]] = arith.constant 0 : index
// CHECK-NEXT: humming_tile.store %[[VALUE]] to %[[BUFFER]] stage %[[STAGE]] at %[[FIRST]] signal %[[BARRIER]][%[[AT]]]
// CHECK-NEXT: }
// CHECK-NEXT: gpu.return

// Two tiles side by side in a cluster whose blocks meet at the start, and at the end, in no branch.
// CHECK-LABEL: gpu.func @places
// CHECK: humming_tile.mbarrier_init
// CHECK-NOT: relaxed
// CHECK: humming_tile.cluster_arrive{{$}}
// CHECK-NEXT: humming_tile.cluster_wait
// CHECK-NOT: humming_tile.cluster_wait
// CHECK: humming_tile.cluster_rank
// CHECK-NEXT: %[[SIDE:.+]] = arith.constant 2 : index
// CHECK: arith.divui %{{.+}}, %[[SIDE]] : index
// CHECK-NEXT: arith.remui %{{.+}}, %[[SIDE]] : index
// CHECK: scf.if
// CHECK: humming_tile.store
// CHECK-NEXT: } else {
// CHECK: humming_tile.store %{{.+}} at
// CHECK-NEXT: }
// CHECK-NEXT: humming_tile.cluster_arrive{{$}}
// CHECK-NEXT: humming_tile.cluster_wait
// CHECK-NEXT: gpu.return

// Large sums take the place of buffers that every block has left.
// CHECK-LABEL: gpu.func @large
// CHECK: humming_tile.cluster_arrive relaxed
// CHECK: humming_tile.alloc : !humming_tile.smem<3x64x32xf32,
// CHECK-NEXT: humming_tile.cluster_wait
// CHECK-NEXT: humming_tile.proxy_fence
// CHECK-NEXT: humming_tile.cluster_arrive{{$}}
// CHECK-NEXT: humming_tile.cluster_wait
#acc = #humming_tile.layout<[[1, 1, 2, 8], [1, 2, 4, 2]] thread [3, 6] reg [5, 2, 7]>
#wide = #humming_tile.layout<[[4, 1, 2, 8], [1, 4, 4, 2]] thread [3, 6] reg [0, 5, 2, 7]>
gpu.module @kernels {
  gpu.func @small(%c: memref<?x16xf32>, %value: !humming_tile.frag<16x16xf32, #acc>, %tile: index, %slot: index,
                  %first: index) kernel attributes {known_block_size = array<i32: 32, 1, 1>,
      humming_tile.launch = #humming_tile.launch<threads = 32, shared = 0, tiles = 4, block_n = 16, block_m = 16,
                                                 split = 1, cluster = 4>} {
    %pieces = arith.constant 4 : index
    %sum = humming_tile.reduce %value tile %tile slot %slot of %pieces from %first : !humming_tile.frag<16x16xf32, #acc>
    humming_tile.store %sum to %c[%tile, %tile] transpose : !humming_tile.frag<16x16xf32, #acc> to memref<?x16xf32>
    gpu.return
  }

  gpu.func @places(%c: memref<?x16xi32>, %value: !humming_tile.frag<16x16xi32, #acc>, %tile: index, %slot: index,
                   %first: index) kernel attributes {known_block_size = array<i32: 32, 1, 1>,
      humming_tile.launch = #humming_tile.launch<threads = 32, shared = 0, tiles = 4, block_n = 16, block_m = 16,
                                                 split = 1, cluster = 4>} {
    humming_tile.cluster_arrive
    humming_tile.cluster_wait
    %pieces = arith.constant 2 : index
    %sum = humming_tile.reduce %value tile %tile slot %slot of %pieces from %first : !humming_tile.frag<16x16xi32, #acc>
    humming_tile.store %sum to %c[%tile, %tile] transpose : !humming_tile.frag<16x16xi32, #acc> to memref<?x16xi32>
    humming_tile.cluster_arrive
    humming_tile.cluster_wait
    gpu.return
  }

  gpu.func @large(%c: memref<?x64xf32>, %value: !humming_tile.frag<64x32xf32, #wide>, %tile: index, %slot: index,
                  %first: index) kernel attributes {known_block_size = array<i32: 32, 1, 1>,
      humming_tile.launch = #humming_tile.launch<threads = 32, shared = 0, tiles = 4, block_n = 64, block_m = 32,
                                                 split = 1, cluster = 4>} {
    %pieces = arith.constant 4 : index
    %sum = humming_tile.reduce %value tile %tile slot %slot of %pieces from %first : !humming_tile.frag<64x32xf32, #wide>
    humming_tile.store %sum to %c[%tile, %tile] transpose : !humming_tile.frag<64x32xf32, #wide> to memref<?x64xf32>
    gpu.return
  }
}
