// RUN: humming-opt %s --humming-tile-lower-foreach --split-input-file --verify-diagnostics

gpu.module @kernels {
  // expected-error @+1 {{expected one humming_tile.foreach in a kernel, got 0}}
  gpu.func @none() kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    gpu.return
  }
}

// -----

gpu.module @kernels {
  // expected-error @+1 {{expected one humming_tile.foreach in a kernel, got 2}}
  gpu.func @two(%m: index) kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    %n = arith.constant 64 : index
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %m, %n)
        tile [64, 16, 64] {
    }
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %m, %n)
        tile [64, 16, 64] {
    }
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @rows(%n: index, %m: index) kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    // expected-error @+1 {{expected a constant number of rows and depth}}
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %m, %n)
        tile [64, 16, 64] {
    }
    gpu.return
  }
}

// -----

gpu.module @kernels {
  // expected-error @+1 {{expected known_block_size on a kernel in tile form}}
  gpu.func @threads(%m: index) kernel {
    %n = arith.constant 64 : index
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %m, %n)
        tile [64, 16, 64] {
    }
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @depth(%k: index, %m: index) kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    %n = arith.constant 64 : index
    // expected-error @+1 {{expected a constant number of rows and depth}}
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %m, %k)
        tile [64, 16, 64] {
    }
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @units(%m: index) kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    %n = arith.constant 192 : index
    // expected-error @+1 {{expected a depth of whole units of 128, got 192}}
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %m, %n)
        tile [64, 16, 64] turn 2 {
    }
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @bits(%m: index) kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    %n = arith.constant 4096 : index
    // expected-error @+1 {{expected 2 x blocks x blocks x units of k to have 32 bits at most, got 8192 blocks and 64 units}}
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %m, %n)
        tile [64, 16, 64] blocks 8192 {
    }
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @cluster(%m: index) kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    %n = arith.constant 192 : index
    // expected-error @+1 {{expected a multiple of 2 tiles along the rows, got 3}}
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %m, %n)
        tile [64, 16, 64] cluster 2 {
    }
    gpu.return
  }
}
