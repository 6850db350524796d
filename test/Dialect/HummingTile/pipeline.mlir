// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @carried
// CHECK-SAME: (%[[K:.+]]: index, %[[W:.+]]: !humming_tile.smem<3x64x64x!humming.code<u4>>, %[[A:.+]]: !humming_tile.smem<3x16x64xf16>, %[[INIT:.+]]: !humming_tile.frag<64x16xf32>)
// CHECK: %[[SUM:.+]] = humming_tile.pipeline from %{{.+}} to %[[K]] step 64 copy "cp_async"
// CHECK-SAME: buffers(%[[W]], %[[A]] : !humming_tile.smem<3x64x64x!humming.code<u4>>, !humming_tile.smem<3x16x64xf16>)
// CHECK-SAME: iter(%[[INIT]] : !humming_tile.frag<64x16xf32>) produce {
// CHECK-NEXT: ^bb0(%{{.+}}: index):
// CHECK-NEXT: humming_tile.yield
// CHECK-NEXT: } consume {
// CHECK-NEXT: ^bb0(%{{.+}}: index, %[[ACC:.+]]: !humming_tile.frag<64x16xf32>):
// CHECK-NEXT: humming_tile.yield %[[ACC]] : !humming_tile.frag<64x16xf32>
// CHECK-NEXT: } -> !humming_tile.frag<64x16xf32>
// CHECK: return %[[SUM]]
func.func @carried(%k: index, %w: !humming_tile.smem<3x64x64x!humming.code<u4>>, %a: !humming_tile.smem<3x16x64xf16>,
    %init: !humming_tile.frag<64x16xf32>) -> !humming_tile.frag<64x16xf32> {
  %zero = arith.constant 0 : index
  %sum = humming_tile.pipeline from %zero to %k step 64 copy "cp_async"
      buffers(%w, %a : !humming_tile.smem<3x64x64x!humming.code<u4>>, !humming_tile.smem<3x16x64xf16>)
      iter(%init : !humming_tile.frag<64x16xf32>) produce {
  ^bb0(%i: index):
    humming_tile.yield
  } consume {
  ^bb0(%i: index, %acc: !humming_tile.frag<64x16xf32>):
    humming_tile.yield %acc : !humming_tile.frag<64x16xf32>
  } -> !humming_tile.frag<64x16xf32>
  return %sum : !humming_tile.frag<64x16xf32>
}

// CHECK-LABEL: func.func @nothing_carried
// CHECK: humming_tile.pipeline from %{{.+}} to %{{.+}} step 128 copy "sync" buffers(%{{.+}} : !humming_tile.smem<2x16x64xf16>) produce {
// CHECK: } consume {
// CHECK: }
func.func @nothing_carried(%k: index, %a: !humming_tile.smem<2x16x64xf16>) {
  humming_tile.pipeline from %k to %k step 128 copy "sync" buffers(%a : !humming_tile.smem<2x16x64xf16>) produce {
  ^bb0(%i: index):
    humming_tile.yield
  } consume {
  ^bb0(%i: index):
    humming_tile.yield
  }
  return
}
