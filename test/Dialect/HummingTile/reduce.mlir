// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @reduce
// CHECK-SAME: (%[[V:.+]]: !humming_tile.frag<64x16xf32>, %[[P:.+]]: memref<?xf32>, %[[C:.+]]: memref<?xi32>, %[[T:.+]]: index, %[[S:.+]]: index, %[[F:.+]]: index, %[[N:.+]]: index)
// CHECK: humming_tile.reduce %[[V]] tile %[[T]] slot %[[S]] of %[[N]] from %[[F]] through %[[P]], %[[C]] : !humming_tile.frag<64x16xf32>, memref<?xf32>, memref<?xi32>
func.func @reduce(%v: !humming_tile.frag<64x16xf32>, %partials: memref<?xf32>, %counters: memref<?xi32>, %tile: index,
    %slot: index, %first: index, %pieces: index) {
  %0 = humming_tile.reduce %v tile %tile slot %slot of %pieces from %first through %partials, %counters
     : !humming_tile.frag<64x16xf32>, memref<?xf32>, memref<?xi32>
  return
}

// In a cluster.
// CHECK-LABEL: func.func @cluster
// CHECK-SAME: (%[[V:.+]]: !humming_tile.frag<64x16xf32>, %[[T:.+]]: index, %[[S:.+]]: index, %[[F:.+]]: index)
// CHECK: %[[N:.+]] = arith.constant 4 : index
// CHECK: humming_tile.reduce %[[V]] tile %[[T]] slot %[[S]] of %[[N]] from %[[F]] : !humming_tile.frag<64x16xf32>{{$}}
func.func @cluster(%v: !humming_tile.frag<64x16xf32>, %tile: index, %slot: index, %first: index) {
  %pieces = arith.constant 4 : index
  %0 = humming_tile.reduce %v tile %tile slot %slot of %pieces from %first : !humming_tile.frag<64x16xf32>
  return
}
