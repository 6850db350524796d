// RUN: humming-opt %s --humming-tile-expand-pipeline --split-input-file | FileCheck %s

// Two blocks of a cluster, whose tiles are below one another, read the same activations: each copies half of them, for both.

// A map of half the rows. A stage is empty when the 128 lanes of the block have left it, and the four warps of the other.
// CHECK-LABEL: gpu.func @pair
// CHECK-SAME: !nvgpu.tensormap.descriptor<tensor = memref<8x64xf16,
// CHECK-SAME: workgroup(%[[B:[^:]+]] : memref<6xi64,
// CHECK-SAME: box_rows = 8, box_cols = 64,
// CHECK-COUNT-6: humming_tile.mbarrier_init %[[B]][%{{.+}}] count {{1|132}} :
// CHECK: humming_tile.mbarrier_fence
// CHECK-NOT: gpu.barrier
// CHECK: humming_tile.cluster_arrive relaxed
// CHECK-NEXT: humming_tile.cluster_wait
// CHECK: humming_tile.foreach (%[[N0:[^,]+]], %[[M0:[^,]+]],
// CHECK: humming_tile.warps from 4 count 1 {
// CHECK: %[[PLACE:.+]] = humming_tile.cluster_rank
// CHECK: %[[NONE:.+]] = arith.constant 0 : index
// CHECK: %[[BOTH:.+]] = arith.constant 3 : i16
// CHECK: %[[SHIFT:.+]] = arith.index_castui %[[NONE]] : index to i16
// CHECK: %[[MASK:.+]] = arith.shli %[[BOTH]], %[[SHIFT]] : i16
// CHECK: scf.for
// CHECK: humming_tile.mbarrier_wait

// The bytes of a whole stage come: half of the activations from the other block.
// CHECK: humming_tile.mbarrier_arrive %[[B]][%[[S:.+]]] expect 10240
// CHECK: %[[EIGHT:.+]] = arith.constant 8 : index
// CHECK: %[[PART:.+]] = arith.muli %[[PLACE]], %[[EIGHT]]
// CHECK: %[[ROW:.+]] = arith.addi %[[M0]], %[[PART]]
// CHECK-NEXT: humming_tile.bulk_copy %{{.+}}[%[[ROW]], %[[K:.+]]] to %{{.+}} stage %[[S]] signal %[[B]][%[[S]]] part %[[PART]] multicast %[[MASK]] :
// CHECK-NEXT: humming_tile.bulk_copy %{{.+}}[%[[N0]], %[[K]]] to %{{.+}} stage %[[S]] signal %[[B]][%[[S]]] :

// Behind the last tile: all have left the three last ones, and arrive no more.
// CHECK: scf.yield
// CHECK-NOT: scf.for
// CHECK-COUNT-3: humming_tile.mbarrier_wait
// CHECK-NOT: scf.for
// CHECK: humming_tile.mbarrier_wait
// CHECK: scf.for

// Who leaves a stage says so to both: each lane here, one for its warp there.
// CHECK: humming_tile.warpgroup_mma
// CHECK: humming_tile.warpgroup_wait
// CHECK: humming_tile.mbarrier_arrive %[[B]][%{{[^]]+}}] :
// CHECK-NEXT: %[[ONE:.+]] = humming_tile.elect
// CHECK-NEXT: scf.if %[[ONE]] {
// CHECK: %[[OWN:.+]] = humming_tile.cluster_rank
// CHECK: %[[BEHIND:.+]] = arith.addi %[[OWN]], %{{.+}}
// CHECK-NOT: gpu.thread_id
// CHECK: %[[OTHER:.+]] = arith.remui %[[BEHIND]], %{{.+}}
// CHECK: %[[AT:.+]] = arith.addi %{{.+}}, %[[OTHER]]
// CHECK: humming_tile.mbarrier_arrive %[[B]][%{{.+}}] at %[[AT]] :

// CHECK: gpu.return
#packed = #humming_tile.layout<[[8, 8], [4, 64]] offset [0, 2, 1, 3]>
#mem64 = #humming_tile.layout<[[8, 8], [1, 64]] offset [0, 2, 1, 3]>
#mem16 = #humming_tile.layout<[[16], [1, 64]] offset [1, 0, 2] swizzle 128>
gpu.module @kernels {
  gpu.func @pair(%a: memref<?x256xf16>, %w: memref<64x256xf16, #packed>, %c: memref<?x64xf32>, %tokens: i32) kernel
      attributes {known_block_size = array<i32: 128, 1, 1>} {
    %n = arith.constant 64 : index
    %k = arith.constant 256 : index
    %m = arith.index_castui %tokens : i32 to index
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %m, %k)
        tile [64, 16, 64] turn 2 cluster 2 {
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

// -----

// A block that goes on to other tiles waits at its end: all threads meet once more.

// CHECK-LABEL: gpu.func @blocks
// CHECK: humming_tile.cluster_wait
// CHECK: humming_tile.foreach
// CHECK: humming_tile.bulk_copy {{.+}} multicast
// CHECK: scf.yield
// CHECK-NEXT: }
// CHECK-NEXT: }
// CHECK-NEXT: }
// CHECK: humming_tile.cluster_arrive{{$}}
// CHECK-NEXT: humming_tile.cluster_wait
// CHECK-NEXT: gpu.return
#packed = #humming_tile.layout<[[8, 8], [4, 64]] offset [0, 2, 1, 3]>
#mem64 = #humming_tile.layout<[[8, 8], [1, 64]] offset [0, 2, 1, 3]>
#mem16 = #humming_tile.layout<[[16], [1, 64]] offset [1, 0, 2] swizzle 128>
gpu.module @kernels {
  gpu.func @blocks(%a: memref<?x256xf16>, %w: memref<64x256xf16, #packed>, %c: memref<?x64xf32>, %tokens: i32) kernel
      attributes {known_block_size = array<i32: 128, 1, 1>} {
    %n = arith.constant 64 : index
    %k = arith.constant 256 : index
    %m = arith.index_castui %tokens : i32 to index
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %m, %k)
        tile [64, 16, 64] turn 2 blocks 4 cluster 2 {
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

// -----

// Slices in the same cluster read other activations: of ranks 0 to 3 a block shares them with that of its slice.

// CHECK-LABEL: gpu.func @joined
// CHECK: humming_tile.warps from 4 count 1 {
// CHECK: %[[RANK:.+]] = humming_tile.cluster_rank
// CHECK: %[[PLACE:.+]] = arith.remui %[[RANK]], %{{.+}}
// CHECK: %[[FIRST:.+]] = arith.subi %[[RANK]], %[[PLACE]]
// CHECK: %[[SHIFT:.+]] = arith.index_castui %[[FIRST]] : index to i16
// CHECK: %[[MASK:.+]] = arith.shli %{{.+}}, %[[SHIFT]] : i16
// CHECK: %[[PART:.+]] = arith.muli %[[PLACE]], %{{.+}}
// CHECK: part %[[PART]] multicast %[[MASK]] :
// CHECK: humming_tile.warpgroup_wait
// CHECK: humming_tile.elect
// CHECK: %[[OWN:.+]] = humming_tile.cluster_rank
// CHECK: %[[AMONG:.+]] = arith.remui %[[OWN]], %{{.+}}
// CHECK: %[[BASE:.+]] = arith.subi %[[OWN]], %[[AMONG]]
// CHECK: %[[BEHIND:.+]] = arith.addi %[[AMONG]], %{{.+}}
// CHECK: %[[OTHER:.+]] = arith.remui %[[BEHIND]], %{{.+}}
// CHECK: %[[AT:.+]] = arith.addi %[[BASE]], %[[OTHER]]
// CHECK: humming_tile.mbarrier_arrive %{{.+}} at %[[AT]] :
#packed = #humming_tile.layout<[[8, 8], [4, 64]] offset [0, 2, 1, 3]>
#mem64 = #humming_tile.layout<[[8, 8], [1, 64]] offset [0, 2, 1, 3]>
#mem16 = #humming_tile.layout<[[16], [1, 64]] offset [1, 0, 2] swizzle 128>
gpu.module @kernels {
  gpu.func @joined(%a: memref<?x256xf16>, %w: memref<64x256xf16, #packed>, %tokens: i32) kernel
      attributes {known_block_size = array<i32: 128, 1, 1>} {
    %n = arith.constant 64 : index
    %k = arith.constant 256 : index
    %m = arith.index_castui %tokens : i32 to index
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %m, %k)
        tile [64, 16, 64] turn 2 split 2 cluster 2 joined {
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
    }
    gpu.return
  }
}
