// RUN: humming-opt %s --humming-tile-allocate-shared=arch=sm_90 | FileCheck %s

// A buffer that leaves in the background is read for longer than the text tells: nothing takes its place.

#frag = #humming_tile.layout<[[64], [16]] thread [0] reg [1]>
#lines = #humming_tile.layout<[[1, 64], [16]] offset [0, 2, 1] swizzle 128>
!map = !nvgpu.tensormap.descriptor<tensor = memref<16x64xf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = none, oob = zero, interleave = none>
!results = !humming_tile.smem<1x64x16xf16, #lines>
!value = !humming_tile.frag<64x16xf16, #frag>
gpu.module @kernels {
  // CHECK-LABEL: gpu.func @results
  // CHECK-SAME: shared = 4096
  // CHECK: humming_tile.alloc at 0
  // CHECK: humming_tile.alloc at 2048
  gpu.func @results(%v: !value, %map: !map, %i: index) kernel attributes {humming_tile.launch =
      #humming_tile.launch<threads = 64, shared = 0, tiles = 4, block_n = 64, block_m = 16, split = 1>} {
    %results = humming_tile.alloc : !results
    %next = humming_tile.alloc : !results
    humming_tile.store %v to %results : !value to !results
    humming_tile.proxy_fence
    gpu.barrier
    humming_tile.bulk_store %results to %map[%i, %i] : !results to !map
    gpu.barrier
    humming_tile.store %v to %next : !value to !results
    %read = humming_tile.load %next : !results -> !value
    gpu.return
  }
}
