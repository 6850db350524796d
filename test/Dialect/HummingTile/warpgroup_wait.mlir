// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// Fragments of the block, and the vectors of one thread; with and without the weights that the products read.

// CHECK-LABEL: func.func @warpgroup_wait
// CHECK-SAME: (%[[C:.+]]: !humming_tile.frag<64x16xf32>, %[[W:.+]]: !humming_tile.frag<64x64xf16>, %[[X:.+]]: vector<4xf32>, %[[V:.+]]: vector<8xf16>)
// CHECK: %[[DONE:.+]] = humming_tile.warpgroup_wait 0 %[[C]] : (!humming_tile.frag<64x16xf32>) -> !humming_tile.frag<64x16xf32>
// CHECK: humming_tile.warpgroup_wait 1 %[[DONE]] weights(%[[W]] : !humming_tile.frag<64x64xf16>)
// CHECK: humming_tile.warpgroup_wait 1 %[[X]], %[[X]] weights(%[[V]], %[[V]] : vector<8xf16>, vector<8xf16>) : (vector<4xf32>, vector<4xf32>) -> (vector<4xf32>, vector<4xf32>)
func.func @warpgroup_wait(%c: !humming_tile.frag<64x16xf32>, %w: !humming_tile.frag<64x64xf16>, %x: vector<4xf32>,
                          %v: vector<8xf16>) {
  %0 = humming_tile.warpgroup_wait 0 %c : (!humming_tile.frag<64x16xf32>) -> !humming_tile.frag<64x16xf32>
  %1 = humming_tile.warpgroup_wait 1 %0 weights(%w : !humming_tile.frag<64x64xf16>)
     : (!humming_tile.frag<64x16xf32>) -> !humming_tile.frag<64x16xf32>
  %2:2 = humming_tile.warpgroup_wait 1 %x, %x weights(%v, %v : vector<8xf16>, vector<8xf16>)
     : (vector<4xf32>, vector<4xf32>) -> (vector<4xf32>, vector<4xf32>)
  return
}
