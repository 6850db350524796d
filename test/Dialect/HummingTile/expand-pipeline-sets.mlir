// RUN: humming-opt %s --humming-tile-expand-pipeline | FileCheck %s --implicit-check-not=humming_tile.pipeline

// Two sets of four warps, and behind both the one that copies. Stages are filled and left as by one set; each set has an
// mbarrier more, which all lanes of the other arrive at.

// CHECK-LABEL: gpu.func @sets
// CHECK-SAME: workgroup(%[[B:[^:]+]] : memref<8xi64, #gpu.address_space<workgroup>>)
// CHECK-COUNT-6: humming_tile.mbarrier_init %[[B]][%{{.+}}] count {{1|128}} :
// CHECK: %[[SIX:.+]] = arith.constant 6 : index
// CHECK-NEXT: humming_tile.mbarrier_init %[[B]][%[[SIX]]] count 128
// CHECK: %[[SEVEN:.+]] = arith.constant 7 : index
// CHECK-NEXT: humming_tile.mbarrier_init %[[B]][%[[SEVEN]]] count 128
// CHECK-NEXT: humming_tile.mbarrier_fence

// CHECK: humming_tile.foreach (%{{.+}}, %[[LOWER:[^,]+]], %[[UPPER:[^,]+]], %{{[^,]+}}, %{{[^,]+}}, %{{[^,]+}}, %[[DONE:[^,]+]], %[[PIECE:[^,)]+]]) in
// CHECK: humming_tile.warps from 8 count 1 {

// Ahead of its first tile a set waits for phase ceil(piece / 2) - 1 of its mbarrier, which is over ahead of the first piece.
// CHECK: %[[SET:.+]], %{{.+}} = humming_tile.warp_sets 2
// CHECK: %[[ROUNDS:.+]] = arith.ceildivui %[[PIECE]], %{{.+}} : index
// CHECK: %[[PHASE:.+]] = arith.addi %[[ROUNDS]], %{{.+}} : index
// CHECK: %[[NUMBER:.+]] = arith.index_castui %[[PHASE]] : index to i32
// CHECK: %[[PARITY:.+]] = arith.andi %[[NUMBER]], %{{.+}} : i32
// CHECK: %[[OWN:.+]] = arith.addi %[[SET]], %{{.+}} : index
// CHECK-NEXT: humming_tile.mbarrier_wait %[[B]][%[[OWN]]] parity %[[PARITY]] :
// CHECK-NEXT: %[[STAGE:.+]] = arith.index_castui %[[S0:.+]] : i32 to index
// CHECK-NEXT: humming_tile.mbarrier_wait %[[B]][%[[STAGE]]] parity %[[P0:.+]] :

// The set that has seen the last tile of its piece lets the other go on, ahead of that tile's products.
// CHECK: scf.for %[[K:.+]] = %[[LOWER]] to %[[UPPER]] step %{{.+}} iter_args(%{{.+}} = %{{.+}}, %{{.+}} = %[[S0]], %{{.+}} = %[[P0]],
// CHECK: humming_tile.warpgroup_mma
// CHECK: %[[SECOND:.+]] = arith.addi %[[K]], %{{.+}} : index
// CHECK: humming_tile.mbarrier_wait
// CHECK: %[[THIRD:.+]] = arith.addi %[[SECOND]], %{{.+}} : index
// CHECK-NEXT: %[[ISLAST:.+]] = arith.cmpi uge, %[[THIRD]], %[[UPPER]] : index
// CHECK-NEXT: scf.if %[[ISLAST]] {
// CHECK-NEXT: %[[SELF:.+]], %{{.+}} = humming_tile.warp_sets 2
// CHECK: %[[NEXT:.+]] = arith.addi %[[SELF]], %{{.+}} : index
// CHECK: %[[OTHER:.+]] = arith.remui %[[NEXT]], %{{.+}} : index
// CHECK: %[[ITS:.+]] = arith.addi %[[OTHER]], %{{.+}} : index
// CHECK-NEXT: humming_tile.mbarrier_arrive %[[B]][%[[ITS]]] :
// CHECK-NEXT: }
// CHECK: humming_tile.warpgroup_mma
// CHECK-NOT: scf.if
// CHECK: scf.yield
#packed = #humming_tile.layout<[[8, 8], [4, 64]] offset [0, 2, 1, 3]>
#mem64 = #humming_tile.layout<[[8, 8], [1, 64]] offset [0, 2, 1, 3]>
#mem16 = #humming_tile.layout<[[16], [1, 64]] offset [1, 0, 2] swizzle 128>
gpu.module @kernels {
  gpu.func @sets(%a: memref<?x256xf16>, %w: memref<64x256xf16, #packed>, %c: memref<?x64xf32>, %tokens: i32) kernel
      attributes {known_block_size = array<i32: 128, 1, 1>} {
    %n = arith.constant 64 : index
    %k = arith.constant 256 : index
    %m = arith.index_castui %tokens : i32 to index
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done, %piece) in (%n, %m, %k)
        tile [64, 16, 64] turn 2 blocks 4 sets 2 {
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
}
