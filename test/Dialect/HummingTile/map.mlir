// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @map
// CHECK-SAME: (%[[A:.+]]: !humming_tile.frag<64x16xf32>, %[[B:.+]]: !humming_tile.frag<64x16xf16>)
// CHECK: humming_tile.map(%[[A]], %[[B]] : !humming_tile.frag<64x16xf32>, !humming_tile.frag<64x16xf16>) {
// CHECK-NEXT: ^bb0(%{{.+}}: f32, %{{.+}}: f16):
// CHECK: humming_tile.yield %[[H:.+]] : f16
// CHECK-NEXT: } -> !humming_tile.frag<64x16xf16>
func.func @map(%a: !humming_tile.frag<64x16xf32>, %b: !humming_tile.frag<64x16xf16>) {
  %0 = humming_tile.map(%a, %b : !humming_tile.frag<64x16xf32>, !humming_tile.frag<64x16xf16>) {
  ^bb0(%x: f32, %y: f16):
    %wide = arith.extf %y : f16 to f32
    %sum = arith.addf %x, %wide : f32
    %h = arith.truncf %sum : f32 to f16
    humming_tile.yield %h : f16
  } -> !humming_tile.frag<64x16xf16>
  return
}

// One column for all columns, one row for all rows.
// CHECK-LABEL: func.func @broadcast
// CHECK: humming_tile.map(%{{.+}}, %{{.+}}, %{{.+}} : !humming_tile.frag<64x16xf32>, !humming_tile.frag<64x1xf16>, !humming_tile.frag<1x16xf32>)
func.func @broadcast(%a: !humming_tile.frag<64x16xf32>, %scale: !humming_tile.frag<64x1xf16>,
    %token: !humming_tile.frag<1x16xf32>) {
  %0 = humming_tile.map(%a, %scale, %token
       : !humming_tile.frag<64x16xf32>, !humming_tile.frag<64x1xf16>, !humming_tile.frag<1x16xf32>) {
  ^bb0(%x: f32, %s: f16, %t: f32):
    %r = arith.mulf %x, %t : f32
    humming_tile.yield %r : f32
  } -> !humming_tile.frag<64x16xf32>
  return
}
