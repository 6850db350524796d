// RUN: humming-opt %s --humming-tile-allocate-shared=arch=sm_90 | FileCheck %s

// A buffer that is first written behind a barrier of the block, behind the last use of others, takes their place.

#row = #humming_tile.layout<[[64], [64]] thread [0] reg [1]>
#mem = #humming_tile.layout<[[64], [64]] offset [0, 1]>
!buffer = !humming_tile.smem<2x64x64xf32, #mem>
!sums = !humming_tile.smem<1x64x64xf32, #mem>
!barrier = memref<1xi64, #gpu.address_space<workgroup>>
!value = !humming_tile.frag<64x64xf32, #row>
gpu.module @kernels {
  // The last use is the end of the loop. What comes behind the barrier shares with the stages, not with what is still
  // read when it is written.
  // CHECK-LABEL: gpu.func @behind
  // CHECK-SAME: shared = 32768
  // CHECK: humming_tile.alloc at 0 : !humming_tile.smem<2x64x64xf32
  // CHECK: humming_tile.alloc at 0 : !humming_tile.smem<1x64x64xf32
  // CHECK: humming_tile.alloc at 16384 : !humming_tile.smem<1x64x64xf32
  gpu.func @behind(%v: !value, %n: index) kernel attributes {humming_tile.launch = #humming_tile.launch<threads = 64,
      shared = 0, tiles = 4, block_n = 64, block_m = 64, split = 1>} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %stages = humming_tile.alloc : !buffer
    scf.for %i = %c0 to %n step %c1 {
      humming_tile.store %v to %stages stage %c0 : !value to !buffer
      gpu.barrier
    }
    %sums = humming_tile.alloc : !sums
    %results = humming_tile.alloc : !sums
    gpu.barrier
    humming_tile.store %v to %sums : !value to !sums
    humming_tile.store %v to %results : !value to !sums
    %0 = humming_tile.load %sums : !sums -> !value
    gpu.return
  }

  // No barrier stands between, or one that a branch may leave out: others may still read the stages.
  // CHECK-LABEL: gpu.func @no_barrier
  // CHECK-SAME: shared = 49152
  gpu.func @no_barrier(%v: !value, %n: index, %some: i1) kernel attributes {humming_tile.launch =
      #humming_tile.launch<threads = 64, shared = 0, tiles = 4, block_n = 64, block_m = 64, split = 1>} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %stages = humming_tile.alloc : !buffer
    scf.for %i = %c0 to %n step %c1 {
      humming_tile.store %v to %stages stage %c0 : !value to !buffer
      gpu.barrier
    }
    scf.if %some {
      gpu.barrier
    }
    %results = humming_tile.alloc : !sums
    humming_tile.store %v to %results : !value to !sums
    gpu.return
  }

  // A loop over tiles fills the stages again.
  // CHECK-LABEL: gpu.func @tiles
  // CHECK-SAME: shared = 49152
  gpu.func @tiles(%v: !value, %n: index) kernel attributes {humming_tile.launch = #humming_tile.launch<threads = 64,
      shared = 0, tiles = 4, block_n = 64, block_m = 64, split = 1>} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    scf.for %i = %c0 to %n step %c1 {
      %stages = humming_tile.alloc : !buffer
      humming_tile.store %v to %stages stage %c0 : !value to !buffer
      gpu.barrier
      %results = humming_tile.alloc : !sums
      humming_tile.store %v to %results : !value to !sums
    }
    gpu.return
  }

  // Other blocks write from the arrival on that they wait for: here behind the stages.
  // CHECK-LABEL: gpu.func @remote
  // CHECK-SAME: shared = 32768
  gpu.func @remote(%v: !value, %rank: index, %b: !barrier) kernel attributes {humming_tile.launch = #humming_tile.launch<threads = 64,
      shared = 0, tiles = 4, block_n = 64, block_m = 64, split = 1, cluster = 2>} {
    %c0 = arith.constant 0 : index
    %stages = humming_tile.alloc : !buffer
    humming_tile.store %v to %stages stage %c0 : !value to !buffer
    %sums = humming_tile.alloc : !sums
    humming_tile.cluster_arrive
    humming_tile.cluster_wait
    humming_tile.store %v to %sums at %rank signal %b[%c0] : !value to !sums, !barrier
    humming_tile.cluster_arrive
    humming_tile.cluster_wait
    %0 = humming_tile.load %sums : !sums -> !value
    gpu.return
  }

  // Here from the start, though this block writes nothing until it has left the stages.
  // CHECK-LABEL: gpu.func @remote_from_start
  // CHECK-SAME: shared = 49152
  gpu.func @remote_from_start(%v: !value, %rank: index, %b: !barrier) kernel attributes {humming_tile.launch =
      #humming_tile.launch<threads = 64, shared = 0, tiles = 4, block_n = 64, block_m = 64, split = 1, cluster = 2>} {
    humming_tile.cluster_arrive relaxed
    %c0 = arith.constant 0 : index
    %stages = humming_tile.alloc : !buffer
    humming_tile.store %v to %stages stage %c0 : !value to !buffer
    %sums = humming_tile.alloc : !sums
    humming_tile.cluster_wait
    humming_tile.store %v to %sums at %rank signal %b[%c0] : !value to !sums, !barrier
    humming_tile.cluster_arrive
    humming_tile.cluster_wait
    %0 = humming_tile.load %sums : !sums -> !value
    gpu.return
  }
}
