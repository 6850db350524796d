// RUN: humming-opt %s --humming-tile-distribute | FileCheck %s

// Fragments leave a branch in the pieces that each thread has of them: here two, beside a scalar.

// CHECK-LABEL: gpu.func @branch
// CHECK-SAME: (%[[WHOLE:[^:]+]]: i1,
// CHECK: %[[HALF:.+]] = vector.broadcast %{{.+}} : f32 to vector<4xf32>
// CHECK: %[[R:.+]]:3 = scf.if %[[WHOLE]] -> (vector<4xf32>, vector<4xf32>, i32) {
// CHECK-NEXT: scf.yield %[[HALF]], %[[HALF]], %{{.+}} : vector<4xf32>, vector<4xf32>, i32
// CHECK-NEXT: } else {
// CHECK: %[[OTHER:.+]] = vector.broadcast
// CHECK-NEXT: scf.yield %[[OTHER]], %[[OTHER]], %{{.+}} : vector<4xf32>, vector<4xf32>, i32
// CHECK-NEXT: }
// CHECK: memref.store %[[R]]#2
// CHECK: scf.if %[[WHOLE]] {
// CHECK: memref.store
// CHECK: } else {
// CHECK: memref.store
// CHECK: }
#acc = #humming_tile.layout<[[1, 1, 2, 8], [1, 2, 4, 2]] thread [3, 6] reg [5, 2, 7]>
gpu.module @kernels {
  gpu.func @branch(%whole: i1, %x: f32, %y: f32, %seen: memref<?xi32>) kernel
      attributes {known_block_size = array<i32: 32, 1, 1>} {
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : i32
    %two = arith.constant 2 : i32
    %half = humming_tile.splat %x : f32 -> !humming_tile.frag<16x16xf32, #acc>
    %both, %number = scf.if %whole -> (!humming_tile.frag<16x16xf32, #acc>, i32) {
      scf.yield %half, %one : !humming_tile.frag<16x16xf32, #acc>, i32
    } else {
      %other = humming_tile.splat %y : f32 -> !humming_tile.frag<16x16xf32, #acc>
      scf.yield %other, %two : !humming_tile.frag<16x16xf32, #acc>, i32
    }
    memref.store %number, %seen[%zero] : memref<?xi32>
    scf.if %whole {
      memref.store %one, %seen[%zero] : memref<?xi32>
    } else {
      memref.store %two, %seen[%zero] : memref<?xi32>
    }
    gpu.return
  }
}
