// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @async_wait_c1_pending() {
  // expected-error @+1 {{attribute 'pending' failed to satisfy constraint: 32-bit signless integer attribute whose value is non-negative}}
  humming_tile.async_wait -1
  return
}
