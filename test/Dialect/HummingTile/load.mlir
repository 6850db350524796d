// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @load
// CHECK-SAME: (%[[BUFFER:.+]]: !humming_tile.smem<2x16x64xf16>, %[[I:.+]]: index, %[[BIAS:.+]]: memref<64xf16>, %[[C:.+]]: memref<?x64xf16>, %[[Z:.+]]: memref<64x4x!humming.code<u4>>, %[[X:.+]]: memref<?x4xf32>)
// CHECK: humming_tile.load %[[BUFFER]] : !humming_tile.smem<2x16x64xf16> -> !humming_tile.frag<16x64xf16>
// CHECK: humming_tile.load %[[BUFFER]] stage %[[I]] : !humming_tile.smem<2x16x64xf16> -> !humming_tile.frag<16x64xf16>
// CHECK: humming_tile.load %[[BUFFER]] stage %[[I]] column 3 : !humming_tile.smem<2x16x64xf16> -> !humming_tile.frag<16x1xf16>
// CHECK: humming_tile.load %[[BIAS]][%[[I]]] : memref<64xf16> -> !humming_tile.frag<64x16xf16>
// CHECK: humming_tile.load %[[C]][%[[I]], %[[I]]] transpose : memref<?x64xf16> -> !humming_tile.frag<64x16xf16>
// CHECK: humming_tile.load %[[Z]][%[[I]], %[[I]]] : memref<64x4x!humming.code<u4>> -> !humming_tile.frag<64x4x!humming.code<u8>>
// CHECK: humming_tile.load %[[Z]][%[[I]], %[[I]]] plane 2 : memref<64x4x!humming.code<u4>> -> !humming_tile.frag<64x4x!humming.code<u1>>
// CHECK: humming_tile.load %[[X]][%[[I]], %[[I]]] transpose : memref<?x4xf32> -> !humming_tile.frag<1x16xf32>
func.func @load(%buffer: !humming_tile.smem<2x16x64xf16>, %i: index, %bias: memref<64xf16>, %c: memref<?x64xf16>,
    %z: memref<64x4x!humming.code<u4>>, %x: memref<?x4xf32>) {
  %0 = humming_tile.load %buffer : !humming_tile.smem<2x16x64xf16> -> !humming_tile.frag<16x64xf16>
  %1 = humming_tile.load %buffer stage %i : !humming_tile.smem<2x16x64xf16> -> !humming_tile.frag<16x64xf16>
  %7 = humming_tile.load %buffer stage %i column 3 : !humming_tile.smem<2x16x64xf16> -> !humming_tile.frag<16x1xf16>
  %2 = humming_tile.load %bias[%i] : memref<64xf16> -> !humming_tile.frag<64x16xf16>
  %3 = humming_tile.load %c[%i, %i] transpose : memref<?x64xf16> -> !humming_tile.frag<64x16xf16>
  // Narrow zero points become bytes.
  %4 = humming_tile.load %z[%i, %i] : memref<64x4x!humming.code<u4>> -> !humming_tile.frag<64x4x!humming.code<u8>>
  // One bit from bit 2 on.
  %5 = humming_tile.load %z[%i, %i] plane 2 : memref<64x4x!humming.code<u4>> -> !humming_tile.frag<64x4x!humming.code<u1>>
  // The scales of 16 tokens.
  %6 = humming_tile.load %x[%i, %i] transpose : memref<?x4xf32> -> !humming_tile.frag<1x16xf32>
  return
}
