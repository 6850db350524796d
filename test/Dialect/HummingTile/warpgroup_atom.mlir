// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// The registers of one thread: those of one atom's weights, and of as many atoms along the tokens as there are; 8 and 256 tokens.

// CHECK-LABEL: func.func @warpgroup_atom
// CHECK-SAME: (%[[A:.+]]: vector<8xf16>, %[[B:.+]]: i64, %[[LEAST:.+]]: vector<4xf32>, %[[MOST:.+]]: vector<128xf32>)
// CHECK: humming_tile.warpgroup_atom "m64k16" %[[A]], %[[B]], %[[LEAST]] : vector<8xf16>, vector<4xf32>
// CHECK: humming_tile.warpgroup_atom "m64k16" %[[A]], %[[B]], %[[MOST]] : vector<8xf16>, vector<128xf32>
func.func @warpgroup_atom(%a: vector<8xf16>, %b: i64, %least: vector<4xf32>, %most: vector<128xf32>) {
  %0 = humming_tile.warpgroup_atom "m64k16" %a, %b, %least : vector<8xf16>, vector<4xf32>
  %1 = humming_tile.warpgroup_atom "m64k16" %a, %b, %most : vector<8xf16>, vector<128xf32>
  return
}

// CHECK-LABEL: func.func @from_zero
// CHECK-SAME: (%[[A:.+]]: vector<8xf16>, %[[B:.+]]: i64)
// CHECK: humming_tile.warpgroup_atom "m64k16" %[[A]], %[[B]] : vector<8xf16>, vector<64xf32>
func.func @from_zero(%a: vector<8xf16>, %b: i64) -> vector<64xf32> {
  %0 = humming_tile.warpgroup_atom "m64k16" %a, %b : vector<8xf16>, vector<64xf32>
  return %0 : vector<64xf32>
}

// CHECK-LABEL: func.func @types
// CHECK: humming_tile.warpgroup_atom "m64k16" {{.+}} : vector<8xbf16>, vector<8xf32>
// CHECK: humming_tile.warpgroup_atom "m64k32" {{.+}} : vector<16xf8E4M3FN>, vector<8xf32>
// CHECK: humming_tile.warpgroup_atom "m64k32" {{.+}} : vector<16xf8E5M2>, vector<8xf32>
// CHECK: humming_tile.warpgroup_atom "m64k32" {{.+}} : vector<16xi8>, vector<8xi32>
func.func @types(%bf: vector<8xbf16>, %e4: vector<16xf8E4M3FN>, %e5: vector<16xf8E5M2>, %i8: vector<16xi8>, %b: i64,
                 %f: vector<8xf32>, %i: vector<8xi32>) {
  %0 = humming_tile.warpgroup_atom "m64k16" %bf, %b, %f : vector<8xbf16>, vector<8xf32>
  %1 = humming_tile.warpgroup_atom "m64k32" %e4, %b, %f : vector<16xf8E4M3FN>, vector<8xf32>
  %2 = humming_tile.warpgroup_atom "m64k32" %e5, %b, %f : vector<16xf8E5M2>, vector<8xf32>
  %3 = humming_tile.warpgroup_atom "m64k32" %i8, %b, %i : vector<16xi8>, vector<8xi32>
  return
}

// Both operands in shared memory: a descriptor in place of registers, and the type of the elements.

// CHECK-LABEL: func.func @shared
// CHECK-SAME: (%[[A:.+]]: i64, %[[B:.+]]: i64, %[[C:.+]]: vector<8xi32>)
// CHECK: humming_tile.warpgroup_atom "m64k32" %[[A]] of i8, %[[B]], %[[C]] : i64, vector<8xi32>
// CHECK: humming_tile.warpgroup_atom "m64k32" %[[A]] of f8E4M3FN, %[[B]] : i64, vector<8xf32>
func.func @shared(%a: i64, %b: i64, %c: vector<8xi32>) {
  %0 = humming_tile.warpgroup_atom "m64k32" %a of i8, %b, %c : i64, vector<8xi32>
  %1 = humming_tile.warpgroup_atom "m64k32" %a of f8E4M3FN, %b : i64, vector<8xf32>
  return
}
