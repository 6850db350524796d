// RUN: humming-opt %s --humming-tile-distribute | FileCheck %s

// A product in one warp: fragments become vectors, one for each atom; loops carry the vectors.

// CHECK-LABEL: gpu.func @product
// CHECK: %[[ZERO:.+]] = vector.broadcast %{{.+}} : f32 to vector<4xf32>
// CHECK: %[[SUM:.+]]:2 = scf.for {{.+}} iter_args(%[[ACC0:.+]] = %[[ZERO]], %[[ACC1:.+]] = %[[ZERO]]) -> (vector<4xf32>, vector<4xf32>) {
// CHECK: %[[WORDS:.+]] = vector.from_elements %{{.+}}, %{{.+}}, %{{.+}}, %{{.+}} : vector<4xi32>
// CHECK: %[[W:.+]]:4 = humming_tile.dequant_atom %[[WORDS]] : !humming.code<u4>, vector<4xi32> -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>

// k outermost: neighbouring instructions add to different accumulators.
// CHECK: %[[S00:.+]] = humming_tile.mma_atom "m16n8k16" %[[W]]#0, %{{.+}}, %[[ACC0]] : vector<8xf16>, vector<4xf16>, vector<4xf32>
// CHECK: %[[S10:.+]] = humming_tile.mma_atom "m16n8k16" %[[W]]#0, %{{.+}}, %[[ACC1]]
// CHECK: %[[S01:.+]] = humming_tile.mma_atom "m16n8k16" %[[W]]#1, %{{.+}}, %[[S00]]
// CHECK: %[[S11:.+]] = humming_tile.mma_atom "m16n8k16" %[[W]]#1, %{{.+}}, %[[S10]]
// CHECK: %[[S02:.+]] = humming_tile.mma_atom "m16n8k16" %[[W]]#2, %{{.+}}, %[[S01]]
// CHECK: %[[S12:.+]] = humming_tile.mma_atom "m16n8k16" %[[W]]#2, %{{.+}}, %[[S11]]
// CHECK: %[[S03:.+]] = humming_tile.mma_atom "m16n8k16" %[[W]]#3, %{{.+}}, %[[S02]]
// CHECK: %[[S13:.+]] = humming_tile.mma_atom "m16n8k16" %[[W]]#3, %{{.+}}, %[[S12]]
// CHECK: scf.yield %[[S03]], %[[S13]]

// A map is its region on each register; f16 results lie eight to a vector.
// CHECK: %[[X:.+]] = vector.extract %[[SUM]]#0[0] : f32 from vector<4xf32>
// CHECK: arith.truncf %[[X]] : f32 to f16
// CHECK-COUNT-7: arith.truncf
// CHECK-NOT: arith.truncf
// CHECK: vector.from_elements {{.+}} : vector<8xf16>
#weights = #humming_tile.layout<[[1, 1, 2, 8], [1, 4, 2, 4, 2]] thread [0, 4, 3, 7] reg [1, 5, 6, 2, 8]>
#codes = #humming_tile.layout<[[1, 1, 2, 8], [1, 4, 2, 4, 2]] thread [0, 4, 3, 7] reg [1, 5, 8, 6, 2]>
#packed = #humming_tile.layout<[[1, 2, 8], [1, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
#tokens = #humming_tile.layout<[[1, 2, 8], [1, 4, 2, 4, 2]] thread [0, 3, 2, 6] reg [1, 4, 5, 7]>
#swizzled = #humming_tile.layout<[[16], [1, 64]] offset [1, 0, 2] swizzle 128>
#acc = #humming_tile.layout<[[1, 1, 2, 8], [1, 2, 4, 2]] thread [0, 4, 3, 6] reg [1, 5, 2, 7]>
gpu.module @kernels {
  gpu.func @product(%k: index) kernel attributes {known_block_size = array<i32: 32, 1, 1>} {
    %c0 = arith.constant 0 : index
    %c64 = arith.constant 64 : index
    %cst = arith.constant 0.0 : f32
    %w = humming_tile.alloc at 0 : !humming_tile.smem<2x16x64x!humming.code<u4>, #packed>
    %x = humming_tile.alloc at 1024 : !humming_tile.smem<2x16x64xf16, #swizzled>
    %init = humming_tile.splat %cst : f32 -> !humming_tile.frag<16x16xf32, #acc>
    %sum = scf.for %i = %c0 to %k step %c64 iter_args(%acc = %init) -> (!humming_tile.frag<16x16xf32, #acc>) {
      %codes = humming_tile.load %w stage %c0
        : !humming_tile.smem<2x16x64x!humming.code<u4>, #packed> -> !humming_tile.frag<16x64x!humming.code<u4>, #codes>
      %tokens = humming_tile.load %x stage %c0
        : !humming_tile.smem<2x16x64xf16, #swizzled> -> !humming_tile.frag<16x64xf16, #tokens>
      %v = humming_tile.dequant !humming.code<u4> %codes
        : !humming_tile.frag<16x64x!humming.code<u4>, #codes> -> !humming_tile.frag<16x64xf16, #weights>
      %d = humming_tile.mma "m16n8k16" warps [1, 1] %v, %tokens, %acc
         : !humming_tile.frag<16x64xf16, #weights>, !humming_tile.frag<16x64xf16, #tokens>,
           !humming_tile.frag<16x16xf32, #acc>
      scf.yield %d : !humming_tile.frag<16x16xf32, #acc>
    }
    %h = humming_tile.map(%sum : !humming_tile.frag<16x16xf32, #acc>) {
    ^bb0(%y: f32):
      %z = arith.truncf %y : f32 to f16
      humming_tile.yield %z : f16
    } -> !humming_tile.frag<16x16xf16, #acc>
    gpu.return
  }
}
