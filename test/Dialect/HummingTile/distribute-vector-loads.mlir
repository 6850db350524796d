// RUN: humming-opt %s --humming-tile-distribute | FileCheck %s

// What lies together is read together, at most 16 bytes at a time.

#codes = #humming_tile.layout<[[1, 1, 2, 8], [1, 4, 2, 4, 2]] thread [0, 4, 3, 7] reg [1, 5, 8, 6, 2]>
#packed = #humming_tile.layout<[[1, 2, 8], [1, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
#rows = #humming_tile.layout<[[1, 4, 2, 8], [1]] thread [0, 3, *4] reg [4, 1, 2]>
#scales = #humming_tile.layout<[[1, 8, 8], [1]] offset [3, 0, 2, 1]>
#acc = #humming_tile.layout<[[1, 1, 2, 8], [1, 1, 4, 2]] thread [0, 4, 3, 6] reg [1, 5, 2, 7]>
gpu.module @kernels {
  // A lane's codes of 16 rows and 64 columns: 16 bytes, four words.
  // CHECK-LABEL: gpu.func @codes
  // CHECK: %[[THREAD:.+]] = gpu.thread_id x
  // CHECK: %[[CODES:.+]] = memref.view {{.+}} to memref<?xi8, #gpu.address_space<workgroup>>
  // CHECK: %[[G:.+]] = arith.divui %[[THREAD]], %c4{{.*}} : index
  // CHECK: arith.muli %[[G]], %c64{{.*}} : index
  // CHECK: %[[T:.+]] = arith.remui %[[THREAD]], %c4{{.*}} : index
  // CHECK: arith.muli %[[T]], %c16{{.*}} : index
  // CHECK: %[[BYTES:.+]] = vector.load %[[CODES]][%{{.+}}] : memref<?xi8, #gpu.address_space<workgroup>>, vector<16xi8>
  // CHECK: vector.bitcast %[[BYTES]] : vector<16xi8> to vector<4xi32>
  // CHECK-NOT: vector.load
  gpu.func @codes(%stage: index) kernel attributes {known_block_size = array<i32: 32, 1, 1>} {
    %0 = humming_tile.alloc at 0 : !humming_tile.smem<2x16x64x!humming.code<u4>, #packed>
    %1 = humming_tile.load %0 stage %stage
       : !humming_tile.smem<2x16x64x!humming.code<u4>, #packed> -> !humming_tile.frag<16x64x!humming.code<u4>, #codes>
    gpu.return
  }

  // The scales of a lane's eight rows, the same in four lanes: only the row counts.
  // CHECK-LABEL: gpu.func @scales
  // CHECK: %[[THREAD:.+]] = gpu.thread_id x
  // CHECK: %[[QUAD:.+]] = arith.divui %[[THREAD]], %c4{{.*}} : index
  // CHECK: arith.muli %[[QUAD]], %c8{{.*}} : index
  // CHECK: vector.load {{.+}} : memref<?xf16, #gpu.address_space<workgroup>>, vector<8xf16>
  // CHECK-NOT: vector.load
  gpu.func @scales() kernel attributes {known_block_size = array<i32: 32, 1, 1>} {
    %0 = humming_tile.alloc at 0 : !humming_tile.smem<2x64x1xf16, #scales>
    %1 = humming_tile.load %0 : !humming_tile.smem<2x64x1xf16, #scales> -> !humming_tile.frag<64x1xf16, #rows>
    gpu.return
  }

  // A bias: two rows of this lane, each read once for both of its tokens.
  // CHECK-LABEL: gpu.func @bias
  // CHECK-SAME: (%[[BIAS:.+]]: memref<?xf16, #gpu.address_space<global>>, %[[N0:.+]]: index)
  // CHECK: %[[LOW:.+]] = vector.load %[[BIAS]]
  // CHECK: %[[X:.+]] = vector.extract %[[LOW]][0]
  // CHECK: %[[HIGH:.+]] = vector.load %[[BIAS]]
  // CHECK: %[[Y:.+]] = vector.extract %[[HIGH]][0]
  // CHECK: vector.from_elements %[[X]], %{{.+}}, %[[Y]], %{{.+}} : vector<4xf16>
  // CHECK-NOT: vector.load
  gpu.func @bias(%bias: memref<64xf16>, %n0: index) kernel attributes {known_block_size = array<i32: 32, 1, 1>} {
    %0 = humming_tile.load %bias[%n0] : memref<64xf16> -> !humming_tile.frag<16x8xf16, #acc>
    gpu.return
  }
}
