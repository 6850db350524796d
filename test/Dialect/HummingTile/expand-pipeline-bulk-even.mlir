// RUN: humming-opt %s --humming-tile-expand-pipeline | FileCheck %s

// Tiles come in twos. In an even number of stages the second of two is in the stage behind the first's, in the same round; the first
// of the next turn may be in the first stage again, and another round.

// CHECK-LABEL: gpu.func @even
// CHECK-SAME: workgroup(%[[B:[^:]+]] : memref<8xi64, #gpu.address_space<workgroup>>)
// CHECK: humming_tile.warps from 4 count 1 {
// CHECK: scf.yield
// CHECK: scf.for %{{.+}} = %{{.+}} to %{{.+}} step %{{.+}} iter_args(%{{[^=]+}} = %{{[^=]+}}, %[[R:.+]] = %{{[^=]+}}, %[[Q:.+]] = %{{[^=]+}}, %{{.+}} = %{{.+}})
// CHECK: %[[D0:.+]] = humming_tile.warpgroup_mma
// CHECK: %[[ONE:.+]] = arith.constant 1 : i32
// CHECK-NEXT: %[[R1:.+]] = arith.addi %[[R]], %[[ONE]] overflow<nuw> : i32
// CHECK-NEXT: %[[AWAITED:.+]] = arith.index_castui %[[R1]] : i32 to index
// CHECK-NEXT: humming_tile.mbarrier_wait %[[B]][%[[AWAITED]]] parity %[[Q]] :
// CHECK: humming_tile.load %{{.+}} stage
// CHECK: %[[BYODD:.+]] = arith.index_castui %[[R1]] : i32 to index
// CHECK-NEXT: humming_tile.warpgroup_mma "m64k16" warps 4 %{{.+}}, %{{.+}} stage %[[BYODD]], %[[D0]] :
// CHECK: humming_tile.mbarrier_arrive
// CHECK: %[[BEYOND:.+]] = arith.addi %[[R1]], %{{.+}} : i32
// CHECK-NEXT: %[[FOUR:.+]] = arith.constant 4 : i32
// CHECK-NEXT: %[[END:.+]] = arith.cmpi eq, %[[BEYOND]], %[[FOUR]] : i32
// CHECK-NEXT: %[[ZERO:.+]] = arith.constant 0 : i32
// CHECK-NEXT: %[[R2:.+]] = arith.select %[[END]], %[[ZERO]], %[[BEYOND]] : i32
// CHECK: %[[FLIP:.+]] = arith.extui %{{.+}} : i1 to i32
// CHECK-NEXT: %[[Q2:.+]] = arith.xori %[[Q]], %[[FLIP]] : i32
// CHECK: scf.yield %{{.+}}, %[[R2]], %[[Q2]], %{{.+}} :
#packed = #humming_tile.layout<[[8, 8], [4, 64]] offset [0, 2, 1, 3]>
#mem64 = #humming_tile.layout<[[8, 8], [1, 64]] offset [0, 2, 1, 3]>
#mem16 = #humming_tile.layout<[[16], [1, 64]] offset [1, 0, 2] swizzle 128>
gpu.module @kernels {
  gpu.func @even(%a: memref<?x256xf16>, %w: memref<64x256xf16, #packed>, %c: memref<?x64xf32>, %tokens: i32) kernel
      attributes {known_block_size = array<i32: 128, 1, 1>} {
    %n = arith.constant 64 : index
    %k = arith.constant 256 : index
    %m = arith.index_castui %tokens : i32 to index
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %m, %k)
        tile [64, 16, 64] turn 2 {
      %zero = arith.constant 0.0 : f32
      %init = humming_tile.splat %zero : f32 -> !humming_tile.frag<64x16xf32>
      %x = humming_tile.alloc : !humming_tile.smem<4x16x64xf16, #mem16>
      %v = humming_tile.alloc : !humming_tile.smem<4x64x64xf16, #mem64>
      %sum = humming_tile.pipeline from %lower to %upper step 64 copy "tma"
          buffers(%x, %v : !humming_tile.smem<4x16x64xf16, #mem16>, !humming_tile.smem<4x64x64xf16, #mem64>)
          iter(%init : !humming_tile.frag<64x16xf32>) produce {
      ^bb0(%i: index):
        humming_tile.copy %a[%m0, %i] to %x : memref<?x256xf16> to !humming_tile.smem<4x16x64xf16, #mem16>
        humming_tile.copy %w[%n0, %i] to %v : memref<64x256xf16, #packed> to !humming_tile.smem<4x64x64xf16, #mem64>
        humming_tile.yield
      } consume {
      ^bb0(%i: index, %acc: !humming_tile.frag<64x16xf32>):
        %b = humming_tile.load %v : !humming_tile.smem<4x64x64xf16, #mem64> -> !humming_tile.frag<64x64xf16>
        %d = humming_tile.warpgroup_mma "m64k16" warps 4 %b, %x, %acc
           : !humming_tile.frag<64x64xf16>, !humming_tile.smem<4x16x64xf16, #mem16>, !humming_tile.frag<64x16xf32>
        humming_tile.yield %d : !humming_tile.frag<64x16xf32>
      } -> !humming_tile.frag<64x16xf32>
      humming_tile.store %sum to %c[%m0, %n0] transpose : !humming_tile.frag<64x16xf32> to memref<?x64xf32>
    }
    gpu.return
  }
}
