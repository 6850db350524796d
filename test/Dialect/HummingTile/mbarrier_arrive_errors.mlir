// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @mbarrier_arrive_c1_space(%barriers: memref<6xi64>, %index: index) {
  // expected-error @+1 {{expected shared memory, got 'memref<6xi64>'}}
  humming_tile.mbarrier_arrive %barriers[%index] : memref<6xi64>
  return
}

// -----

func.func @mbarrier_arrive_c2_both(%barriers: memref<6xi64, #gpu.address_space<workgroup>>, %index: index) {
  // expected-error @+1 {{expected a rank or bytes to expect, got both}}
  humming_tile.mbarrier_arrive %barriers[%index] at %index expect 4096 : memref<6xi64, #gpu.address_space<workgroup>>
  return
}
