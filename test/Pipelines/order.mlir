// RUN: humming-opt %s --humming-to-tile=arch=sm_80 | FileCheck %s --implicit-check-not=humming.order
// RUN: humming-opt %S/../Conversion/HummingToTile/gemm-order.mlir --convert-humming-to-tile | sed s/slice\ =\ 64/slice\ =\ 128/ \
// RUN:   | not humming-opt --humming-tile-verify-order 2>&1 | FileCheck %s --check-prefix=BROKEN

// The pipeline holds kernels of a fixed order to it, and nothing behind it sees the promise.

// CHECK: gpu.func @ordered
// CHECK: humming_tile.foreach
// BROKEN: error: 'humming_tile.foreach' op expected slices of 128 values of k, got 64
func.func @ordered(%a: tensor<?x128xf16>, %w: tensor<64x128x!humming.code<u4>>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x128xf16>) b(%w : tensor<64x128x!humming.code<u4>>) -> tensor<?x64xf32>
       attributes {numerics = #humming.numerics<acc = f32, scale = accumulator, order = fixed>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}
