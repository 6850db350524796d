// RUN: humming-opt %s --humming-tile-specialize-warps | FileCheck %s --implicit-check-not=humming_tile.warp_sets

// A program for each of two sets of four warps, and one for the warps that copy: they run every piece. Registers are shared
// as among so many warpgroups of one set.

// CHECK-LABEL: gpu.func @sets
// CHECK-SAME: humming_tile.launch = #humming_tile.launch<threads = 384,
// CHECK: humming_tile.warps from 8 count 4 {
// CHECK-NEXT: humming_tile.max_registers 32
// CHECK-NEXT: humming_tile.warps from 8 count 1 {
// CHECK-DAG: %[[ZERO:.+]] = arith.constant 0 : index
// CHECK-DAG: %[[ONE:.+]] = arith.constant 1 : index
// CHECK: scf.for %{{.+}} = %[[ZERO]] to %{{.+}} step %[[ONE]] {
// CHECK-NEXT: humming_tile.elect
// CHECK-NOT: gpu.barrier
// CHECK: humming_tile.warps from 0 count 4 {
// CHECK-NEXT: humming_tile.max_registers more 232
// CHECK-DAG: %[[ZERO0:.+]] = arith.constant 0 : index
// CHECK-DAG: %[[TWO0:.+]] = arith.constant 2 : index
// CHECK: scf.for %{{.+}} = %[[ZERO0]] to %{{.+}} step %[[TWO0]] {
// CHECK-NOT: humming_tile.elect
// CHECK: gpu.barrier
// CHECK: humming_tile.warps from 4 count 4 {
// CHECK-NEXT: humming_tile.max_registers more 232
// CHECK-DAG: %[[ONE1:.+]] = arith.constant 1 : index
// CHECK-DAG: %[[TWO1:.+]] = arith.constant 2 : index
// CHECK: scf.for %{{.+}} = %[[ONE1]] to %{{.+}} step %[[TWO1]] {
// CHECK-NOT: humming_tile.elect
// CHECK: gpu.barrier
gpu.module @kernels {
  gpu.func @sets(%m: index) kernel attributes {known_block_size = array<i32: 128, 1, 1>,
      humming_tile.launch = #humming_tile.launch<threads = 128, shared = 0, tiles = 4, block_n = 64, block_m = 16, split = 1>} {
    gpu.barrier
    %first, %sets = humming_tile.warp_sets 2
    scf.for %i = %first to %m step %sets {
      humming_tile.warps from 8 count 1 {
        %leads = humming_tile.elect
      }
      gpu.barrier
    }
    gpu.return
  }
}
