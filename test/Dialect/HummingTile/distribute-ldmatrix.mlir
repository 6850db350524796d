// RUN: humming-opt %s --humming-tile-distribute | FileCheck %s

// Tokens in the layout of an mma's B operand, from swizzled shared memory: four matrices of 8 x 8 at a time.
// Lane l gives the address of row l % 8 of matrix l / 8; the chunk of 16 bytes is XORed with the row.

// CHECK-LABEL: gpu.func @tokens
// CHECK-SAME: (%[[STAGE:.+]]: index)
// CHECK: %[[THREAD:.+]] = gpu.thread_id x
// CHECK: %[[SHARED:.+]] = gpu.dynamic_shared_memory : memref<?xi8, #gpu.address_space<workgroup>>
// CHECK: %[[TOKENS:.+]] = memref.view %[[SHARED]][%c1024{{.*}}][%c2048{{.*}}] : {{.+}} to memref<?xf16, #gpu.address_space<workgroup>>
// CHECK: %[[ORIGIN:.+]] = arith.muli %[[STAGE]], %c1024{{.*}} : index
// CHECK: %[[LANE:.+]] = arith.remui %[[THREAD]], %c32{{.*}} : index
// CHECK: %[[ROW:.+]] = arith.remui %[[LANE]], %c8{{.*}} : index
// CHECK: %[[LINE:.+]] = arith.muli %[[ROW]], %c64{{.*}} : index
// CHECK: %[[M0:.+]] = arith.divui %[[LANE]], %c8{{.*}} : index
// CHECK: %[[KHALF:.+]] = arith.remui %[[M0]], %c2{{.*}} : index
// CHECK: %[[M1:.+]] = arith.divui %[[LANE]], %c16{{.*}} : index
// CHECK: %[[ATOM:.+]] = arith.remui %[[M1]], %c2{{.*}} : index
// CHECK: %[[PLAIN:.+]] = arith.addi
// CHECK: %[[SHIFTED:.+]] = arith.shrui %[[PLAIN]], %c3{{.*}} : index
// CHECK: %[[CHUNK:.+]] = arith.andi %[[SHIFTED]], %c56{{.*}} : index
// CHECK: %[[SWIZZLED:.+]] = arith.xori %[[PLAIN]], %[[CHUNK]] : index
// CHECK: %[[FIRST:.+]] = arith.addi %[[ORIGIN]], %[[SWIZZLED]] : index
// CHECK: nvgpu.ldmatrix %[[TOKENS]][%[[FIRST]]] {numTiles = 4 : i32, transpose = false} : {{.+}} -> vector<4x2xf16>

// 32 columns on, within the pattern; eight rows on, behind it.
// CHECK: %[[NEXT:.+]] = arith.xori %[[SWIZZLED]], %c32{{.*}} : index
// CHECK: %[[SECOND:.+]] = arith.addi %[[ORIGIN]], %[[NEXT]] : index
// CHECK: nvgpu.ldmatrix %[[TOKENS]][%[[SECOND]]]
// CHECK: %[[THIRD:.+]] = arith.addi %{{.+}}, %c512{{.*}} : index
// CHECK: nvgpu.ldmatrix %[[TOKENS]][%[[THIRD]]]
// CHECK: nvgpu.ldmatrix
// CHECK-NOT: nvgpu.ldmatrix
#tokens = #humming_tile.layout<[[1, 2, 8], [1, 4, 2, 4, 2]] thread [0, 3, 2, 6] reg [1, 4, 5, 7]>
#swizzled = #humming_tile.layout<[[16], [1, 64]] offset [1, 0, 2] swizzle 128>
#half = #humming_tile.layout<[[1, 1, 8], [1, 1, 2, 4, 2]] thread [0, 3, 2, 6] reg [1, 4, 5, 7]>
#quarter = #humming_tile.layout<[[1, 1, 8], [1, 1, 4, 2]] thread [0, 3, 2, 5] reg [1, 4, 6]>
#line = #humming_tile.layout<[[8], [1, 8]] offset [1, 0, 2]>
#tokens8 = #humming_tile.layout<[[1, 2, 8], [1, 2, 2, 4, 4]] thread [0, 3, 2, 6] reg [1, 4, 5, 7]>
#swizzled8 = #humming_tile.layout<[[16], [1, 64]] offset [1, 0, 2] swizzle 64>
#tokens4 = #humming_tile.layout<[[1, 2, 8], [1, 1, 2, 4, 8]] thread [0, 3, 2, 6] reg [1, 4, 5, 7]>
#swizzled4 = #humming_tile.layout<[[16], [1, 64]] offset [1, 0, 2] swizzle 32>
#short = #humming_tile.layout<[[8], [1, 16]] offset [1, 0, 2] swizzle 32>
gpu.module @kernels {
  gpu.func @tokens(%stage: index) kernel attributes {known_block_size = array<i32: 32, 1, 1>} {
    %0 = humming_tile.alloc at 1024 : !humming_tile.smem<2x16x64xf16, #swizzled>
    %1 = humming_tile.load %0 stage %stage
       : !humming_tile.smem<2x16x64xf16, #swizzled> -> !humming_tile.frag<16x64xf16, #tokens>
    gpu.return
  }

  // Two words a lane: half an ldmatrix.x4.
  // CHECK-LABEL: gpu.func @two_matrices
  // CHECK: %[[LANE:.+]] = arith.remui %{{.+}}, %c32{{.*}} : index
  // CHECK: %[[KHALF:.+]] = arith.divui %[[LANE]], %c8{{.*}} : index
  // CHECK-NOT: arith.divui
  // CHECK: nvgpu.ldmatrix {{.+}} {numTiles = 2 : i32, transpose = false} : {{.+}} -> vector<2x2xf16>
  // CHECK: vector.shape_cast {{.+}} : vector<2x2xf16> to vector<4xf16>
  // CHECK-NOT: nvgpu.ldmatrix
  gpu.func @two_matrices(%stage: index) kernel attributes {known_block_size = array<i32: 32, 1, 1>} {
    %0 = humming_tile.alloc at 0 : !humming_tile.smem<2x8x16xf16, #short>
    %1 = humming_tile.load %0 stage %stage
       : !humming_tile.smem<2x8x16xf16, #short> -> !humming_tile.frag<8x16xf16, #half>
    gpu.return
  }

  // One word a lane: read as it lies.
  // CHECK-LABEL: gpu.func @one_word
  // CHECK-NOT: nvgpu.ldmatrix
  // CHECK: vector.load {{.+}}, vector<2xf16>
  // CHECK-NOT: vector.load
  gpu.func @one_word(%stage: index) kernel attributes {known_block_size = array<i32: 32, 1, 1>} {
    %0 = humming_tile.alloc at 0 : !humming_tile.smem<2x8x8xf16, #line>
    %1 = humming_tile.load %0 stage %stage
       : !humming_tile.smem<2x8x8xf16, #line> -> !humming_tile.frag<8x8xf16, #quarter>
    gpu.return
  }

  // Bytes: the same 16-byte rows and 4-byte lanes; 16 elements of a lane.
  // CHECK-LABEL: gpu.func @bytes
  // CHECK: %[[TOKENS:.+]] = memref.view {{.+}} to memref<?xi8, #gpu.address_space<workgroup>>
  // CHECK: %[[LANE:.+]] = arith.remui %{{.+}}, %c32{{.*}} : index
  // CHECK: %[[ROW:.+]] = arith.remui %[[LANE]], %c8{{.*}} : index
  // CHECK: arith.muli %[[ROW]], %c64{{.*}} : index
  // CHECK: %[[M0:.+]] = arith.divui %[[LANE]], %c8{{.*}} : index
  // CHECK: %[[KHALF:.+]] = arith.remui %[[M0]], %c2{{.*}} : index
  // CHECK: arith.muli %[[KHALF]], %c16{{.*}} : index
  // CHECK: %[[M1:.+]] = arith.divui %[[LANE]], %c16{{.*}} : index
  // CHECK: %[[ATOM:.+]] = arith.remui %[[M1]], %c2{{.*}} : index
  // CHECK: arith.muli %[[ATOM]], %c32{{.*}} : index
  // CHECK: %[[X:.+]] = nvgpu.ldmatrix %[[TOKENS]]{{.+}} {numTiles = 4 : i32, transpose = false} : {{.+}} -> vector<4x4xi8>
  // CHECK: %[[Y:.+]] = vector.shape_cast %[[X]] : vector<4x4xi8> to vector<16xi8>
  // CHECK: vector.bitcast %[[Y]] : vector<16xi8> to vector<16xf8E4M3FN>
  // CHECK: nvgpu.ldmatrix %[[TOKENS]]
  // CHECK-NOT: nvgpu.ldmatrix
  gpu.func @bytes(%stage: index) kernel attributes {known_block_size = array<i32: 32, 1, 1>} {
    %0 = humming_tile.alloc at 0 : !humming_tile.smem<2x16x64xf8E4M3FN, #swizzled8>
    %1 = humming_tile.load %0 stage %stage
       : !humming_tile.smem<2x16x64xf8E4M3FN, #swizzled8> -> !humming_tile.frag<16x64xf8E4M3FN, #tokens8>
    gpu.return
  }

  // Half bytes: rows of 32 bytes; 32 columns of k are 16 bytes. The stage's origin counts bytes too.
  // CHECK-LABEL: gpu.func @nibbles
  // CHECK: %[[TOKENS:.+]] = memref.view {{.+}} to memref<?xi8, #gpu.address_space<workgroup>>
  // CHECK: %[[ORIGIN:.+]] = arith.muli %{{.+}}, %c1024{{.*}} : index
  // CHECK: %[[LANE:.+]] = arith.remui %{{.+}}, %c32{{.*}} : index
  // CHECK: %[[ROW:.+]] = arith.remui %[[LANE]], %c8{{.*}} : index
  // CHECK: arith.muli %[[ROW]], %c32{{.*}} : index
  // CHECK: %[[KHALF:.+]] = arith.remui %{{.+}}, %c2{{.*}} : index
  // CHECK: arith.muli %[[KHALF]], %c16{{.*}} : index
  // CHECK: %[[M1:.+]] = arith.divui %[[LANE]], %c16{{.*}} : index
  // CHECK: %[[TOKEN:.+]] = arith.remui %[[M1]], %c2{{.*}} : index
  // CHECK: arith.muli %[[TOKEN]], %c256{{.*}} : index
  // CHECK: arith.divui %[[ORIGIN]], %c2{{.*}} : index
  // CHECK: %[[X:.+]] = nvgpu.ldmatrix %[[TOKENS]]{{.+}} {numTiles = 4 : i32, transpose = false} : {{.+}} -> vector<4x4xi8>
  // CHECK: %[[Y:.+]] = vector.shape_cast %[[X]] : vector<4x4xi8> to vector<16xi8>
  // CHECK: vector.bitcast %[[Y]] : vector<16xi8> to vector<32xi4>
  // CHECK-NOT: nvgpu.ldmatrix
  gpu.func @nibbles(%stage: index) kernel attributes {known_block_size = array<i32: 32, 1, 1>} {
    %0 = humming_tile.alloc at 0 : !humming_tile.smem<2x16x64xi4, #swizzled4>
    %1 = humming_tile.load %0 stage %stage
       : !humming_tile.smem<2x16x64xi4, #swizzled4> -> !humming_tile.frag<16x64xi4, #tokens4>
    gpu.return
  }
}
