// RUN: humming-opt %s --split-input-file --verify-diagnostics --humming-tile-verify-order

// Few tokens are added in another way.
gpu.module @branch {
  gpu.func @kernel(%w: !humming_tile.frag<64x64xf16>, %x: !humming_tile.frag<16x64xf16>, %c: memref<?x64xf32>,
      %partials: memref<?xf32>, %counters: memref<?xi32>, %tokens: i32) kernel attributes {humming.order = #humming.order<mma = m16n8k16, slice = 256, part = 256>} {
    %c64 = arith.constant 64 : index
    %c512 = arith.constant 512 : index
    %zero = arith.constant 0.0 : f32
    %m = arith.index_castui %tokens : i32 to index
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%c64, %m, %c512) tile [64, 16, 64] split 2 {
      %xs = humming_tile.alloc : !humming_tile.smem<3x16x64xf16>
      %init = humming_tile.splat %zero : f32 -> !humming_tile.frag<64x16xf32>
      %few = arith.cmpi ult, %m, %c64 : index
      // expected-error @+1 {{expected results that do not depend on the number of tokens, got it in operand 0}}
      %start = scf.if %few -> (!humming_tile.frag<64x16xf32>) {
        scf.yield %init : !humming_tile.frag<64x16xf32>
      } else {
        %bias = humming_tile.load %c[%m0, %n0] transpose : memref<?x64xf32> -> !humming_tile.frag<64x16xf32>
        scf.yield %bias : !humming_tile.frag<64x16xf32>
      }
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

// A token's place reaches its numbers.
gpu.module @number {
  gpu.func @kernel(%w: !humming_tile.frag<64x64xf16>, %x: !humming_tile.frag<16x64xf16>, %c: memref<?x64xf32>,
      %partials: memref<?xf32>, %counters: memref<?xi32>, %tokens: i32) kernel attributes {humming.order = #humming.order<mma = m16n8k16, slice = 256, part = 256>} {
    %c64 = arith.constant 64 : index
    %c512 = arith.constant 512 : index
    %zero = arith.constant 0.0 : f32
    %m = arith.index_castui %tokens : i32 to index
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%c64, %m, %c512) tile [64, 16, 64] split 2 {
      %xs = humming_tile.alloc : !humming_tile.smem<3x16x64xf16>
      %init = humming_tile.splat %zero : f32 -> !humming_tile.frag<64x16xf32>
      %place = arith.index_cast %m0 : index to i32
      %number = arith.uitofp %place : i32 to f32
      // expected-error @+1 {{expected results that do not depend on the number of tokens, got it in operand 0}}
      %offset = humming_tile.splat %number : f32 -> !humming_tile.frag<64x16xf32>
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

// So it does where a region captures it.
gpu.module @captured {
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
      %number = arith.uitofp %tokens : i32 to f32
      %more = humming_tile.map(%r : !humming_tile.frag<64x16xf32>) {
      ^bb0(%u: f32):
        // expected-error @+1 {{expected results that do not depend on the number of tokens, got it in operand 1}}
        %t = arith.addf %u, %number : f32
        humming_tile.yield %t : f32
      } -> !humming_tile.frag<64x16xf32>
    }
    gpu.return
  }
}
