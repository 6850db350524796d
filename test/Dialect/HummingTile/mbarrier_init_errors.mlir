// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @mbarrier_init_c1_space(%barriers: memref<6xi64>, %index: index) {
  // expected-error @+1 {{expected shared memory, got 'memref<6xi64>'}}
  humming_tile.mbarrier_init %barriers[%index] count 8 : memref<6xi64>
  return
}

// -----

func.func @mbarrier_init_c2_count(%barriers: memref<6xi64, #gpu.address_space<workgroup>>, %index: index) {
  // expected-error @+1 {{expected at least one arrival, got 0}}
  humming_tile.mbarrier_init %barriers[%index] count 0 : memref<6xi64, #gpu.address_space<workgroup>>
  return
}
