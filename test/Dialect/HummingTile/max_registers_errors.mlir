// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @max_registers_c1_least() {
  // expected-error @+1 {{expected a multiple of 8 from 24 to 256, got 16}}
  humming_tile.max_registers 16
  return
}

// -----

func.func @max_registers_c1_most() {
  // expected-error @+1 {{expected a multiple of 8 from 24 to 256, got 264}}
  humming_tile.max_registers 264
  return
}

// -----

func.func @max_registers_c1_step() {
  // expected-error @+1 {{expected a multiple of 8 from 24 to 256, got 100}}
  humming_tile.max_registers 100
  return
}
