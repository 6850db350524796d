// RUN: humming-opt %s --humming-tile-specialize-warps | FileCheck %s

// One warpgroup and a warp: the loop and its numbers are in both regions, products and their barrier in one, copies in
// the other. Buffers are allocated once. Every thread waits for the kernel before this one.

// CHECK-LABEL: gpu.func @one
// CHECK-SAME: (%[[M:[^:]+]]: index
// CHECK-SAME: humming_tile.launch = #humming_tile.launch<threads = 160, shared = 0, tiles = 4, block_n = 64, block_m = 16, split = 1>
// CHECK-SAME: known_block_size = array<i32: 160, 1, 1>
// CHECK-NEXT: %[[X:.+]] = humming_tile.alloc
// CHECK-NEXT: gpu.barrier
// CHECK-NEXT: humming_tile.warps from 4 count 1 {
// CHECK-NEXT: %[[ZERO:.+]] = arith.constant 0 : index
// CHECK-NEXT: %[[ONE:.+]] = arith.constant 1 : index
// CHECK-NEXT: humming_tile.await_dependencies
// CHECK-NEXT: scf.for %{{.+}} = %[[ZERO]] to %[[M]] step %[[ONE]] {
// CHECK-NEXT: humming_tile.elect
// CHECK-NEXT: }
// CHECK-NEXT: }
// CHECK-NEXT: humming_tile.warps from 0 count 4 {
// CHECK: humming_tile.await_dependencies
// CHECK-NEXT: scf.for
// CHECK-NOT: humming_tile.elect
// CHECK: humming_tile.load %[[X]]
// CHECK: gpu.barrier
// CHECK: gpu.return
gpu.module @kernels {
  gpu.func @one(%m: index) kernel attributes {known_block_size = array<i32: 128, 1, 1>,
      humming_tile.launch = #humming_tile.launch<threads = 128, shared = 0, tiles = 4, block_n = 64, block_m = 16, split = 1>} {
    gpu.barrier
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    humming_tile.await_dependencies
    scf.for %i = %zero to %m step %one {
      %x = humming_tile.alloc : !humming_tile.smem<3x16x64xf16>
      humming_tile.warps from 4 count 1 {
        %leads = humming_tile.elect
      }
      %v = humming_tile.load %x stage %zero : !humming_tile.smem<3x16x64xf16> -> !humming_tile.frag<16x64xf16>
      gpu.barrier
    }
    gpu.return
  }

  // Two warpgroups: a third takes the place of one warp and gives registers away.

  // CHECK-LABEL: gpu.func @two
  // CHECK-SAME: threads = 384
  // CHECK: humming_tile.warps from 8 count 4 {
  // CHECK-NEXT: humming_tile.max_registers 32
  // CHECK-NEXT: humming_tile.warps from 8 count 1 {
  // CHECK-NEXT: humming_tile.elect
  // CHECK: humming_tile.warps from 0 count 8 {
  // CHECK-NEXT: humming_tile.max_registers more 232
  gpu.func @two() kernel attributes {known_block_size = array<i32: 256, 1, 1>,
      humming_tile.launch = #humming_tile.launch<threads = 256, shared = 0, tiles = 4, block_n = 64, block_m = 16, split = 1>} {
    gpu.barrier
    humming_tile.warps from 8 count 1 {
      %leads = humming_tile.elect
    }
    gpu.return
  }

  // Four of five: 640 threads start with 96 registers each, 32 stay with the added ones, and a fourth of the rest is 112.

  // CHECK-LABEL: gpu.func @four
  // CHECK-SAME: threads = 640
  // CHECK: humming_tile.warps from 16 count 4 {
  // CHECK-NEXT: humming_tile.max_registers 32
  // CHECK: humming_tile.warps from 0 count 16 {
  // CHECK-NEXT: humming_tile.max_registers more 112
  gpu.func @four() kernel attributes {known_block_size = array<i32: 512, 1, 1>,
      humming_tile.launch = #humming_tile.launch<threads = 512, shared = 0, tiles = 4, block_n = 64, block_m = 16, split = 1>} {
    gpu.barrier
    humming_tile.warps from 16 count 1 {
      %leads = humming_tile.elect
    }
    gpu.return
  }

  // No added warps, nothing to do.

  // CHECK-LABEL: gpu.func @none
  // CHECK-SAME: threads = 128
  // CHECK-NEXT: humming_tile.warps from 0 count 1 {
  gpu.func @none() kernel attributes {known_block_size = array<i32: 128, 1, 1>,
      humming_tile.launch = #humming_tile.launch<threads = 128, shared = 0, tiles = 4, block_n = 64, block_m = 16, split = 1>} {
    humming_tile.warps from 0 count 1 {
      gpu.barrier
    }
    gpu.return
  }

  // All blocks of a cluster meet ahead of the two programs, and all threads at the end of both.

  // CHECK-LABEL: gpu.func @cluster
  // CHECK-NEXT: humming_tile.cluster_arrive{{$}}
  // CHECK-NEXT: humming_tile.cluster_wait
  // CHECK-NEXT: humming_tile.warps from 4 count 1 {
  // CHECK-NEXT: humming_tile.elect
  // CHECK-NEXT: humming_tile.cluster_arrive relaxed
  // CHECK-NEXT: humming_tile.cluster_wait
  // CHECK-NEXT: }
  // CHECK-NEXT: humming_tile.warps from 0 count 4 {
  // CHECK-NEXT: humming_tile.cluster_arrive relaxed
  // CHECK-NEXT: humming_tile.cluster_wait
  // CHECK-NEXT: }
  gpu.func @cluster() kernel attributes {known_block_size = array<i32: 128, 1, 1>,
      humming_tile.launch = #humming_tile.launch<threads = 128, shared = 0, tiles = 4, block_n = 64, block_m = 16, split = 1, cluster = 2>} {
    humming_tile.cluster_arrive
    humming_tile.cluster_wait
    humming_tile.warps from 4 count 1 {
      %leads = humming_tile.elect
    }
    humming_tile.cluster_arrive relaxed
    humming_tile.cluster_wait
    gpu.return
  }
}
