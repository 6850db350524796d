// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @yield
// CHECK: humming_tile.yield %{{.+}} : !humming_tile.frag<16x8xf32>
// CHECK: humming_tile.yield %{{.+}} : f32
func.func @yield(%k: index, %a: !humming_tile.smem<2x16x64xf16>, %x: !humming_tile.frag<16x8xf32>) {
  %0 = humming_tile.pipeline from %k to %k step 64 copy "sync" buffers(%a : !humming_tile.smem<2x16x64xf16>)
      iter(%x : !humming_tile.frag<16x8xf32>) produce {
  ^bb0(%i: index):
    humming_tile.yield
  } consume {
  ^bb0(%i: index, %acc: !humming_tile.frag<16x8xf32>):
    humming_tile.yield %acc : !humming_tile.frag<16x8xf32>
  } -> !humming_tile.frag<16x8xf32>
  %1 = humming_tile.map(%0 : !humming_tile.frag<16x8xf32>) {
  ^bb0(%y: f32):
    humming_tile.yield %y : f32
  } -> !humming_tile.frag<16x8xf32>
  return
}
