// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK: #[[VIA:.+]] = #humming_tile.layout<{{\[\[}}16], [1, 8, 8]] thread [0, 2] reg [1, 3]>
// CHECK-LABEL: func.func @copy
// CHECK-SAME: (%[[A:.+]]: memref<?x128xf16>, %[[I:.+]]: index, %[[BUFFER:.+]]: !humming_tile.smem<2x16x64xf16>, %[[P:.+]]: memref<128xi32>)
// CHECK: humming_tile.copy %[[A]][%[[I]], %[[I]]] to %[[BUFFER]] : memref<?x128xf16> to !humming_tile.smem<2x16x64xf16>
// CHECK: humming_tile.copy async %[[A]][%[[I]], %[[I]]] to %[[BUFFER]] stage %[[I]] via #[[VIA]] :
// CHECK: humming_tile.copy %[[A]][%[[I]], %[[I]]] to %[[BUFFER]] gather(%[[P]] : memref<128xi32>) :
#via = #humming_tile.layout<[[16], [1, 8, 8]] thread [0, 2] reg [1, 3]>
func.func @copy(%a: memref<?x128xf16>, %i: index, %buffer: !humming_tile.smem<2x16x64xf16>,
    %perm: memref<128xi32>) {
  humming_tile.copy %a[%i, %i] to %buffer : memref<?x128xf16> to !humming_tile.smem<2x16x64xf16>
  humming_tile.copy async %a[%i, %i] to %buffer stage %i via #via
    : memref<?x128xf16> to !humming_tile.smem<2x16x64xf16>
  humming_tile.copy %a[%i, %i] to %buffer gather(%perm : memref<128xi32>)
    : memref<?x128xf16> to !humming_tile.smem<2x16x64xf16>
  return
}
