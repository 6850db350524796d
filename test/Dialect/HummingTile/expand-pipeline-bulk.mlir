// RUN: humming-opt %s --humming-tile-expand-pipeline | FileCheck %s --implicit-check-not=humming_tile.pipeline --implicit-check-not="humming_tile.copy "

// A warp behind the four of the block copies: runs of packed weights, boxes of activations, counted by the barrier of their
// stage. The others wait for tiles and say when they have left a stage; no barrier of the block is in their loop.

// The activations' map is the last argument but the number of tokens.
// CHECK-LABEL: gpu.func @bulk
// CHECK-SAME: (%[[A:[^:]+]]: memref<?x256xf16>, %[[W:[^:]+]]: memref<64x256xf16, {{[^)]+}}>, %{{[^:]+}}: memref<?x64xf32>,
// CHECK-SAME: %[[MAP:[^:]+]]: !nvgpu.tensormap.descriptor<tensor = memref<16x64xf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = none, oob = zero, interleave = none>, %[[TOKENS:[^:]+]]: i32)
// CHECK-SAME: workgroup(%[[B:[^:]+]] : memref<6xi64, #gpu.address_space<workgroup>>)
// CHECK-SAME: humming_tile.tensor_maps = [#humming_tile.tensor_map<argument = 0, cols = 256, box_rows = 16, box_cols = 64, bits = 16>]

// One arrival fills a stage, one of each lane leaves it.
// CHECK-NEXT: humming_tile.warps from 0 count 1 {
// CHECK-NEXT: %[[FIRST:.+]] = humming_tile.elect
// CHECK-NEXT: scf.if %[[FIRST]] {
// CHECK-COUNT-6: humming_tile.mbarrier_init %[[B]][%{{.+}}] count {{1|128}} :
// CHECK-NEXT: humming_tile.mbarrier_fence
// CHECK: gpu.barrier
// CHECK: humming_tile.foreach (%[[N0:[^,]+]], %[[M0:[^,]+]], %{{[^,]+}}, %[[LOWER:[^,]+]], %[[UPPER:[^,]+]], %{{[^,]+}}, %{{[^,]+}}, %{{[^,]+}}, %[[DONE:[^,)]+]])

// CHECK: humming_tile.warps from 4 count 1 {
// CHECK-NEXT: %[[LEADS:.+]] = humming_tile.elect
// CHECK-NEXT: scf.if %[[LEADS]] {
// CHECK: %[[S0:.+]] = arith.remui %[[DONE]], %{{.+}}
// CHECK: %[[ROUND:.+]] = arith.divui %[[DONE]], %{{.+}}
// CHECK: %[[NUMBER:.+]] = arith.index_castui %[[ROUND]]
// CHECK: %[[P0:.+]] = arith.andi %[[NUMBER]]
// CHECK: scf.for %[[K:.+]] = %[[LOWER]] to %[[UPPER]] step %{{.+}} iter_args(%[[S:.+]] = %[[S0]], %[[P:.+]] = %[[P0]])
// CHECK: %[[EMPTY:.+]] = arith.addi %[[S]], %{{.+}} : index
// CHECK: %[[BEFORE:.+]] = arith.xori %[[P]], %{{.+}} : i32
// CHECK-NEXT: humming_tile.mbarrier_wait %[[B]][%[[EMPTY]]] parity %[[BEFORE]]
// 16 x 64 and 64 x 64 numbers of two bytes.
// CHECK-NEXT: humming_tile.mbarrier_arrive %[[B]][%[[S]]] expect 10240
// CHECK-NEXT: humming_tile.bulk_copy %[[MAP]][%[[M0]], %[[K]]] to %[[SX:.+]] stage %[[S]] signal %[[B]][%[[S]]]
// CHECK-NEXT: humming_tile.bulk_copy %[[W]][%[[N0]], %[[K]]] to %[[SW:.+]] stage %[[S]] signal %[[B]][%[[S]]]

// Those that multiply.
// CHECK: humming_tile.mbarrier_wait %[[B]][%[[R0:.+]]] parity %[[Q0:.+]] :
// CHECK-NEXT: %[[W0:.+]] = humming_tile.load %[[SW]] stage %[[R0]]
// CHECK: scf.for %{{.+}} = %[[LOWER]] to %[[UPPER]] step %{{.+}} iter_args(%[[SUM:.+]] = %{{.+}}, %[[R:.+]] = %[[R0]], %[[Q:.+]] = %[[Q0]], %[[EVEN:.+]] = %[[W0]])
// CHECK-NEXT: %[[D0:.+]] = humming_tile.warpgroup_mma "m64k16" warps 4 %[[EVEN]], %[[SX]] stage %[[R]], %[[SUM]]
// CHECK: %[[R1:.+]] = arith.select
// CHECK: %[[Q1:.+]] = arith.xori %[[Q]]
// CHECK-NEXT: humming_tile.mbarrier_wait %[[B]][%[[R1]]] parity %[[Q1]]
// CHECK-NEXT: %[[ODD:.+]] = humming_tile.load %[[SW]] stage %[[R1]]

// The second tile's products follow at once; then the first's are waited for, and their stage is left.
// CHECK: %[[D1:.+]] = humming_tile.warpgroup_mma "m64k16" warps 4 %[[ODD]], %[[SX]] stage %[[R1]], %[[D0]]
// CHECK-NEXT: %[[D2:.+]] = humming_tile.warpgroup_wait 1 %[[D1]] weights(%[[EVEN]] :
// CHECK-NEXT: %{{.+}} = arith.constant 3 : index
// CHECK-NEXT: %[[LEFT:.+]] = arith.addi %[[R]], %{{.+}} : index
// CHECK-NEXT: humming_tile.mbarrier_arrive %[[B]][%[[LEFT]]] :

// The last tile of a piece waits for itself, which is there. Nothing is in flight behind a turn.
// CHECK: %[[INSIDE:.+]] = arith.cmpi ult
// CHECK-NEXT: arith.select %[[INSIDE]]
// CHECK-NEXT: %[[FROM:.+]] = arith.select %[[INSIDE]], %{{.+}}, %[[R1]] : index
// CHECK-NEXT: %[[OF:.+]] = arith.select %[[INSIDE]], %{{.+}}, %[[Q1]] : i32
// CHECK-NEXT: humming_tile.mbarrier_wait %[[B]][%[[FROM]]] parity %[[OF]]
// CHECK: %[[NEXT:.+]] = humming_tile.load %[[SW]] stage %[[FROM]]
// CHECK-NEXT: %[[D3:.+]] = humming_tile.warpgroup_wait 0 %[[D2]] weights(%[[ODD]] :
// CHECK-NOT: humming_tile.elect
// CHECK: %[[LEFT1:.+]] = arith.addi %[[R1]], %{{.+}} : index
// CHECK-NEXT: humming_tile.mbarrier_arrive %[[B]][%[[LEFT1]]] :
// CHECK: scf.yield %[[D3]], %{{.+}}, %{{.+}}, %[[NEXT]]

// A product from zero, whose sum is scaled: each tile's is waited for.
// CHECK-LABEL: gpu.func @scaled
// CHECK: humming_tile.warpgroup_mma
// CHECK: humming_tile.mbarrier_wait
// CHECK: humming_tile.load
// CHECK-NEXT: humming_tile.warpgroup_wait 0
// CHECK-NOT: humming_tile.elect
// CHECK: humming_tile.mbarrier_arrive
// CHECK: humming_tile.map
// CHECK: humming_tile.warpgroup_mma
// CHECK: humming_tile.warpgroup_wait 0
#packed = #humming_tile.layout<[[8, 8], [4, 64]] offset [0, 2, 1, 3]>
#mem64 = #humming_tile.layout<[[8, 8], [1, 64]] offset [0, 2, 1, 3]>
#mem16 = #humming_tile.layout<[[16], [1, 64]] offset [1, 0, 2] swizzle 128>
gpu.module @kernels {
  gpu.func @bulk(%a: memref<?x256xf16>, %w: memref<64x256xf16, #packed>, %c: memref<?x64xf32>, %tokens: i32) kernel
      attributes {known_block_size = array<i32: 128, 1, 1>} {
    %n = arith.constant 64 : index
    %k = arith.constant 256 : index
    %m = arith.index_castui %tokens : i32 to index
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %m, %k)
        tile [64, 16, 64] turn 2 {
      %zero = arith.constant 0.0 : f32
      %init = humming_tile.splat %zero : f32 -> !humming_tile.frag<64x16xf32>
      %x = humming_tile.alloc : !humming_tile.smem<3x16x64xf16, #mem16>
      %v = humming_tile.alloc : !humming_tile.smem<3x64x64xf16, #mem64>
      %sum = humming_tile.pipeline from %lower to %upper step 64 copy "tma"
          buffers(%x, %v : !humming_tile.smem<3x16x64xf16, #mem16>, !humming_tile.smem<3x64x64xf16, #mem64>)
          iter(%init : !humming_tile.frag<64x16xf32>) produce {
      ^bb0(%i: index):
        humming_tile.copy %a[%m0, %i] to %x : memref<?x256xf16> to !humming_tile.smem<3x16x64xf16, #mem16>
        humming_tile.copy %w[%n0, %i] to %v : memref<64x256xf16, #packed> to !humming_tile.smem<3x64x64xf16, #mem64>
        humming_tile.yield
      } consume {
      ^bb0(%i: index, %acc: !humming_tile.frag<64x16xf32>):
        %b = humming_tile.load %v : !humming_tile.smem<3x64x64xf16, #mem64> -> !humming_tile.frag<64x64xf16>
        %d = humming_tile.warpgroup_mma "m64k16" warps 4 %b, %x, %acc
           : !humming_tile.frag<64x64xf16>, !humming_tile.smem<3x16x64xf16, #mem16>, !humming_tile.frag<64x16xf32>
        humming_tile.yield %d : !humming_tile.frag<64x16xf32>
      } -> !humming_tile.frag<64x16xf32>
      humming_tile.store %sum to %c[%m0, %n0] transpose : !humming_tile.frag<64x16xf32> to memref<?x64xf32>
    }
    gpu.return
  }

  gpu.func @scaled(%a: memref<?x256xf16>, %w: memref<64x256xf16, #packed>, %c: memref<?x64xf32>, %tokens: i32) kernel
      attributes {known_block_size = array<i32: 128, 1, 1>} {
    %n = arith.constant 64 : index
    %k = arith.constant 256 : index
    %m = arith.index_castui %tokens : i32 to index
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %m, %k)
        tile [64, 16, 64] turn 2 {
      %zero = arith.constant 0.0 : f32
      %init = humming_tile.splat %zero : f32 -> !humming_tile.frag<64x16xf32>
      %x = humming_tile.alloc : !humming_tile.smem<3x16x64xf16, #mem16>
      %v = humming_tile.alloc : !humming_tile.smem<3x64x64xf16, #mem64>
      %sum = humming_tile.pipeline from %lower to %upper step 64 copy "tma"
          buffers(%x, %v : !humming_tile.smem<3x16x64xf16, #mem16>, !humming_tile.smem<3x64x64xf16, #mem64>)
          iter(%init : !humming_tile.frag<64x16xf32>) produce {
      ^bb0(%i: index):
        humming_tile.copy %a[%m0, %i] to %x : memref<?x256xf16> to !humming_tile.smem<3x16x64xf16, #mem16>
        humming_tile.copy %w[%n0, %i] to %v : memref<64x256xf16, #packed> to !humming_tile.smem<3x64x64xf16, #mem64>
        humming_tile.yield
      } consume {
      ^bb0(%i: index, %acc: !humming_tile.frag<64x16xf32>):
        %b = humming_tile.load %v : !humming_tile.smem<3x64x64xf16, #mem64> -> !humming_tile.frag<64x64xf16>
        %d = humming_tile.warpgroup_mma "m64k16" warps 4 %b, %x
           : !humming_tile.frag<64x64xf16>, !humming_tile.smem<3x16x64xf16, #mem16>, !humming_tile.frag<64x16xf32>
        %e = humming_tile.map(%acc, %d : !humming_tile.frag<64x16xf32>, !humming_tile.frag<64x16xf32>) {
        ^bb0(%p: f32, %q: f32):
          %r = arith.addf %p, %q : f32
          humming_tile.yield %r : f32
        } -> !humming_tile.frag<64x16xf32>
        humming_tile.yield %e : !humming_tile.frag<64x16xf32>
      } -> !humming_tile.frag<64x16xf32>
      humming_tile.store %sum to %c[%m0, %n0] transpose : !humming_tile.frag<64x16xf32> to memref<?x64xf32>
    }
    gpu.return
  }
}
