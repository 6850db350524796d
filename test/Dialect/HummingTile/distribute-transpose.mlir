// RUN: humming-opt %s --humming-tile-distribute | FileCheck %s

// A column of a shared tile as a row of the fragment: a scale for each token. Lane l of a warp has tokens 2 (l % 4) and the one behind it of
// every eight, which are neighbours in memory.

// CHECK-LABEL: gpu.func @row
// CHECK-SAME: (%[[STAGE:.+]]: index)
// CHECK: %[[MEMORY:.+]] = memref.view
// CHECK: %[[ORIGIN:.+]] = arith.muli %[[STAGE]], %c16{{.*}} : index
// CHECK: %[[LANE:.+]] = arith.remui %{{.+}}, %c4{{.*}} : index
// CHECK: arith.muli %[[LANE]], %c2{{.*}} : index
// CHECK: %[[FIRST:.+]] = arith.addi %[[ORIGIN]], %{{.+}} : index
// CHECK-NEXT: vector.load %[[MEMORY]][%[[FIRST]]] : memref<?xf32, #gpu.address_space<workgroup>>, vector<2xf32>
// CHECK: %[[SECOND:.+]] = arith.addi %{{.+}}, %c8{{.*}} : index
// CHECK-NEXT: vector.load %[[MEMORY]][%[[SECOND]]] : memref<?xf32, #gpu.address_space<workgroup>>, vector<2xf32>
// CHECK-NOT: vector.load
#rows = #humming_tile.layout<[[16], [1, 1]] offset [1, 0, 2]>
#tokens = #humming_tile.layout<[[1], [1, 2, 4, 2]] thread [*4, 1, *8, 3] reg [2, 4]>
gpu.module @kernels {
  gpu.func @row(%stage: index) kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    %x = humming_tile.alloc at 0 : !humming_tile.smem<3x16x1xf32, #rows>
    %v = humming_tile.load %x stage %stage transpose : !humming_tile.smem<3x16x1xf32, #rows> -> !humming_tile.frag<1x16xf32, #tokens>
    gpu.return
  }
}
