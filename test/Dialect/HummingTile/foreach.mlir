// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | FileCheck %s --check-prefix=GENERIC
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @foreach
// CHECK-SAME: (%[[N:.+]]: index, %[[M:.+]]: index, %[[K:.+]]: index, %[[X:.+]]: f16, %[[C:.+]]: memref<?x64xf16>)
// CHECK: humming_tile.foreach (%[[N0:.+]], %[[M0:.+]], %{{.+}}, %{{.+}}, %{{.+}}, %{{.+}}, %{{.+}}, %{{.+}}, %{{.+}}) in (%[[N]], %[[M]], %[[K]]) tile [64, 16, 128] split 2 {
// CHECK-NEXT: humming_tile.splat
// CHECK-NEXT: humming_tile.store %{{.+}} to %[[C]][%[[M0]], %[[N0]]]
// CHECK-NEXT: }
// GENERIC: "humming_tile.foreach"(%{{.+}}, %{{.+}}, %{{.+}}) <{blocks = 0 : i64, cluster = 1 : i64, sets = 1 : i64, split = 2 : i64, tile = array<i64: 64, 16, 128>, turn = 1 : i64}> ({
// GENERIC-NEXT: ^bb0(%{{.+}}: index, %{{.+}}: index, %{{.+}}: index, %{{.+}}: index, %{{.+}}: index, %{{.+}}: index, %{{.+}}: index, %{{.+}}: index, %{{.+}}: index):
// GENERIC: "humming_tile.yield"() : () -> ()
func.func @foreach(%n: index, %m: index, %k: index, %x: f16, %c: memref<?x64xf16>) {
  humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %m, %k)
      tile [64, 16, 128] split 2 {
    %0 = humming_tile.splat %x : f16 -> !humming_tile.frag<64x16xf16>
    humming_tile.store %0 to %c[%m0, %n0] transpose : !humming_tile.frag<64x16xf16> to memref<?x64xf16>
  }
  return
}

// CHECK-LABEL: func.func @empty
// CHECK: humming_tile.foreach ({{.+}}) in (%{{.+}}, %{{.+}}, %{{.+}}) tile [64, 16, 128] {
// CHECK-NEXT: } {name = "empty"}
func.func @empty(%n: index, %m: index) {
  humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %m, %n)
      tile [64, 16, 128] turn 1 split 1 blocks 0 cluster 1 {
  } {name = "empty"}
  return
}

// CHECK-LABEL: func.func @blocks
// CHECK: humming_tile.foreach ({{.+}}) in ({{.+}}) tile [128, 256, 64] turn 2 blocks 132 {
func.func @blocks(%n: index, %m: index) {
  humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %m, %n)
      tile [128, 256, 64] turn 2 blocks 132 {
  }
  return
}

// CHECK-LABEL: func.func @cluster
// CHECK: humming_tile.foreach ({{.+}}) in ({{.+}}) tile [128, 256, 64] blocks 132 cluster 2 {
// CHECK: humming_tile.foreach ({{.+}}) in ({{.+}}) tile [128, 256, 64] split 4 cluster 2 joined {
func.func @cluster(%n: index, %m: index) {
  humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %m, %n)
      tile [128, 256, 64] blocks 132 cluster 2 {
  }
  humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %m, %n)
      tile [128, 256, 64] split 4 cluster 2 joined {
  }
  return
}

// CHECK-LABEL: func.func @sets
// CHECK: humming_tile.foreach (%{{.+}}, %{{.+}}, %{{.+}}, %{{.+}}, %{{.+}}, %{{.+}}, %{{.+}}, %{{.+}}, %{{.+}}, %[[PIECE:.+]]) in ({{.+}}) tile [64, 256, 64] turn 2 blocks 132 cluster 2 sets 2 {
// CHECK-NEXT: arith.index_castui %[[PIECE]]
func.func @sets(%n: index, %m: index) {
  humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done, %piece) in (%n, %m, %n)
      tile [64, 256, 64] turn 2 blocks 132 cluster 2 sets 2 {
    %0 = arith.index_castui %piece : index to i32
  }
  return
}
