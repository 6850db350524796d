// RUN: humming-opt %s | humming-opt | FileCheck %s

// Fragments name threads and registers, memory names offsets; an empty list is not printed.

// CHECK-DAG: #[[A:.+]] = #humming_tile.layout<{{\[\[}}2, 8], [2, 4, 2]] thread [1, 3] reg [2, 0, 4]>
// CHECK-DAG: #[[REPLICATED:.+]] = #humming_tile.layout<{{\[\[}}2, 8], [4]] thread [1, *4] reg [0, 2]>
// CHECK-DAG: #[[THREADS:.+]] = #humming_tile.layout<{{\[\[}}8], [4]] thread [0, 1]>
// CHECK-DAG: #[[REGS:.+]] = #humming_tile.layout<{{\[\[}}8], [1]] reg [0]>
// CHECK-DAG: #[[PACKED:.+]] = #humming_tile.layout<{{\[\[}}4, 2, 8], [1, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
// CHECK-DAG: #[[SWIZZLED:.+]] = #humming_tile.layout<{{\[\[}}16], [2, 64]] offset [1, 0, 2] swizzle 128>

// CHECK: func.func private @layouts() attributes
// CHECK-SAME: a = #[[A]], b = #[[REPLICATED]], c = #[[THREADS]], d = #[[REGS]], e = #[[PACKED]], f = #[[SWIZZLED]]
func.func private @layouts() attributes {
  a = #humming_tile.layout<[[2, 8], [2, 4, 2]] thread [1, 3] reg [2, 0, 4]>,
  b = #humming_tile.layout<[[2, 8], [4]] thread [1, *4] reg [0, 2]>,
  c = #humming_tile.layout<[[8], [4]] thread [0, 1]>,
  d = #humming_tile.layout<[[8], [1]] reg [0]>,
  e = #humming_tile.layout<[[4, 2, 8], [1, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>,
  f = #humming_tile.layout<[[16], [2, 64]] offset [1, 0, 2] swizzle 128>
}

// Aliases say whether a layout is a fragment's or memory's, and its size.
// CHECK: func.func private @names(!humming_tile.frag<16x16xf16, #frag16x16>, memref<64x64xf16, #mem64x64>)
func.func private @names(
  !humming_tile.frag<16x16xf16, #humming_tile.layout<[[2, 8], [2, 4, 2]] thread [1, 3] reg [2, 0, 4]>>,
  memref<64x64xf16, #humming_tile.layout<[[4, 2, 8], [1, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>>)
