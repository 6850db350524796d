// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @store
// CHECK-SAME: (%[[V:.+]]: !humming_tile.frag<64x16xf16>, %[[BUFFER:.+]]: !humming_tile.smem<2x64x16xf16>, %[[C:.+]]: memref<?x64xf16>, %[[I:.+]]: index, %[[B:.+]]: memref<1xi64, #gpu.address_space<workgroup>>, %[[S:.+]]: !humming_tile.frag<64x16xf32>, %[[SUMS:.+]]: !humming_tile.smem<2x64x16xf32>)
// CHECK: humming_tile.store %[[V]] to %[[BUFFER]] : !humming_tile.frag<64x16xf16> to !humming_tile.smem<2x64x16xf16>
// CHECK: humming_tile.store %[[V]] to %[[BUFFER]] stage %[[I]] : !humming_tile.frag<64x16xf16> to !humming_tile.smem<2x64x16xf16>
// CHECK: humming_tile.store %[[S]] to %[[SUMS]] stage %[[I]] at %[[I]] signal %[[B]][%[[I]]] : !humming_tile.frag<64x16xf32> to !humming_tile.smem<2x64x16xf32>, memref<1xi64, #gpu.address_space<workgroup>>
// CHECK: humming_tile.store %[[V]] to %[[C]][%[[I]], %[[I]]] transpose : !humming_tile.frag<64x16xf16> to memref<?x64xf16>
func.func @store(%v: !humming_tile.frag<64x16xf16>, %buffer: !humming_tile.smem<2x64x16xf16>, %c: memref<?x64xf16>,
    %i: index, %b: memref<1xi64, #gpu.address_space<workgroup>>,
    %s: !humming_tile.frag<64x16xf32>, %sums: !humming_tile.smem<2x64x16xf32>) {
  humming_tile.store %v to %buffer : !humming_tile.frag<64x16xf16> to !humming_tile.smem<2x64x16xf16>
  humming_tile.store %v to %buffer stage %i : !humming_tile.frag<64x16xf16> to !humming_tile.smem<2x64x16xf16>
  humming_tile.store %s to %sums stage %i at %i signal %b[%i]
    : !humming_tile.frag<64x16xf32> to !humming_tile.smem<2x64x16xf32>, memref<1xi64, #gpu.address_space<workgroup>>
  humming_tile.store %v to %c[%i, %i] transpose : !humming_tile.frag<64x16xf16> to memref<?x64xf16>
  return
}
