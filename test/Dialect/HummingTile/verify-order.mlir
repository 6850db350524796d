// RUN: humming-opt %s --humming-tile-verify-order | FileCheck %s --implicit-check-not=humming.order

// Kernels that keep what they promise lose the promise; the others are not looked at.

// CHECK-LABEL: gpu.module @one_sum
// CHECK: humming_tile.foreach
gpu.module @one_sum {
  gpu.func @kernel(%w: !humming_tile.frag<64x64xf16>, %x: !humming_tile.frag<16x64xf16>, %c: memref<?x64xf32>,
      %partials: memref<?xf32>, %counters: memref<?xi32>, %tokens: i32) kernel attributes {humming.order = #humming.order<mma = m16n8k16, slice = 256, part = 256>} {
    %c64 = arith.constant 64 : index
    %c512 = arith.constant 512 : index
    %zero = arith.constant 0.0 : f32
    %m = arith.index_castui %tokens : i32 to index
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%c64, %m, %c512) tile [64, 16, 64] split 2 {
      %xs = humming_tile.alloc : !humming_tile.smem<3x16x64xf16>
      %init = humming_tile.splat %zero : f32 -> !humming_tile.frag<64x16xf32>
      %s = humming_tile.pipeline from %lower to %upper step 64 copy "cp_async" buffers(%xs : !humming_tile.smem<3x16x64xf16>)
          iter(%init : !humming_tile.frag<64x16xf32>) produce {
      ^bb0(%k: index):
        humming_tile.yield
      } consume {
      ^bb0(%k: index, %sum: !humming_tile.frag<64x16xf32>):
        %p = humming_tile.mma "m16n8k16" warps [4, 1] %w, %x, %sum : !humming_tile.frag<64x64xf16>, !humming_tile.frag<16x64xf16>, !humming_tile.frag<64x16xf32>
        humming_tile.yield %p : !humming_tile.frag<64x16xf32>
      } -> !humming_tile.frag<64x16xf32>
      %r = humming_tile.reduce %s tile %tile slot %slot of %pieces from %first through %partials, %counters : !humming_tile.frag<64x16xf32>, memref<?xf32>, memref<?xi32>
      humming_tile.store %r to %c[%m0, %n0] transpose : !humming_tile.frag<64x16xf32> to memref<?x64xf32>
    }
    gpu.return
  }
}

// Parts of 32 values from zero, each added to the slice's sum.
// CHECK-LABEL: gpu.module @parts
// CHECK: humming_tile.foreach
gpu.module @parts {
  gpu.func @kernel(%w: !humming_tile.frag<64x64xf16>, %x: !humming_tile.frag<16x64xf16>, %c: memref<?x64xf32>,
      %partials: memref<?xf32>, %counters: memref<?xi32>, %tokens: i32) kernel attributes {humming.order = #humming.order<mma = m16n8k16, slice = 256, part = 32>} {
    %c64 = arith.constant 64 : index
    %c512 = arith.constant 512 : index
    %zero = arith.constant 0.0 : f32
    %m = arith.index_castui %tokens : i32 to index
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%c64, %m, %c512) tile [64, 16, 64] split 2 {
      %xs = humming_tile.alloc : !humming_tile.smem<3x16x64xf16>
      %init = humming_tile.splat %zero : f32 -> !humming_tile.frag<64x16xf32>
      %s = humming_tile.pipeline from %lower to %upper step 64 copy "cp_async" buffers(%xs : !humming_tile.smem<3x16x64xf16>)
          iter(%init : !humming_tile.frag<64x16xf32>) produce {
      ^bb0(%k: index):
        humming_tile.yield
      } consume {
      ^bb0(%k: index, %sum: !humming_tile.frag<64x16xf32>):
        %z = humming_tile.splat %zero : f32 -> !humming_tile.frag<64x16xf32>
        %p = humming_tile.mma "m16n8k16" warps [4, 1] columns [0, 32] %w, %x, %z : !humming_tile.frag<64x64xf16>, !humming_tile.frag<16x64xf16>, !humming_tile.frag<64x16xf32>
        %q = humming_tile.map(%sum, %p : !humming_tile.frag<64x16xf32>, !humming_tile.frag<64x16xf32>) {
          ^bb0(%u: f32, %v: f32):
            %t = arith.addf %u, %v : f32
            humming_tile.yield %t : f32
          } -> !humming_tile.frag<64x16xf32>
        %p2 = humming_tile.mma "m16n8k16" warps [4, 1] columns [32, 32] %w, %x, %z : !humming_tile.frag<64x64xf16>, !humming_tile.frag<16x64xf16>, !humming_tile.frag<64x16xf32>
        %q2 = humming_tile.map(%q, %p2 : !humming_tile.frag<64x16xf32>, !humming_tile.frag<64x16xf32>) {
          ^bb0(%u: f32, %v: f32):
            %t = arith.addf %u, %v : f32
            humming_tile.yield %t : f32
          } -> !humming_tile.frag<64x16xf32>
        humming_tile.yield %q2 : !humming_tile.frag<64x16xf32>
      } -> !humming_tile.frag<64x16xf32>
      %r = humming_tile.reduce %s tile %tile slot %slot of %pieces from %first through %partials, %counters : !humming_tile.frag<64x16xf32>, memref<?xf32>, memref<?xi32>
      humming_tile.store %r to %c[%m0, %n0] transpose : !humming_tile.frag<64x16xf32> to memref<?x64xf32>
    }
    gpu.return
  }
}

// All of k in one slice: no sum over slices.
// CHECK-LABEL: gpu.module @one_slice
// CHECK: humming_tile.foreach
gpu.module @one_slice {
  gpu.func @kernel(%w: !humming_tile.frag<64x64xf16>, %x: !humming_tile.frag<16x64xf16>, %c: memref<?x64xf32>,
      %partials: memref<?xf32>, %counters: memref<?xi32>, %tokens: i32) kernel attributes {humming.order = #humming.order<mma = m16n8k16, slice = 512, part = 512>} {
    %c64 = arith.constant 64 : index
    %c512 = arith.constant 512 : index
    %zero = arith.constant 0.0 : f32
    %m = arith.index_castui %tokens : i32 to index
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%c64, %m, %c512) tile [64, 16, 64] {
      %xs = humming_tile.alloc : !humming_tile.smem<3x16x64xf16>
      %init = humming_tile.splat %zero : f32 -> !humming_tile.frag<64x16xf32>
      %s = humming_tile.pipeline from %lower to %upper step 64 copy "cp_async" buffers(%xs : !humming_tile.smem<3x16x64xf16>)
          iter(%init : !humming_tile.frag<64x16xf32>) produce {
      ^bb0(%k: index):
        humming_tile.yield
      } consume {
      ^bb0(%k: index, %sum: !humming_tile.frag<64x16xf32>):
        %p = humming_tile.mma "m16n8k16" warps [4, 1] %w, %x, %sum : !humming_tile.frag<64x64xf16>, !humming_tile.frag<16x64xf16>, !humming_tile.frag<64x16xf32>
        humming_tile.yield %p : !humming_tile.frag<64x16xf32>
      } -> !humming_tile.frag<64x16xf32>

      humming_tile.store %s to %c[%m0, %n0] transpose : !humming_tile.frag<64x16xf32> to memref<?x64xf32>
    }
    gpu.return
  }
}

// Any order.
// CHECK-LABEL: gpu.module @no_promise
// CHECK: blocks 7
gpu.module @no_promise {
  gpu.func @kernel(%w: !humming_tile.frag<64x64xf16>, %x: !humming_tile.frag<16x64xf16>, %c: memref<?x64xf32>,
      %partials: memref<?xf32>, %counters: memref<?xi32>, %tokens: i32) kernel {
    %c64 = arith.constant 64 : index
    %c512 = arith.constant 512 : index
    %zero = arith.constant 0.0 : f32
    %m = arith.index_castui %tokens : i32 to index
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%c64, %m, %c512) tile [64, 16, 64] blocks 7 {
      %xs = humming_tile.alloc : !humming_tile.smem<3x16x64xf16>
      %init = humming_tile.splat %zero : f32 -> !humming_tile.frag<64x16xf32>
      %s = humming_tile.pipeline from %lower to %upper step 64 copy "cp_async" buffers(%xs : !humming_tile.smem<3x16x64xf16>)
          iter(%init : !humming_tile.frag<64x16xf32>) produce {
      ^bb0(%k: index):
        humming_tile.yield
      } consume {
      ^bb0(%k: index, %sum: !humming_tile.frag<64x16xf32>):
        %p = humming_tile.mma "m16n8k16" warps [4, 1] %w, %x, %sum : !humming_tile.frag<64x64xf16>, !humming_tile.frag<16x64xf16>, !humming_tile.frag<64x16xf32>
        humming_tile.yield %p : !humming_tile.frag<64x16xf32>
      } -> !humming_tile.frag<64x16xf32>
      %r = humming_tile.reduce %s tile %tile slot %slot of %pieces from %first through %partials, %counters : !humming_tile.frag<64x16xf32>, memref<?xf32>, memref<?xi32>
      humming_tile.store %r to %c[%m0, %n0] transpose : !humming_tile.frag<64x16xf32> to memref<?x64xf32>
    }
    gpu.return
  }
}

// The number of tokens may say where something lies, by way of any arithmetic.
// CHECK-LABEL: gpu.module @places
// CHECK: arith.muli
gpu.module @places {
  gpu.func @kernel(%w: !humming_tile.frag<64x64xf16>, %x: !humming_tile.frag<16x64xf16>, %c: memref<?x64xf32>,
      %partials: memref<?xf32>, %counters: memref<?xi32>, %tokens: i32) kernel attributes {humming.order = #humming.order<mma = m16n8k16, slice = 256, part = 256>} {
    %c64 = arith.constant 64 : index
    %c512 = arith.constant 512 : index
    %zero = arith.constant 0.0 : f32
    %m = arith.index_castui %tokens : i32 to index
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%c64, %m, %c512) tile [64, 16, 64] split 2 {
      %xs = humming_tile.alloc : !humming_tile.smem<3x16x64xf16>
      %init = humming_tile.splat %zero : f32 -> !humming_tile.frag<64x16xf32>
      %far = arith.muli %m, %tile : index
      %bias = humming_tile.load %c[%far, %n0] transpose : memref<?x64xf32> -> !humming_tile.frag<64x16xf32>
      %s = humming_tile.pipeline from %lower to %upper step 64 copy "cp_async" buffers(%xs : !humming_tile.smem<3x16x64xf16>)
          iter(%init : !humming_tile.frag<64x16xf32>) produce {
      ^bb0(%k: index):
        humming_tile.yield
      } consume {
      ^bb0(%k: index, %sum: !humming_tile.frag<64x16xf32>):
        %p = humming_tile.mma "m16n8k16" warps [4, 1] %w, %x, %sum : !humming_tile.frag<64x64xf16>, !humming_tile.frag<16x64xf16>, !humming_tile.frag<64x16xf32>
        humming_tile.yield %p : !humming_tile.frag<64x16xf32>
      } -> !humming_tile.frag<64x16xf32>
      %r = humming_tile.reduce %s tile %tile slot %slot of %pieces from %first through %partials, %counters : !humming_tile.frag<64x16xf32>, memref<?xf32>, memref<?xi32>
      humming_tile.store %r to %c[%m0, %n0] transpose : !humming_tile.frag<64x16xf32> to memref<?x64xf32>
    }
    gpu.return
  }
}
