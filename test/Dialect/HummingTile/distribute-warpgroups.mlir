// RUN: humming-opt %s --humming-tile-distribute | FileCheck %s

// A product of one warpgroup, two row atoms in each warp, 16 tokens, 128 columns in two panels of 64. A stage is 16 x 128 elements.
// Descriptors count 16 bytes: a step of k is 32 bytes within the line, the second panel 16 lines of 128 bytes further.
// k outermost: neighbouring instructions add to different accumulators.

// CHECK-LABEL: gpu.func @product
// CHECK-SAME: (%[[STAGE:.+]]: index)
// CHECK: %[[MEMORY:.+]] = memref.view
// CHECK: %[[W:.+]] = vector.broadcast %{{.+}} : f16 to vector<8xf16>
// CHECK: %[[S0:.+]] = vector.from_elements {{.+}} : vector<8xf32>
// CHECK: %[[S1:.+]] = vector.from_elements {{.+}} : vector<8xf32>
// CHECK: %[[ELEMENTS:.+]] = arith.constant 2048 : index
// CHECK-NEXT: %[[OFFSET:.+]] = arith.muli %[[STAGE]], %[[ELEMENTS]] : index
// CHECK-NEXT: %[[BASE:.+]] = humming_tile.matrix_descriptor %[[MEMORY]][%[[OFFSET]]]
// CHECK-NEXT: humming_tile.warpgroup_fence
// CHECK-NEXT: %[[C0:.+]] = arith.constant 0 : i64
// CHECK-NEXT: %[[B0:.+]] = arith.addi %[[BASE]], %[[C0]] : i64
// CHECK-NEXT: %[[D00:.+]] = humming_tile.warpgroup_atom "m64k16" %[[W]], %[[B0]], %[[S0]] : vector<8xf16>, vector<8xf32>
// CHECK-NEXT: %[[D01:.+]] = humming_tile.warpgroup_atom "m64k16" %[[W]], %[[B0]], %[[S1]] : vector<8xf16>, vector<8xf32>
// CHECK-NEXT: %[[C1:.+]] = arith.constant 2 : i64
// CHECK-NEXT: %[[B1:.+]] = arith.addi %[[BASE]], %[[C1]] : i64
// CHECK-NEXT: %[[D10:.+]] = humming_tile.warpgroup_atom "m64k16" %[[W]], %[[B1]], %[[D00]] : vector<8xf16>, vector<8xf32>
// CHECK-NEXT: %[[D11:.+]] = humming_tile.warpgroup_atom "m64k16" %[[W]], %[[B1]], %[[D01]] : vector<8xf16>, vector<8xf32>
// CHECK-NEXT: %[[C2:.+]] = arith.constant 4 : i64
// CHECK-NEXT: %[[B2:.+]] = arith.addi %[[BASE]], %[[C2]] : i64
// CHECK-NEXT: %[[D20:.+]] = humming_tile.warpgroup_atom "m64k16" %[[W]], %[[B2]], %[[D10]] : vector<8xf16>, vector<8xf32>
// CHECK-NEXT: %[[D21:.+]] = humming_tile.warpgroup_atom "m64k16" %[[W]], %[[B2]], %[[D11]] : vector<8xf16>, vector<8xf32>
// CHECK-NEXT: %[[C3:.+]] = arith.constant 6 : i64
// CHECK-NEXT: %[[B3:.+]] = arith.addi %[[BASE]], %[[C3]] : i64
// CHECK-NEXT: %[[D30:.+]] = humming_tile.warpgroup_atom "m64k16" %[[W]], %[[B3]], %[[D20]] : vector<8xf16>, vector<8xf32>
// CHECK-NEXT: %[[D31:.+]] = humming_tile.warpgroup_atom "m64k16" %[[W]], %[[B3]], %[[D21]] : vector<8xf16>, vector<8xf32>
// CHECK-NEXT: %[[C4:.+]] = arith.constant 128 : i64
// CHECK-NEXT: %[[B4:.+]] = arith.addi %[[BASE]], %[[C4]] : i64
// CHECK-NEXT: %[[D40:.+]] = humming_tile.warpgroup_atom "m64k16" %[[W]], %[[B4]], %[[D30]] : vector<8xf16>, vector<8xf32>
// CHECK-NEXT: %[[D41:.+]] = humming_tile.warpgroup_atom "m64k16" %[[W]], %[[B4]], %[[D31]] : vector<8xf16>, vector<8xf32>
// CHECK-NEXT: %[[C5:.+]] = arith.constant 130 : i64
// CHECK-NEXT: %[[B5:.+]] = arith.addi %[[BASE]], %[[C5]] : i64
// CHECK-NEXT: %[[D50:.+]] = humming_tile.warpgroup_atom "m64k16" %[[W]], %[[B5]], %[[D40]] : vector<8xf16>, vector<8xf32>
// CHECK-NEXT: %[[D51:.+]] = humming_tile.warpgroup_atom "m64k16" %[[W]], %[[B5]], %[[D41]] : vector<8xf16>, vector<8xf32>
// CHECK-NEXT: %[[C6:.+]] = arith.constant 132 : i64
// CHECK-NEXT: %[[B6:.+]] = arith.addi %[[BASE]], %[[C6]] : i64
// CHECK-NEXT: %[[D60:.+]] = humming_tile.warpgroup_atom "m64k16" %[[W]], %[[B6]], %[[D50]] : vector<8xf16>, vector<8xf32>
// CHECK-NEXT: %[[D61:.+]] = humming_tile.warpgroup_atom "m64k16" %[[W]], %[[B6]], %[[D51]] : vector<8xf16>, vector<8xf32>
// CHECK-NEXT: %[[C7:.+]] = arith.constant 134 : i64
// CHECK-NEXT: %[[B7:.+]] = arith.addi %[[BASE]], %[[C7]] : i64
// CHECK-NEXT: %[[D70:.+]] = humming_tile.warpgroup_atom "m64k16" %[[W]], %[[B7]], %[[D60]] : vector<8xf16>, vector<8xf32>
// CHECK-NEXT: %[[D71:.+]] = humming_tile.warpgroup_atom "m64k16" %[[W]], %[[B7]], %[[D61]] : vector<8xf16>, vector<8xf32>
// CHECK-NEXT: humming_tile.warpgroup_commit

// The fragment's pieces, one for each atom of 16 x 8; the wait takes those, and the weights of all 16 atoms.
// CHECK-NEXT: %[[P0:.+]] = vector.extract_strided_slice %[[D70]] {offsets = [0]
// CHECK-NEXT: %[[P1:.+]] = vector.extract_strided_slice %[[D70]] {offsets = [4]
// CHECK-NEXT: %[[P2:.+]] = vector.extract_strided_slice %[[D71]] {offsets = [0]
// CHECK-NEXT: %[[P3:.+]] = vector.extract_strided_slice %[[D71]] {offsets = [4]
// CHECK-NEXT: humming_tile.warpgroup_wait 1 %[[P0]], %[[P1]], %[[P2]], %[[P3]] weights(%[[W]], {{.+}} : {{.+}}) : ({{.+}}) -> (vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>)
#weights = #humming_tile.layout<[[4, 2, 2, 8], [1, 8, 2, 4, 2]] thread [0, 4, 3, 7] reg [1, 5, 6, 2, 8]>
#acc = #humming_tile.layout<[[4, 2, 2, 8], [1, 2, 4, 2]] thread [0, 4, 3, 6] reg [1, 5, 2, 7]>
#panels = #humming_tile.layout<[[16], [2, 64]] offset [1, 0, 2] swizzle 128>
gpu.module @kernels {
  gpu.func @product(%stage: index) kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    %x = humming_tile.alloc at 4096 : !humming_tile.smem<3x16x128xf16, #panels>
    %zero = arith.constant 0.0 : f32
    %one = arith.constant 1.0 : f16
    %w = humming_tile.splat %one : f16 -> !humming_tile.frag<128x128xf16, #weights>
    %init = humming_tile.splat %zero : f32 -> !humming_tile.frag<128x16xf32, #acc>
    %d = humming_tile.warpgroup_mma "m64k16" warps 4 %w, %x stage %stage, %init
       : !humming_tile.frag<128x128xf16, #weights>, !humming_tile.smem<3x16x128xf16, #panels>,
         !humming_tile.frag<128x16xf32, #acc>
    %e = humming_tile.warpgroup_wait 1 %d weights(%w : !humming_tile.frag<128x128xf16, #weights>)
       : (!humming_tile.frag<128x16xf32, #acc>) -> !humming_tile.frag<128x16xf32, #acc>
    gpu.return
  }
}
