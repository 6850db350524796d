// RUN: humming-opt %s --humming-tile-distribute | FileCheck %s

// Weights in shared memory, two warpgroups with two instructions of 64 rows each. A stage is 256 x 128 bytes, 64 rows of it 8192: a
// warpgroup begins 16384 bytes behind the one before. From one core matrix of 8 rows by 16 bytes to the next it is 1024 bytes along k
// and 128 along n. Descriptors count 16 bytes: the second 64 rows are 8192 bytes further, a step of k 2048.

// CHECK-LABEL: gpu.func @product
// CHECK-SAME: (%[[STAGE:.+]]: index)
// CHECK: %[[THREAD:.+]] = gpu.thread_id
// CHECK: %[[B:.+]] = humming_tile.matrix_descriptor %{{.+}}[%{{.+}}] : memref
// CHECK: %[[ELEMENTS:.+]] = arith.constant 32768 : index
// CHECK-NEXT: %[[ORIGIN:.+]] = arith.muli %[[STAGE]], %[[ELEMENTS]] : index
// CHECK-NEXT: %[[LANES:.+]] = arith.constant 128 : index
// CHECK-NEXT: %[[GROUP:.+]] = arith.divui %[[THREAD]], %[[LANES]] : index
// CHECK-NEXT: %[[ROWS:.+]] = arith.constant 16384 : index
// CHECK-NEXT: %[[PART:.+]] = arith.muli %[[GROUP]], %[[ROWS]] : index
// CHECK-NEXT: %[[OFFSET:.+]] = arith.addi %[[ORIGIN]], %[[PART]] : index
// CHECK-NEXT: %[[A:.+]] = humming_tile.matrix_descriptor %{{.+}}[%[[OFFSET]]] matrices [1024, 128] : memref
// CHECK-NEXT: humming_tile.warpgroup_fence
// CHECK-NEXT: arith.constant 0 : i64
// CHECK-NEXT: %[[B0:.+]] = arith.addi %[[B]]
// CHECK-NEXT: %[[C00:.+]] = arith.constant 0 : i64
// CHECK-NEXT: %[[A00:.+]] = arith.addi %[[A]], %[[C00]] : i64
// CHECK-NEXT: %[[D00:.+]] = humming_tile.warpgroup_atom "m64k32" %[[A00]] of i8, %[[B0]], %{{.+}} : i64, vector<8xi32>
// CHECK-NEXT: %[[C01:.+]] = arith.constant 512 : i64
// CHECK-NEXT: %[[A01:.+]] = arith.addi %[[A]], %[[C01]] : i64
// CHECK-NEXT: %[[D01:.+]] = humming_tile.warpgroup_atom "m64k32" %[[A01]] of i8, %[[B0]], %{{.+}} : i64, vector<8xi32>
// CHECK-NEXT: arith.constant 2 : i64
// CHECK-NEXT: %[[B1:.+]] = arith.addi %[[B]]
// CHECK-NEXT: %[[C10:.+]] = arith.constant 128 : i64
// CHECK-NEXT: %[[A10:.+]] = arith.addi %[[A]], %[[C10]] : i64
// CHECK-NEXT: humming_tile.warpgroup_atom "m64k32" %[[A10]] of i8, %[[B1]], %[[D00]]
// CHECK-NEXT: %[[C11:.+]] = arith.constant 640 : i64
// CHECK-NEXT: %[[A11:.+]] = arith.addi %[[A]], %[[C11]] : i64
// CHECK-NEXT: humming_tile.warpgroup_atom "m64k32" %[[A11]] of i8, %[[B1]], %[[D01]]
// CHECK-COUNT-4: humming_tile.warpgroup_atom
// CHECK-NEXT: humming_tile.warpgroup_commit

#weights = #humming_tile.layout<[[4, 64], [8, 16]] offset [0, 2, 1, 3]>
#acc = #humming_tile.layout<[[2, 2, 4, 2, 8], [1, 2, 4, 2]] thread [0, 5, 2, 4, 7] reg [1, 6, 3, 8]>
#lines = #humming_tile.layout<[[16], [1, 128]] offset [1, 0, 2] swizzle 128>
gpu.module @kernels {
  gpu.func @product(%stage: index) kernel attributes {known_block_size = array<i32: 256, 1, 1>} {
    %w = humming_tile.alloc at 0 : !humming_tile.smem<3x256x128xi8, #weights>
    %x = humming_tile.alloc at 98304 : !humming_tile.smem<3x16x128xi8, #lines>
    %zero = arith.constant 0 : i32
    %init = humming_tile.splat %zero : i32 -> !humming_tile.frag<256x16xi32, #acc>
    %d = humming_tile.warpgroup_mma "m64k32" warps 8 %w, %x stage %stage, %init
       : !humming_tile.smem<3x256x128xi8, #weights>, !humming_tile.smem<3x16x128xi8, #lines>, !humming_tile.frag<256x16xi32, #acc>
    gpu.return
  }
}
