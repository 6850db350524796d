// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

!code = !humming.code<lut5, [-16, -15, -14, -13, -12, -11, -10, -9, -8, -7, -6, -5, -4, -3, -2, -1,
                             0.25, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]>

// CHECK: !lut5 = !humming.code<lut5, [-16, {{.*}}, 0.25, {{.*}}]>
// CHECK-LABEL: func.func @tables
// CHECK: %[[TABLE:.*]] = humming_tile.alloc : !humming_tile.smem<1x1x32xf16>
// CHECK: humming_tile.tabulate !lut5 to %[[TABLE]] : !humming_tile.smem<1x1x32xf16>
// CHECK: humming_tile.dequant !lut5 %{{.+}}, %{{.+}} table(%[[TABLE]] : !humming_tile.smem<1x1x32xf16>)
func.func @tables(%four: !humming_tile.frag<64x64x!humming.code<u4>>, %one: !humming_tile.frag<64x64x!humming.code<u1>>) {
  %t = humming_tile.alloc : !humming_tile.smem<1x1x32xf16>
  humming_tile.tabulate !code to %t : !humming_tile.smem<1x1x32xf16>
  %w = humming_tile.dequant !code %four, %one table(%t : !humming_tile.smem<1x1x32xf16>)
     : !humming_tile.frag<64x64x!humming.code<u4>>, !humming_tile.frag<64x64x!humming.code<u1>> -> !humming_tile.frag<64x64xf16>
  return
}

// By pairs.
// CHECK-LABEL: func.func @pairs
// CHECK: humming_tile.tabulate !humming.code<nf4> to %[[TABLE:.+]] : !humming_tile.smem<1x256x64xbf16>
// CHECK: humming_tile.dequant !humming.code<nf4> %{{.+}} table(%[[TABLE]] : !humming_tile.smem<1x256x64xbf16>)
func.func @pairs(%codes: !humming_tile.frag<64x64x!humming.code<nf4>>) {
  %t = humming_tile.alloc : !humming_tile.smem<1x256x64xbf16>
  humming_tile.tabulate !humming.code<nf4> to %t : !humming_tile.smem<1x256x64xbf16>
  %w = humming_tile.dequant !humming.code<nf4> %codes table(%t : !humming_tile.smem<1x256x64xbf16>)
     : !humming_tile.frag<64x64x!humming.code<nf4>> -> !humming_tile.frag<64x64xbf16>
  return
}
