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
// CHECK: %[[REST:.+]] = arith.remui %[[DONE]], %{{.+}} : index
// CHECK-NEXT: %[[S0:.+]] = arith.index_castui %[[REST]] : index to i32
// CHECK: %[[ROUND:.+]] = arith.divui %[[DONE]], %{{.+}} : index
// CHECK-NEXT: %[[NUMBER:.+]] = arith.index_castui %[[ROUND]] : index to i32
// CHECK: %[[P0:.+]] = arith.andi %[[NUMBER]], %{{.+}} : i32
// CHECK: scf.for %[[K:.+]] = %[[LOWER]] to %[[UPPER]] step %{{.+}} iter_args(%[[S:.+]] = %[[S0]], %[[P:.+]] = %[[P0]]) -> (i32, i32) {
// CHECK-NEXT: %[[GIVEN:.+]] = arith.index_castui %[[S]] : i32 to index
// CHECK-NEXT: %[[STAGES:.+]] = arith.constant 3 : index
// CHECK-NEXT: %[[EMPTY:.+]] = arith.addi %[[GIVEN]], %[[STAGES]] : index
// CHECK-NEXT: %[[BIT:.+]] = arith.constant 1 : i32
// CHECK-NEXT: %[[BEFORE:.+]] = arith.xori %[[P]], %[[BIT]] : i32
// CHECK-NEXT: humming_tile.mbarrier_wait %[[B]][%[[EMPTY]]] parity %[[BEFORE]] :
// CHECK-NEXT: %[[FILLED:.+]] = arith.index_castui %[[S]] : i32 to index
// 16 x 64 and 64 x 64 numbers of two bytes.
// CHECK-NEXT: humming_tile.mbarrier_arrive %[[B]][%[[FILLED]]] expect 10240
// CHECK-NEXT: humming_tile.bulk_copy %[[MAP]][%[[M0]], %[[K]]] to %[[SX:.+]] stage %[[FILLED]] signal %[[B]][%[[FILLED]]]
// CHECK-NEXT: humming_tile.bulk_copy %[[W]][%[[N0]], %[[K]]] to %[[SW:.+]] stage %[[FILLED]] signal %[[B]][%[[FILLED]]]
// The next stage, the first behind the last; with the first begins a round, of the other parity.
// CHECK-NEXT: %[[ONE:.+]] = arith.constant 1 : i32
// CHECK-NEXT: %[[S1:.+]] = arith.addi %[[S]], %[[ONE]] : i32
// CHECK-NEXT: %[[THREE:.+]] = arith.constant 3 : i32
// CHECK-NEXT: %[[END:.+]] = arith.cmpi eq, %[[S1]], %[[THREE]] : i32
// CHECK-NEXT: %[[ZERO:.+]] = arith.constant 0 : i32
// CHECK-NEXT: %[[S2:.+]] = arith.select %[[END]], %[[ZERO]], %[[S1]] : i32
// CHECK-NEXT: %[[START:.+]] = arith.constant 0 : i32
// CHECK-NEXT: %[[WRAPS:.+]] = arith.cmpi eq, %[[S2]], %[[START]] : i32
// CHECK-NEXT: %[[FLIP:.+]] = arith.extui %[[WRAPS]] : i1 to i32
// CHECK-NEXT: %[[P2:.+]] = arith.xori %[[P]], %[[FLIP]] : i32
// CHECK-NEXT: scf.yield %[[S2]], %[[P2]] : i32, i32

// Those that multiply.
// CHECK: %[[RREST:.+]] = arith.remui %[[DONE]], %{{.+}} : index
// CHECK-NEXT: %[[R0:.+]] = arith.index_castui %[[RREST]] : index to i32
// CHECK: %[[RROUND:.+]] = arith.divui %[[DONE]], %{{.+}} : index
// CHECK-NEXT: %[[RNUMBER:.+]] = arith.index_castui %[[RROUND]] : index to i32
// CHECK: %[[Q0:.+]] = arith.andi %[[RNUMBER]], %{{.+}} : i32
// CHECK-NEXT: %[[AWAITED0:.+]] = arith.index_castui %[[R0]] : i32 to index
// CHECK-NEXT: humming_tile.mbarrier_wait %[[B]][%[[AWAITED0]]] parity %[[Q0]] :
// CHECK-NEXT: %[[READ0:.+]] = arith.index_castui %[[R0]] : i32 to index
// CHECK-NEXT: %[[W0:.+]] = humming_tile.load %[[SW]] stage %[[READ0]] :
// CHECK: scf.for %{{.+}} = %[[LOWER]] to %[[UPPER]] step %{{.+}} iter_args(%[[SUM:.+]] = %{{.+}}, %[[R:.+]] = %[[R0]], %[[Q:.+]] = %[[Q0]], %[[EVEN:.+]] = %[[W0]])
// CHECK-NEXT: %[[BYEVEN:.+]] = arith.index_castui %[[R]] : i32 to index
// CHECK-NEXT: %[[D0:.+]] = humming_tile.warpgroup_mma "m64k16" warps 4 %[[EVEN]], %[[SX]] stage %[[BYEVEN]], %[[SUM]] :
// CHECK: %[[RONE:.+]] = arith.constant 1 : i32
// CHECK-NEXT: %[[AFTER:.+]] = arith.addi %[[R]], %[[RONE]] : i32
// CHECK-NEXT: %[[RTHREE:.+]] = arith.constant 3 : i32
// CHECK-NEXT: %[[REND:.+]] = arith.cmpi eq, %[[AFTER]], %[[RTHREE]] : i32
// CHECK-NEXT: %[[RZERO:.+]] = arith.constant 0 : i32
// CHECK-NEXT: %[[R1:.+]] = arith.select %[[REND]], %[[RZERO]], %[[AFTER]] : i32
// CHECK-NEXT: %[[RSTART:.+]] = arith.constant 0 : i32
// CHECK-NEXT: %[[RWRAPS:.+]] = arith.cmpi eq, %[[R1]], %[[RSTART]] : i32
// CHECK-NEXT: %[[RFLIP:.+]] = arith.extui %[[RWRAPS]] : i1 to i32
// CHECK-NEXT: %[[Q1:.+]] = arith.xori %[[Q]], %[[RFLIP]] : i32
// CHECK-NEXT: %[[AWAITED1:.+]] = arith.index_castui %[[R1]] : i32 to index
// CHECK-NEXT: humming_tile.mbarrier_wait %[[B]][%[[AWAITED1]]] parity %[[Q1]] :
// CHECK-NEXT: %[[READ1:.+]] = arith.index_castui %[[R1]] : i32 to index
// CHECK-NEXT: %[[ODD:.+]] = humming_tile.load %[[SW]] stage %[[READ1]] :

// The second tile's products follow at once; then the first's are waited for, and their stage is left.
// CHECK: %[[BYODD:.+]] = arith.index_castui %[[R1]] : i32 to index
// CHECK-NEXT: %[[D1:.+]] = humming_tile.warpgroup_mma "m64k16" warps 4 %[[ODD]], %[[SX]] stage %[[BYODD]], %[[D0]] :
// CHECK-NEXT: %[[D2:.+]] = humming_tile.warpgroup_wait 1 %[[D1]] weights(%[[EVEN]] :
// CHECK-NEXT: %[[GIVEN0:.+]] = arith.index_castui %[[R]] : i32 to index
// CHECK-NEXT: %[[STAGES0:.+]] = arith.constant 3 : index
// CHECK-NEXT: %[[LEFT:.+]] = arith.addi %[[GIVEN0]], %[[STAGES0]] : index
// CHECK-NEXT: humming_tile.mbarrier_arrive %[[B]][%[[LEFT]]] :

// The last tile of a piece waits for itself, which is there. Nothing is in flight behind a turn.
// CHECK: %[[BEYOND:.+]] = arith.addi %[[R1]], %{{.+}} : i32
// CHECK: %[[R2:.+]] = arith.select %{{.+}}, %{{.+}}, %[[BEYOND]] : i32
// CHECK: %[[RWRAPS2:.+]] = arith.cmpi eq, %[[R2]], %{{.+}} : i32
// CHECK-NEXT: %[[RFLIP2:.+]] = arith.extui %[[RWRAPS2]] : i1 to i32
// CHECK-NEXT: %[[Q2:.+]] = arith.xori %[[Q1]], %[[RFLIP2]] : i32
// CHECK: %[[INSIDE:.+]] = arith.cmpi ult
// CHECK-NEXT: arith.select %[[INSIDE]]
// CHECK-NEXT: %[[FROM:.+]] = arith.select %[[INSIDE]], %[[R2]], %[[R1]] : i32
// CHECK-NEXT: %[[OF:.+]] = arith.select %[[INSIDE]], %[[Q2]], %[[Q1]] : i32
// CHECK-NEXT: %[[AWAITED2:.+]] = arith.index_castui %[[FROM]] : i32 to index
// CHECK-NEXT: humming_tile.mbarrier_wait %[[B]][%[[AWAITED2]]] parity %[[OF]] :
// CHECK-NEXT: %[[READ2:.+]] = arith.index_castui %[[FROM]] : i32 to index
// CHECK-NEXT: %[[NEXT:.+]] = humming_tile.load %[[SW]] stage %[[READ2]] :
// CHECK-NEXT: %[[D3:.+]] = humming_tile.warpgroup_wait 0 %[[D2]] weights(%[[ODD]] :
// CHECK-NOT: humming_tile.elect
// CHECK: %[[GIVEN1:.+]] = arith.index_castui %[[R1]] : i32 to index
// CHECK-NEXT: %[[STAGES1:.+]] = arith.constant 3 : index
// CHECK-NEXT: %[[LEFT1:.+]] = arith.addi %[[GIVEN1]], %[[STAGES1]] : index
// CHECK-NEXT: humming_tile.mbarrier_arrive %[[B]][%[[LEFT1]]] :
// CHECK: scf.yield %[[D3]], %[[R2]], %[[Q2]], %[[NEXT]] :

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
