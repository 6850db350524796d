// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @mbarrier_try_wait_c1_space(%barriers: memref<6xi64>, %index: index, %parity: i32) {
  // expected-error @+1 {{expected shared memory, got 'memref<6xi64>'}}
  %done = humming_tile.mbarrier_try_wait %barriers[%index] parity %parity : memref<6xi64>
  return
}
