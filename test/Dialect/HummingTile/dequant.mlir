// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @dequant
// CHECK-SAME: (%[[C:.+]]: !humming_tile.frag<64x64x!humming.code<u4>>, %[[S:.+]]: !humming_tile.frag<64x2xf16>, %[[Z:.+]]: !humming_tile.frag<64x2x!humming.code<u8>>)
// CHECK: humming_tile.dequant !humming.code<u4> %[[C]] : !humming_tile.frag<64x64x!humming.code<u4>> -> !humming_tile.frag<64x64xf16>
// CHECK: humming_tile.dequant !humming.code<i4> %[[C]] scale(%[[S]] : !humming_tile.frag<64x2xf16>) : !humming_tile.frag
// CHECK: humming_tile.dequant !humming.code<u4> %[[C]] zero(%[[Z]] : !humming_tile.frag<64x2x!humming.code<u8>>) : !humming_tile.frag
// CHECK: humming_tile.dequant !humming.code<u4> %[[C]] scale(%[[S]] : !humming_tile.frag<64x2xf16>) zero(%[[Z]] : !humming_tile.frag<64x2x!humming.code<u8>>) : !humming_tile.frag
func.func @dequant(%c: !humming_tile.frag<64x64x!humming.code<u4>>, %s: !humming_tile.frag<64x2xf16>,
    %z: !humming_tile.frag<64x2x!humming.code<u8>>) {
  %0 = humming_tile.dequant !humming.code<u4> %c
     : !humming_tile.frag<64x64x!humming.code<u4>> -> !humming_tile.frag<64x64xf16>
  %1 = humming_tile.dequant !humming.code<i4> %c scale(%s : !humming_tile.frag<64x2xf16>)
     : !humming_tile.frag<64x64x!humming.code<u4>> -> !humming_tile.frag<64x64xf16>
  %2 = humming_tile.dequant !humming.code<u4> %c zero(%z : !humming_tile.frag<64x2x!humming.code<u8>>)
     : !humming_tile.frag<64x64x!humming.code<u4>> -> !humming_tile.frag<64x64xf16>
  %3 = humming_tile.dequant !humming.code<u4> %c scale(%s : !humming_tile.frag<64x2xf16>)
       zero(%z : !humming_tile.frag<64x2x!humming.code<u8>>)
     : !humming_tile.frag<64x64x!humming.code<u4>> -> !humming_tile.frag<64x64xf16>
  return
}

// Seven bits in planes of four, two and one.
// CHECK-LABEL: func.func @planes
// CHECK: humming_tile.dequant !humming.code<e3m3> %{{.+}}, %{{.+}}, %{{.+}} : !humming_tile.frag<64x64x!humming.code<u4>>, !humming_tile.frag<64x64x!humming.code<u2>>, !humming_tile.frag<64x64x!humming.code<u1>> -> !humming_tile.frag<64x64xbf16>
func.func @planes(%low: !humming_tile.frag<64x64x!humming.code<u4>>, %mid: !humming_tile.frag<64x64x!humming.code<u2>>,
    %high: !humming_tile.frag<64x64x!humming.code<u1>>) {
  %0 = humming_tile.dequant !humming.code<e3m3> %low, %mid, %high
     : !humming_tile.frag<64x64x!humming.code<u4>>, !humming_tile.frag<64x64x!humming.code<u2>>,
       !humming_tile.frag<64x64x!humming.code<u1>> -> !humming_tile.frag<64x64xbf16>
  return
}

// Zero points of the result's type.
// CHECK-LABEL: func.func @float_zero
// CHECK: humming_tile.dequant !humming.code<u4> %{{.+}} zero(%{{.+}} : !humming_tile.frag<64x2xf16>) :
func.func @float_zero(%c: !humming_tile.frag<64x64x!humming.code<u4>>, %z: !humming_tile.frag<64x2xf16>) {
  %0 = humming_tile.dequant !humming.code<u4> %c zero(%z : !humming_tile.frag<64x2xf16>)
     : !humming_tile.frag<64x64x!humming.code<u4>> -> !humming_tile.frag<64x64xf16>
  return
}

// A minifloat whose exponents are the operand's.
// CHECK-LABEL: func.func @in_place
// CHECK: humming_tile.dequant !humming.code<e2m1> %{{.+}} {in_place} : !humming_tile.frag
func.func @in_place(%c: !humming_tile.frag<64x64x!humming.code<u4>>) {
  %0 = humming_tile.dequant !humming.code<e2m1> %c {in_place}
     : !humming_tile.frag<64x64x!humming.code<u4>> -> !humming_tile.frag<64x64xf16>
  return
}
