// RUN: humming-opt %s --humming-tile-lower-reduce | FileCheck %s --implicit-check-not=humming_tile.reduce

// Each set of warps tells its own threads how many pieces have arrived.

// CHECK-LABEL: gpu.func @sets
// CHECK-SAME: workgroup(%[[ARRIVALS:[^:]+]] : memref<2xi32, #gpu.address_space<workgroup>>)
// CHECK: gpu.barrier
// CHECK: %[[NUMBER:.+]], %{{.+}} = humming_tile.warp_sets 2
// CHECK: memref.store %{{.+}}, %[[ARRIVALS]][%[[NUMBER]]]
// CHECK: gpu.barrier
// CHECK: memref.load %[[ARRIVALS]][%[[NUMBER]]]
#acc = #humming_tile.layout<[[1, 1, 2, 8], [1, 2, 4, 2]] thread [3, 6] reg [5, 2, 7]>
gpu.module @kernels {
  gpu.func @sets(%c: memref<?x16xf32>, %value: !humming_tile.frag<16x16xf32, #acc>, %partials: memref<?xf32>,
                 %counters: memref<?xi32>, %tile: index) kernel attributes {known_block_size = array<i32: 32, 1, 1>} {
    %own, %sets = humming_tile.warp_sets 2
    %sum = humming_tile.reduce %value tile %tile slot %own of %sets from %tile through %partials, %counters
       : !humming_tile.frag<16x16xf32, #acc>, memref<?xf32>, memref<?xi32>
    humming_tile.store %sum to %c[%tile, %tile] transpose : !humming_tile.frag<16x16xf32, #acc> to memref<?x16xf32>
    gpu.return
  }
}
