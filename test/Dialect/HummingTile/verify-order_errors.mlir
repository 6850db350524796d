// RUN: humming-opt %s --split-input-file --verify-diagnostics --humming-tile-verify-order

gpu.module @slice {
  gpu.func @kernel(%w: !humming_tile.frag<64x64xf16>, %x: !humming_tile.frag<16x64xf16>, %c: memref<?x64xf32>,
      %partials: memref<?xf32>, %counters: memref<?xi32>, %tokens: i32) kernel attributes {humming.order = #humming.order<mma = m16n8k16, slice = 256, part = 256>} {
    %c64 = arith.constant 64 : index
    %c512 = arith.constant 512 : index
    %zero = arith.constant 0.0 : f32
    %m = arith.index_castui %tokens : i32 to index
    // expected-error @+1 {{expected slices of 256 values of k, got 128}}
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%c64, %m, %c512) tile [64, 16, 64] split 4 {
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

// -----

gpu.module @blocks {
  gpu.func @kernel(%w: !humming_tile.frag<64x64xf16>, %x: !humming_tile.frag<16x64xf16>, %c: memref<?x64xf32>,
      %partials: memref<?xf32>, %counters: memref<?xi32>, %tokens: i32) kernel attributes {humming.order = #humming.order<mma = m16n8k16, slice = 256, part = 256>} {
    %c64 = arith.constant 64 : index
    %c512 = arith.constant 512 : index
    %zero = arith.constant 0.0 : f32
    %m = arith.index_castui %tokens : i32 to index
    // expected-error @+1 {{expected slices of 256 values of k for any number of tokens, got 132 blocks that share k by that number}}
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%c64, %m, %c512) tile [64, 16, 64] blocks 132 {
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

// -----

gpu.module @depth {
  gpu.func @kernel(%w: !humming_tile.frag<64x64xf16>, %x: !humming_tile.frag<16x64xf16>, %c: memref<?x64xf32>,
      %partials: memref<?xf32>, %counters: memref<?xi32>, %tokens: i32) kernel attributes {humming.order = #humming.order<mma = m16n8k16, slice = 256, part = 256>} {
    %c64 = arith.constant 64 : index
    %c512 = arith.constant 512 : index
    %zero = arith.constant 0.0 : f32
    %m = arith.index_castui %tokens : i32 to index
    // expected-error @+1 {{expected a constant length of k}}
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%c64, %m, %m) tile [64, 16, 64] split 2 {
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

// -----

gpu.module @range {
  gpu.func @kernel(%w: !humming_tile.frag<64x64xf16>, %x: !humming_tile.frag<16x64xf16>, %c: memref<?x64xf32>,
      %partials: memref<?xf32>, %counters: memref<?xi32>, %tokens: i32) kernel attributes {humming.order = #humming.order<mma = m16n8k16, slice = 256, part = 256>} {
    %c64 = arith.constant 64 : index
    %c512 = arith.constant 512 : index
    %zero = arith.constant 0.0 : f32
    %m = arith.index_castui %tokens : i32 to index
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%c64, %m, %c512) tile [64, 16, 64] split 2 {
      %xs = humming_tile.alloc : !humming_tile.smem<3x16x64xf16>
      %init = humming_tile.splat %zero : f32 -> !humming_tile.frag<64x16xf32>
      // expected-error @+1 {{expected the range of k of the piece}}
      %s = humming_tile.pipeline from %lower to %c512 step 64 copy "cp_async" buffers(%xs : !humming_tile.smem<3x16x64xf16>)
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

// -----

gpu.module @no_sum {
  gpu.func @kernel(%w: !humming_tile.frag<64x64xf16>, %x: !humming_tile.frag<16x64xf16>, %c: memref<?x64xf32>,
      %partials: memref<?xf32>, %counters: memref<?xi32>, %tokens: i32) kernel attributes {humming.order = #humming.order<mma = m16n8k16, slice = 256, part = 256>} {
    %c64 = arith.constant 64 : index
    %c512 = arith.constant 512 : index
    %zero = arith.constant 0.0 : f32
    %m = arith.index_castui %tokens : i32 to index
    // expected-error @+1 {{expected a sum over 2 slices}}
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

      humming_tile.store %s to %c[%m0, %n0] transpose : !humming_tile.frag<64x16xf32> to memref<?x64xf32>
    }
    gpu.return
  }
}

// -----

gpu.module @slots {
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
      // expected-error @+1 {{expected the slots of the piece}}
      %r = humming_tile.reduce %s tile %tile slot %first of %pieces from %slot through %partials, %counters : !humming_tile.frag<64x16xf32>, memref<?xf32>, memref<?xi32>
      humming_tile.store %r to %c[%m0, %n0] transpose : !humming_tile.frag<64x16xf32> to memref<?x64xf32>
    }
    gpu.return
  }
}
