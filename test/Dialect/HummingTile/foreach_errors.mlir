// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @foreach_c1_tile(%n: index, %m: index) {
  // expected-error @+1 {{expected three positive tile sizes, a positive turn, split, cluster and sets, and blocks of at least 0}}
  humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %m, %n)
      tile [64, 0, 64] {
  }
  return
}

// -----

func.func @foreach_c1_rank(%n: index, %m: index) {
  // expected-error @+1 {{expected three positive tile sizes, a positive turn, split, cluster and sets, and blocks of at least 0}}
  humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %m, %n)
      tile [64, 16] {
  }
  return
}

// -----

func.func @foreach_c1_turn(%n: index, %m: index) {
  // expected-error @+1 {{expected three positive tile sizes, a positive turn, split, cluster and sets, and blocks of at least 0}}
  humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %m, %n)
      tile [64, 16, 64] turn 0 {
  }
  return
}

// -----

func.func @foreach_c1_split(%n: index, %m: index) {
  // expected-error @+1 {{expected three positive tile sizes, a positive turn, split, cluster and sets, and blocks of at least 0}}
  humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %m, %n)
      tile [64, 16, 64] split 0 {
  }
  return
}

// -----

func.func @foreach_c1_blocks(%n: index, %m: index) {
  // expected-error @+1 {{expected three positive tile sizes, a positive turn, split, cluster and sets, and blocks of at least 0}}
  humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %m, %n)
      tile [64, 16, 64] blocks -1 {
  }
  return
}

// -----

func.func @foreach_c2_body(%n: index, %m: index) {
  // expected-error @+1 {{expected a body of 9 indices (row, column, tile, lower, upper, slot, first, pieces, done), got 2 arguments}}
  humming_tile.foreach (%n0, %m0) in (%n, %m, %n)
      tile [64, 16, 64] {
  }
  return
}

// -----

func.func @foreach_c3_shared(%n: index, %m: index) {
  // expected-error @+1 {{expected slices or blocks that share the tiles, got 2 slices and 132 blocks}}
  humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %m, %n)
      tile [64, 16, 64] split 2 blocks 132 {
  }
  return
}

// -----

func.func @foreach_c1_cluster(%n: index, %m: index) {
  // expected-error @+1 {{expected three positive tile sizes, a positive turn, split, cluster and sets, and blocks of at least 0}}
  humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %m, %n)
      tile [64, 16, 64] cluster 0 {
  }
  return
}

// -----

func.func @foreach_c4_clusters(%n: index, %m: index) {
  // expected-error @+1 {{expected whole clusters of 4 blocks, got 130 blocks}}
  humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %m, %n)
      tile [64, 16, 64] blocks 130 cluster 4 {
  }
  return
}

// -----

func.func @foreach_c1_sets(%n: index, %m: index) {
  // expected-error @+1 {{expected three positive tile sizes, a positive turn, split, cluster and sets, and blocks of at least 0}}
  humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %m, %n)
      tile [64, 16, 64] sets 0 {
  }
  return
}

// -----

func.func @foreach_c2_sets(%n: index, %m: index) {
  // expected-error @+1 {{expected a body of 10 indices (row, column, tile, lower, upper, slot, first, pieces, done, piece), got 9 arguments}}
  humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %m, %n)
      tile [64, 16, 64] blocks 132 sets 2 {
  }
  return
}

// -----

func.func @foreach_c5_blocks(%n: index, %m: index) {
  // expected-error @+1 {{expected blocks that share the tiles, whose pieces 2 sets of warps take in turn}}
  humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done, %piece) in (%n, %m, %n)
      tile [64, 16, 64] sets 2 {
  }
  return
}
