// RUN: humming-opt %s --humming-tile-distribute | FileCheck %s

#acc = #humming_tile.layout<[[1, 4, 2, 8], [1, 1, 4, 2]] thread [0, 4, 3, 6] reg [1, 5, 2, 7]>
#rows = #humming_tile.layout<[[1, 4, 2, 8], [1]] thread [0, 3, *4] reg [1, 2]>
#tokens = #humming_tile.layout<[[1], [1, 1, 4, 2]] thread [*8, 3] reg [4]>
#one = #humming_tile.layout<[[1], [1]] thread [*32]>
#scales = #humming_tile.layout<[[1, 8, 8], [4]] offset [3, 0, 2, 1]>
gpu.module @kernels {
  // Column 2 of packed scales, 128 elements on: the eight rows of a lane in one access.
  // CHECK-LABEL: gpu.func @column
  // CHECK: %[[QUAD:.+]] = arith.divui %{{.+}}, %c4{{.*}} : index
  // CHECK: %[[LANE:.+]] = arith.muli %[[QUAD]], %c8{{.*}} : index
  // CHECK: %[[STAGE:.+]] = arith.addi %{{.+}}, %[[LANE]] : index
  // CHECK: %[[AT:.+]] = arith.addi %[[STAGE]], %c128{{.*}} : index
  // CHECK: vector.load %{{.+}}[%[[AT]]] : memref<?xf16, #gpu.address_space<workgroup>>, vector<8xf16>
  // CHECK-NOT: vector.load
  gpu.func @column(%stage: index) kernel attributes {known_block_size = array<i32: 32, 1, 1>} {
    %0 = humming_tile.alloc at 0 : !humming_tile.smem<2x64x4xf16, #scales>
    %1 = humming_tile.load %0 stage %stage column 2
       : !humming_tile.smem<2x64x4xf16, #scales> -> !humming_tile.frag<64x1xf16, #rows>
    gpu.return
  }

  // A lane's two tokens, each within m by itself; their scales of one group lie four apart.
  // CHECK-LABEL: gpu.func @tokens
  // CHECK-SAME: %[[X:.+]]: memref<?xf32, #gpu.address_space<global>>
  // CHECK: %[[M:.+]] = arith.index_castui
  // CHECK: arith.cmpi ult, %{{.+}}, %[[M]] : index
  // CHECK: vector.load %[[X]]{{.+}}, vector<1xf32>
  // CHECK: arith.cmpi ult, %{{.+}}, %[[M]] : index
  // CHECK: vector.load %[[X]]{{.+}}, vector<1xf32>
  // CHECK-NOT: vector.load
  gpu.func @tokens(%x: memref<?x4xf32>, %m0: index, %g: index, %m: i32) kernel
      attributes {known_block_size = array<i32: 32, 1, 1>} {
    %0 = humming_tile.load %x[%m0, %g] transpose : memref<?x4xf32> -> !humming_tile.frag<1x8xf32, #tokens>
    gpu.return
  }

  // One for each token lie side by side, but m may end between two.
  // CHECK-LABEL: gpu.func @odd_tokens
  // CHECK-COUNT-2: vector.load {{.+}}, vector<1xf32>
  // CHECK-NOT: vector.load
  gpu.func @odd_tokens(%x: memref<?x1xf32>, %m0: index, %g: index, %m: i32) kernel
      attributes {known_block_size = array<i32: 32, 1, 1>} {
    %0 = humming_tile.load %x[%m0, %g] transpose : memref<?x1xf32> -> !humming_tile.frag<1x8xf32, #tokens>
    gpu.return
  }

  // Registers are (atom, half) of the rows, then tokens 0 and 1: each element by its row's and its token's scale.
  // CHECK-LABEL: gpu.func @map
  // CHECK: %[[ROWS:.+]] = vector.broadcast %{{.+}} : f32 to vector<4xf32>
  // CHECK: %[[TOKENS:.+]] = vector.broadcast %{{.+}} : f32 to vector<2xf32>
  // CHECK: %[[ONE:.+]] = vector.load {{.+}}, vector<1xf32>
  // CHECK: vector.extract %[[ROWS]][0]
  // CHECK-NEXT: vector.extract %[[TOKENS]][0]
  // CHECK-NEXT: vector.extract %[[ONE]][0]
  // CHECK: vector.extract %[[ROWS]][0]
  // CHECK-NEXT: vector.extract %[[TOKENS]][1]
  // CHECK-NEXT: vector.extract %[[ONE]][0]
  // CHECK: vector.extract %[[ROWS]][1]
  // CHECK-NEXT: vector.extract %[[TOKENS]][0]
  // CHECK-NEXT: vector.extract %[[ONE]][0]
  // CHECK: vector.extract %[[ROWS]][1]
  // CHECK-NEXT: vector.extract %[[TOKENS]][1]
  // CHECK-NEXT: vector.extract %[[ONE]][0]
  // CHECK: vector.extract %[[ROWS]][2]
  // CHECK-NEXT: vector.extract %[[TOKENS]][0]
  // CHECK-NEXT: vector.extract %[[ONE]][0]
  gpu.func @map(%r: f32, %t: f32, %g: memref<1xf32>, %c0: index) kernel
      attributes {known_block_size = array<i32: 32, 1, 1>} {
    %rows = humming_tile.splat %r : f32 -> !humming_tile.frag<64x1xf32, #rows>
    %tokens = humming_tile.splat %t : f32 -> !humming_tile.frag<1x8xf32, #tokens>
    %one = humming_tile.load %g[%c0] : memref<1xf32> -> !humming_tile.frag<1x1xf32, #one>
    %0 = humming_tile.map(%rows, %tokens, %one
       : !humming_tile.frag<64x1xf32, #rows>, !humming_tile.frag<1x8xf32, #tokens>, !humming_tile.frag<1x1xf32, #one>) {
    ^bb0(%x: f32, %y: f32, %z: f32):
      %xy = arith.mulf %x, %y : f32
      %xyz = arith.mulf %xy, %z : f32
      humming_tile.yield %xyz : f32
    } -> !humming_tile.frag<64x8xf32, #acc>
    gpu.return
  }
}
