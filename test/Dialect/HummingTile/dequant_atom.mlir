// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @dequant_atom
// CHECK-SAME: (%[[W:.+]]: vector<4xi32>, %[[S:.+]]: vector<2xf16>, %[[Z:.+]]: vector<2xi8>)
// CHECK: humming_tile.dequant_atom %[[W]] : !humming.code<u4>, vector<4xi32> -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>
// CHECK: humming_tile.dequant_atom %[[W]] scale(%[[S]] : vector<2xf16>) : !humming.code<i4>, vector<4xi32> -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>
// CHECK: humming_tile.dequant_atom %[[W]] scale(%[[S]] : vector<2xf16>) zero(%[[Z]] : vector<2xi8>) : !humming.code<u4>, vector<4xi32> -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>
func.func @dequant_atom(%w: vector<4xi32>, %s: vector<2xf16>, %z: vector<2xi8>) {
  %0:4 = humming_tile.dequant_atom %w : !humming.code<u4>, vector<4xi32> -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>
  %1:4 = humming_tile.dequant_atom %w scale(%s : vector<2xf16>)
       : !humming.code<i4>, vector<4xi32> -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>
  %2:4 = humming_tile.dequant_atom %w scale(%s : vector<2xf16>) zero(%z : vector<2xi8>)
       : !humming.code<u4>, vector<4xi32> -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>
  return
}

// The code's planes, one behind another: seven words. Two groups of 32 columns: four scales.
// CHECK-LABEL: func.func @planes_and_groups
// CHECK: humming_tile.dequant_atom %{{.+}} scale(%{{.+}} : vector<4xf16>) : !humming.code<u7>, vector<7xi32> -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>
func.func @planes_and_groups(%w: vector<7xi32>, %s: vector<4xf16>) {
  %0:4 = humming_tile.dequant_atom %w scale(%s : vector<4xf16>)
       : !humming.code<u7>, vector<7xi32> -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>
  return
}

// Operands of 8 and 4 bits; zero points of the operand's type.
// CHECK-LABEL: func.func @operands
// CHECK: humming_tile.dequant_atom %{{.+}} : !humming.code<u4>, vector<4xi32> -> vector<16xi8>, vector<16xi8>
// CHECK: humming_tile.dequant_atom %{{.+}} : !humming.code<u4>, vector<4xi32> -> vector<32xi4>
// CHECK: humming_tile.dequant_atom %{{.+}} zero(%{{.+}} : vector<2xf16>) : !humming.code<u4>, vector<4xi32> -> vector<8xf16>
func.func @operands(%w: vector<4xi32>, %z: vector<2xf16>) {
  %0:2 = humming_tile.dequant_atom %w : !humming.code<u4>, vector<4xi32> -> vector<16xi8>, vector<16xi8>
  %1 = humming_tile.dequant_atom %w : !humming.code<u4>, vector<4xi32> -> vector<32xi4>
  %2:4 = humming_tile.dequant_atom %w zero(%z : vector<2xf16>)
       : !humming.code<u4>, vector<4xi32> -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>
  return
}
