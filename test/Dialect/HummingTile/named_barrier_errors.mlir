// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @named_barrier_c1_zero() {
  // expected-error @+1 {{expected an id of 1 to 15 and whole warps, got 0 and 64 threads}}
  humming_tile.named_barrier 0 threads 64
  return
}

// -----

func.func @named_barrier_c1_last() {
  // expected-error @+1 {{expected an id of 1 to 15 and whole warps, got 16 and 64 threads}}
  humming_tile.named_barrier 16 threads 64
  return
}

// -----

func.func @named_barrier_c1_none() {
  // expected-error @+1 {{expected an id of 1 to 15 and whole warps, got 1 and 0 threads}}
  humming_tile.named_barrier 1 threads 0
  return
}

// -----

func.func @named_barrier_c1_part() {
  // expected-error @+1 {{expected an id of 1 to 15 and whole warps, got 1 and 48 threads}}
  humming_tile.named_barrier 1 threads 48
  return
}
