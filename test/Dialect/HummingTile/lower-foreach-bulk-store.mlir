// RUN: humming-opt %s --split-input-file --humming-tile-lower-foreach | FileCheck %s

// Results leave in the background while the block goes on to its next piece: ahead of what writes there again the
// threads that have started stores wait, and a barrier tells the others of their warpgroups.

// CHECK-LABEL: gpu.func @results
// CHECK: scf.for
// CHECK-NOT: gpu.barrier
// CHECK: %[[RESULTS:.+]] = humming_tile.alloc
// CHECK-NEXT: humming_tile.bulk_store_wait
// CHECK-NEXT: humming_tile.warpgroup_barrier
// CHECK-NEXT: humming_tile.store %{{.+}} to %[[RESULTS]]
// CHECK-NEXT: humming_tile.proxy_fence
// CHECK-NEXT: humming_tile.warpgroup_barrier
// CHECK-NEXT: humming_tile.bulk_store %[[RESULTS]]
// CHECK-NOT: humming_tile.bulk_store_wait
// CHECK-NOT: barrier
!map = !nvgpu.tensormap.descriptor<tensor = memref<16x64xf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = none, oob = zero, interleave = none>
!results = !humming_tile.smem<1x64x16xf16>
gpu.module @kernels {
  gpu.func @results(%map: !map, %x: !humming_tile.frag<64x16xf16>, %tokens: index) kernel
      attributes {known_block_size = array<i32: 128, 1, 1>} {
    %n = arith.constant 512 : index
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %tokens, %n)
        tile [64, 16, 64] blocks 8 {
      %buffer = humming_tile.alloc : !results
      humming_tile.store %x to %buffer : !humming_tile.frag<64x16xf16> to !results
      humming_tile.proxy_fence
      humming_tile.warpgroup_barrier
      humming_tile.bulk_store %buffer to %map[%m0, %n0] : !results to !map
    }
    gpu.return
  }
}

// -----

// What is written ahead of the products, a table, is the block's, and does not wait for results that leave: these wait
// for themselves.

// CHECK-LABEL: gpu.func @table
// CHECK: scf.for
// CHECK-NOT: humming_tile.bulk_store_wait
// CHECK: gpu.barrier
// CHECK-NEXT: humming_tile.store %{{.+}} to %[[TABLE:.+]] :
// CHECK-NOT: gpu.barrier
// CHECK: humming_tile.bulk_store_wait
// CHECK-NEXT: humming_tile.warpgroup_barrier
// CHECK-NEXT: humming_tile.store %{{.+}} to %[[RESULTS:.+]] :
!map = !nvgpu.tensormap.descriptor<tensor = memref<16x64xf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = none, oob = zero, interleave = none>
!results = !humming_tile.smem<1x64x16xf16>
gpu.module @kernels {
  gpu.func @table(%map: !map, %x: !humming_tile.frag<64x16xf16>, %tokens: index) kernel
      attributes {known_block_size = array<i32: 128, 1, 1>} {
    %n = arith.constant 512 : index
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %tokens, %n)
        tile [64, 16, 64] blocks 8 {
      %table = humming_tile.alloc : !results
      %buffer = humming_tile.alloc : !results
      humming_tile.store %x to %table : !humming_tile.frag<64x16xf16> to !results
      humming_tile.store %x to %buffer : !humming_tile.frag<64x16xf16> to !results
      humming_tile.proxy_fence
      humming_tile.warpgroup_barrier
      humming_tile.bulk_store %buffer to %map[%m0, %n0] : !results to !map
    }
    gpu.return
  }
}
