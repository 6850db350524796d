// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @foreach_c1_tile(%n: index, %m: index) {
  // expected-error @+1 {{expected two positive tile sizes and a positive split}}
  humming_tile.foreach (%n0, %m0, %tile, %slice) in (%n, %m) tile [64, 0] split 1 {
  }
  return
}

// -----

func.func @foreach_c1_rank(%n: index, %m: index) {
  // expected-error @+1 {{expected two positive tile sizes and a positive split}}
  humming_tile.foreach (%n0, %m0, %tile, %slice) in (%n, %m) tile [64, 16, 8] split 1 {
  }
  return
}

// -----

func.func @foreach_c1_split(%n: index, %m: index) {
  // expected-error @+1 {{expected two positive tile sizes and a positive split}}
  humming_tile.foreach (%n0, %m0, %tile, %slice) in (%n, %m) tile [64, 16] split 0 {
  }
  return
}

// -----

func.func @foreach_c2_body(%n: index, %m: index) {
  // expected-error @+1 {{expected a body of four indices (row, column, tile, slice), got 2 arguments}}
  humming_tile.foreach (%n0, %m0) in (%n, %m) tile [64, 16] split 1 {
  }
  return
}
