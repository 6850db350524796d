// RUN: humming-opt %s --pass-pipeline='builtin.module(gpu.module(humming-tile-distribute))' | FileCheck %s

#pairs = #humming_tile.layout<[[256], [64]] offset [0, 1]>
#weights = #humming_tile.layout<[[1, 1, 2, 8], [1, 4, 2, 4, 2]] thread [0, 4, 3, 7] reg [1, 5, 6, 2, 8]>
#codes = #humming_tile.layout<[[1, 1, 2, 8], [1, 4, 2, 4, 2]] thread [0, 4, 3, 7] reg [1, 5, 8, 6, 2]>
#packed = #humming_tile.layout<[[1, 2, 8], [1, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
#table = #humming_tile.layout<[[1], [32]] offset [0, 1]>
!code = !humming.code<lut5, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
                             16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 0.1]>

// Two warps: the first thread of each writes every other 16 bytes, of values rounded to f16.
gpu.module @kernels {
  // CHECK-LABEL: gpu.func @fill
  // CHECK: %[[ID:.*]] = gpu.thread_id x
  // CHECK: %[[TABLE:.*]] = memref.view {{.*}} to memref<?xf16, #gpu.address_space<workgroup>>
  // CHECK: %[[C0:.*]] = arith.constant 0 : index
  // CHECK: %[[FIRST:.*]] = arith.cmpi eq, %[[ID]], %[[C0]]
  // CHECK: scf.if %[[FIRST]] {
  // CHECK: dense<[0.000000e+00, 1.000000e+00, 2.000000e+00, 3.000000e+00, 4.000000e+00, 5.000000e+00, 6.000000e+00, 7.000000e+00]>
  // CHECK: vector.store %{{.*}}, %[[TABLE]]
  // CHECK: dense<[1.600000e+01, {{.*}}]>
  // CHECK: vector.store %{{.*}}, %[[TABLE]]
  // CHECK-NOT: vector.store
  // CHECK: arith.constant 32 : index
  // CHECK: arith.cmpi eq, %[[ID]]
  // CHECK: dense<[8.000000e+00, {{.*}}]>
  // CHECK: dense<[{{.*}}, 9.997550e-02]>
  gpu.func @fill() kernel attributes {known_block_size = array<i32: 64, 1, 1>} {
    %t = humming_tile.alloc at 0 : !humming_tile.smem<1x1x32xf16, #table>
    humming_tile.tabulate !code to %t : !humming_tile.smem<1x1x32xf16, #table>
    gpu.return
  }

  // By pairs: three warps, so a thread makes up to three. It looks one up by permutations and writes it to all banks,
  // from another chunk on than its neighbours.
  // CHECK-LABEL: gpu.func @pairs
  // CHECK: %[[ID:.*]] = gpu.thread_id x
  // CHECK: %[[TABLE:.*]] = memref.view {{.*}} to memref<?xf16, #gpu.address_space<workgroup>>
  // CHECK: %[[CODES:.*]] = arith.index_castui %[[ID]] : index to i32
  // CHECK: humming_tile.byte_permute
  // CHECK: %[[WORDS:.*]] = vector.broadcast %{{.*}} : i32 to vector<4xi32>
  // CHECK: %[[PAIR:.*]] = vector.bitcast %[[WORDS]] : vector<4xi32> to vector<8xf16>
  // CHECK: %[[C64:.*]] = arith.constant 64 : index
  // CHECK: %[[ROW:.*]] = arith.muli %[[ID]], %[[C64]]
  // CHECK: %[[CHUNK:.*]] = arith.remui %[[ID]]
  // CHECK: %[[SHIFT:.*]] = arith.muli %[[CHUNK]]
  // CHECK: %[[PLACE:.*]] = arith.addi %[[ROW]], %[[SHIFT]]
  // CHECK-COUNT-8: vector.store %[[PAIR]], %[[TABLE]]
  // CHECK-NOT: scf.if
  // CHECK: %[[SECOND:.*]] = arith.addi %[[ID]]
  // CHECK-COUNT-8: vector.store
  // CHECK: %[[THIRD:.*]] = arith.addi %[[ID]]
  // CHECK: %[[C256:.*]] = arith.constant 256 : index
  // CHECK: %[[EXISTS:.*]] = arith.cmpi ult, %[[THIRD]], %[[C256]]
  // CHECK: scf.if %[[EXISTS]] {
  // CHECK-COUNT-8: vector.store
  // CHECK-NOT: vector.store
  gpu.func @pairs() kernel attributes {known_block_size = array<i32: 96, 1, 1>} {
    %t = humming_tile.alloc at 0 : !humming_tile.smem<1x256x64xf16, #pairs>
    humming_tile.tabulate !humming.code<nf4> to %t : !humming_tile.smem<1x256x64xf16, #pairs>
    gpu.return
  }

  // A lane's copy of each pair is in its own bank.
  // CHECK-LABEL: gpu.func @lookup
  // CHECK: %[[ID:.*]] = gpu.thread_id x
  // CHECK: %[[SHARED:.*]] = gpu.dynamic_shared_memory
  // CHECK: %[[BYTES:.*]] = memref.view %[[SHARED]][%{{.*}}][%{{.*}}] : memref<?xi8, #gpu.address_space<workgroup>> to memref<?xi8
  // CHECK: %[[LANE:.*]] = arith.remui %[[ID]]
  // CHECK: %[[COPY:.*]] = arith.muli %[[LANE]]
  // CHECK: humming_tile.dequant_atom %{{.*}} table(%[[BYTES]] : memref<?xi8, #gpu.address_space<workgroup>>) copy %[[COPY]]
  gpu.func @lookup() kernel attributes {known_block_size = array<i32: 32, 1, 1>} {
    %t = humming_tile.alloc at 1024 : !humming_tile.smem<1x256x64xf16, #pairs>
    %w = humming_tile.alloc at 0 : !humming_tile.smem<1x16x64x!humming.code<nf4>, #packed>
    %codes = humming_tile.load %w
      : !humming_tile.smem<1x16x64x!humming.code<nf4>, #packed> -> !humming_tile.frag<16x64x!humming.code<nf4>, #codes>
    %v = humming_tile.dequant !humming.code<nf4> %codes table(%t : !humming_tile.smem<1x256x64xf16, #pairs>)
      : !humming_tile.frag<16x64x!humming.code<nf4>, #codes> -> !humming_tile.frag<16x64xf16, #weights>
    gpu.return
  }
}
