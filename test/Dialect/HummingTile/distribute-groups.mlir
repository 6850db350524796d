// RUN: humming-opt %s --humming-tile-distribute | FileCheck %s

// Two groups in the 64 columns of a packed tile: both rows' scales of the first group, then of the second.

// CHECK-LABEL: gpu.func @groups
// CHECK: %[[FIRST:.+]] = vector.load {{.+}}, vector<2xf16>
// CHECK: %[[S0:.+]] = vector.extract %[[FIRST]][0]
// CHECK: %[[S1:.+]] = vector.extract %[[FIRST]][1]
// CHECK: arith.addi %{{.+}}, %c16{{.*}} : index
// CHECK: %[[SECOND:.+]] = vector.load {{.+}}, vector<2xf16>
// CHECK: %[[S2:.+]] = vector.extract %[[SECOND]][0]
// CHECK: %[[S3:.+]] = vector.extract %[[SECOND]][1]
// CHECK: %[[ALL:.+]] = vector.from_elements %[[S0]], %[[S1]], %[[S2]], %[[S3]] : vector<4xf16>
// CHECK: %[[A:.+]] = vector.extract %[[ALL]][0]
// CHECK: %[[B:.+]] = vector.extract %[[ALL]][1]
// CHECK: %[[C:.+]] = vector.extract %[[ALL]][2]
// CHECK: %[[D:.+]] = vector.extract %[[ALL]][3]
// CHECK: %[[SCALES:.+]] = vector.from_elements %[[A]], %[[B]], %[[C]], %[[D]] : vector<4xf16>
// CHECK: humming_tile.dequant_atom %{{.+}} scale(%[[SCALES]] : vector<4xf16>)
#weights = #humming_tile.layout<[[1, 1, 2, 8], [1, 4, 2, 4, 2]] thread [0, 4, 3, 7] reg [1, 5, 6, 2, 8]>
#codes = #humming_tile.layout<[[1, 1, 2, 8], [1, 4, 2, 4, 2]] thread [0, 4, 3, 7] reg [1, 5, 8, 6, 2]>
#packed = #humming_tile.layout<[[1, 2, 8], [1, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
#rows = #humming_tile.layout<[[1, 1, 2, 8], [2]] thread [0, 3, *4] reg [4, 1, 2]>
#scales = #humming_tile.layout<[[1, 2, 8], [2]] offset [3, 0, 2, 1]>
gpu.module @kernels {
  gpu.func @groups() kernel attributes {known_block_size = array<i32: 32, 1, 1>} {
    %w = humming_tile.alloc at 0 : !humming_tile.smem<2x16x64x!humming.code<u4>, #packed>
    %s = humming_tile.alloc at 1024 : !humming_tile.smem<2x16x2xf16, #scales>
    %codes = humming_tile.load %w
      : !humming_tile.smem<2x16x64x!humming.code<u4>, #packed> -> !humming_tile.frag<16x64x!humming.code<u4>, #codes>
    %scale = humming_tile.load %s
      : !humming_tile.smem<2x16x2xf16, #scales> -> !humming_tile.frag<16x2xf16, #rows>
    %v = humming_tile.dequant !humming.code<u4> %codes scale(%scale : !humming_tile.frag<16x2xf16, #rows>)
       : !humming_tile.frag<16x64x!humming.code<u4>, #codes> -> !humming_tile.frag<16x64xf16, #weights>
    gpu.return
  }
}
