// RUN: humming-opt %s --humming-tile-distribute=arch=sm_90 | FileCheck %s
// RUN: humming-opt %s --humming-tile-distribute=arch=sm_89 | FileCheck %s --check-prefix=OLD

// Sums have two tokens to a lane, shared memory has the channels of a token together: stmatrix turns them, four matrices of
// 8 x 8 at a time. Lane l gives the address of token l % 8 of matrix l / 8; the chunk of 16 bytes is XORed with the token.

#acc = #humming_tile.layout<[[4, 1, 2, 8], [1, 2, 4, 2]] thread [0, 4, 3, 6] reg [1, 5, 2, 7]>
#lines = #humming_tile.layout<[[1, 64], [16]] offset [0, 2, 1] swizzle 128>
#acc24 = #humming_tile.layout<[[4, 1, 2, 8], [1, 3, 4, 2]] thread [0, 4, 3, 6] reg [1, 5, 2, 7]>
#lines24 = #humming_tile.layout<[[1, 64], [24]] offset [0, 2, 1] swizzle 128>
#acc48 = #humming_tile.layout<[[2, 2, 2, 8], [1, 3, 4, 2]] thread [0, 4, 3, 6] reg [1, 5, 2, 7]>
#columns = #humming_tile.layout<[[64], [16]] offset [0, 1]>
gpu.module @kernels {
  // CHECK-LABEL: gpu.func @four
  // CHECK: %[[THREAD:.+]] = gpu.thread_id x
  // CHECK: %[[BUFFER:.+]] = memref.view {{.+}} to memref<?xf16, #gpu.address_space<workgroup>>
  // CHECK: %[[LANE:.+]] = arith.remui %[[THREAD]], %c32{{.*}} : index
  // CHECK: %[[LOW:.+]] = arith.remui %[[LANE]], %c2{{.*}} : index
  // CHECK: arith.muli %[[LOW]], %c64{{.*}} : index
  // CHECK: %[[WARP:.+]] = arith.divui %[[THREAD]], %c32{{.*}} : index
  // CHECK: %[[ROWS:.+]] = arith.remui %[[WARP]], %c4{{.*}} : index
  // CHECK: arith.muli %[[ROWS]], %c16{{.*}} : index
  // CHECK: %[[HIGH:.+]] = arith.divui %[[LANE]], %c2{{.*}} : index
  // CHECK: %[[PAIR:.+]] = arith.remui %[[HIGH]], %c4{{.*}} : index
  // CHECK: arith.muli %[[PAIR]], %c128{{.*}} : index
  // CHECK: %[[M0:.+]] = arith.divui %[[LANE]], %c8{{.*}} : index
  // CHECK: %[[HALF:.+]] = arith.remui %[[M0]], %c2{{.*}} : index
  // CHECK: arith.muli %[[HALF]], %c8{{.*}} : index
  // CHECK: %[[M1:.+]] = arith.divui %[[LANE]], %c16{{.*}} : index
  // CHECK: %[[ATOM:.+]] = arith.remui %[[M1]], %c2{{.*}} : index
  // CHECK: arith.muli %[[ATOM]], %c512{{.*}} : index
  // CHECK: %[[PLAIN:.+]] = arith.addi
  // CHECK: %[[SHIFTED:.+]] = arith.shrui %[[PLAIN]], %c3{{.*}} : index
  // CHECK: %[[CHUNK:.+]] = arith.andi %[[SHIFTED]], %c56{{.*}} : index
  // CHECK: %[[AT:.+]] = arith.xori %[[PLAIN]], %[[CHUNK]] : index
  // CHECK: humming_tile.stmatrix %{{.+}} to %[[BUFFER]][%[[AT]]] : vector<8xf16> to
  // CHECK-NOT: stmatrix
  // CHECK-NOT: store
  // CHECK: gpu.return

  // Before sm_90 each element goes on its own.
  // OLD-LABEL: gpu.func @four
  // OLD-COUNT-8: memref.store
  // OLD-NOT: memref.store
  // OLD: gpu.return
  gpu.func @four(%x: f16) kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    %0 = humming_tile.splat %x : f16 -> !humming_tile.frag<64x16xf16, #acc>
    %1 = humming_tile.alloc at 0 : !humming_tile.smem<1x64x16xf16, #lines>
    humming_tile.store %0 to %1 : !humming_tile.frag<64x16xf16, #acc> to !humming_tile.smem<1x64x16xf16, #lines>
    gpu.return
  }

  // Six matrices: two at a time. None is left out.
  // CHECK-LABEL: gpu.func @six
  // CHECK: stmatrix %{{.+}} : vector<4xbf16> to
  // CHECK: arith.addi %{{.+}}, %c512{{.*}} : index
  // CHECK: stmatrix %{{.+}} : vector<4xbf16> to
  // CHECK: arith.addi %{{.+}}, %c1024{{.*}} : index
  // CHECK: stmatrix %{{.+}} : vector<4xbf16> to
  // CHECK-NOT: store
  // CHECK: gpu.return
  // OLD-LABEL: gpu.func @six
  // OLD-COUNT-12: memref.store
  // OLD-NOT: memref.store
  // OLD: gpu.return
  gpu.func @six(%x: bf16) kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    %0 = humming_tile.splat %x : bf16 -> !humming_tile.frag<64x24xbf16, #acc24>
    %1 = humming_tile.alloc at 0 : !humming_tile.smem<1x64x24xbf16, #lines24>
    humming_tile.store %0 to %1 : !humming_tile.frag<64x24xbf16, #acc24> to !humming_tile.smem<1x64x24xbf16, #lines24>
    gpu.return
  }

  // Four registers on the rows change, not at a power of two: two matrices at a time.
  // CHECK-LABEL: gpu.func @rows
  // CHECK-COUNT-6: stmatrix %{{.+}} : vector<4xf16> to
  // CHECK-NOT: stmatrix
  // CHECK: gpu.return
  gpu.func @rows(%x: f16) kernel attributes {known_block_size = array<i32: 64, 1, 1>} {
    %0 = humming_tile.splat %x : f16 -> !humming_tile.frag<64x24xf16, #acc48>
    %1 = humming_tile.alloc at 0 : !humming_tile.smem<1x64x24xf16, #lines24>
    humming_tile.store %0 to %1 : !humming_tile.frag<64x24xf16, #acc48> to !humming_tile.smem<1x64x24xf16, #lines24>
    gpu.return
  }

  // Results of 32 bits, memory with tokens together, and threads that hold nothing: element by element.
  // CHECK-LABEL: gpu.func @others
  // CHECK-NOT: stmatrix
  // CHECK: gpu.return
  gpu.func @others(%x: f32, %y: f16) kernel attributes {known_block_size = array<i32: 256, 1, 1>} {
    %0 = humming_tile.alloc at 0 : !humming_tile.smem<1x64x16xf16, #lines>
    %1 = humming_tile.splat %y : f16 -> !humming_tile.frag<64x16xf16, #acc>
    humming_tile.store %1 to %0 : !humming_tile.frag<64x16xf16, #acc> to !humming_tile.smem<1x64x16xf16, #lines>
    gpu.return
  }
  // CHECK-LABEL: gpu.func @layouts
  // CHECK-NOT: stmatrix
  // CHECK: gpu.return
  gpu.func @layouts(%x: f32, %y: f16) kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    %0 = humming_tile.alloc at 0 : !humming_tile.smem<1x64x16xf32, #columns>
    %1 = humming_tile.splat %x : f32 -> !humming_tile.frag<64x16xf32, #acc>
    humming_tile.store %1 to %0 : !humming_tile.frag<64x16xf32, #acc> to !humming_tile.smem<1x64x16xf32, #columns>
    %2 = humming_tile.alloc at 4096 : !humming_tile.smem<1x64x16xf16, #columns>
    %3 = humming_tile.splat %y : f16 -> !humming_tile.frag<64x16xf16, #acc>
    humming_tile.store %3 to %2 : !humming_tile.frag<64x16xf16, #acc> to !humming_tile.smem<1x64x16xf16, #columns>
    gpu.return
  }
}
