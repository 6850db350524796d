// RUN: humming-opt %s --pass-pipeline='builtin.module(gpu.module(humming-tile-expand-dequant))' | FileCheck %s

// Registers of 8- and 4-bit elements. test/Unit/Target/NarrowDequantTest.cpp proves the values for
// every code and zero point; here are the instructions.

gpu.module @kernels {
  // Codes in the top bits of bytes, the sign flipped: the two nibbles of a byte are elements of
  // two registers, the high one lies where it goes.
  // CHECK-LABEL: gpu.func @u4_i8(
  // CHECK-SAME: %[[WORDS:.*]]: vector<4xi32>
  gpu.func @u4_i8(%w: vector<4xi32>) -> vector<16xi8> {
    // CHECK: %[[WORD:.*]] = vector.extract %[[WORDS]][0] : i32 from vector<4xi32>
    // CHECK: %[[FOUR:.*]] = arith.constant 4 : i32
    // CHECK: %[[UP:.*]] = arith.shli %[[WORD]], %[[FOUR]] : i32
    // CHECK: %[[NIBBLES:.*]] = arith.constant -252645136 : i32
    // CHECK: %[[LOW:.*]] = arith.andi %[[UP]], %[[NIBBLES]] : i32
    // CHECK: %[[SIGNS:.*]] = arith.constant -2139062144 : i32
    // CHECK: %[[A0:.*]] = arith.xori %[[LOW]], %[[SIGNS]] : i32
    // CHECK: %[[HIGH:.*]] = arith.andi %[[WORD]], %{{.*}} : i32
    // CHECK: %[[A1:.*]] = arith.xori %[[HIGH]], %{{.*}} : i32
    // CHECK: %[[ATOM:.*]] = vector.from_elements %[[A0]], %[[A1]], %{{.*}}, %{{.*}} : vector<4xi32>
    // CHECK: %[[R:.*]] = vector.bitcast %[[ATOM]] : vector<4xi32> to vector<16xi8>
    // CHECK-NOT: humming_tile.dequant_atom
    // CHECK: gpu.return %[[R]]
    %r:2 = humming_tile.dequant_atom %w : !humming.code<u4>, vector<4xi32> -> vector<16xi8>, vector<16xi8>
    gpu.return %r#0 : vector<16xi8>
  }

  // Codes of the operand's width are there already.
  // CHECK-LABEL: gpu.func @i4_i4(
  // CHECK-SAME: %[[WORDS:.*]]: vector<4xi32>
  gpu.func @i4_i4(%w: vector<4xi32>) -> vector<32xi4> {
    // CHECK-NOT: arith
    // CHECK: vector.bitcast %{{.*}} : vector<4xi32> to vector<32xi4>
    // CHECK-NOT: arith
    // CHECK: gpu.return
    %r = humming_tile.dequant_atom %w : !humming.code<i4>, vector<4xi32> -> vector<32xi4>
    gpu.return %r : vector<32xi4>
  }

  // (code | 128) - z keeps to its byte; the zero point is put into all bytes once for each row half.
  // CHECK-LABEL: gpu.func @zero_i8(
  // CHECK-SAME: %[[WORDS:.*]]: vector<4xi32>, %[[Z:.*]]: vector<2xi8>
  gpu.func @zero_i8(%w: vector<4xi32>, %z: vector<2xi8>) -> vector<16xi8> {
    // CHECK: %[[CODES:.*]] = arith.andi %{{.*}}, %{{.*}} : i32
    // CHECK: %[[ZERO:.*]] = vector.extract %[[Z]][0] : i8 from vector<2xi8>
    // CHECK: %[[WIDE:.*]] = arith.extui %[[ZERO]] : i8 to i32
    // CHECK: %[[ONES:.*]] = arith.constant 16843009 : i32
    // CHECK: %[[ZEROS:.*]] = arith.muli %[[WIDE]], %[[ONES]] : i32
    // CHECK: %[[GUARDS:.*]] = arith.constant -2139062144 : i32
    // CHECK: %[[GUARDED:.*]] = arith.ori %[[CODES]], %[[GUARDS]] : i32
    // CHECK: %[[DIFFERENCE:.*]] = arith.subi %[[GUARDED]], %[[ZEROS]] : i32
    // CHECK: arith.xori %[[DIFFERENCE]], %{{.*}} : i32
    // CHECK: vector.extract %[[Z]][1] : i8 from vector<2xi8>
    // CHECK: gpu.return
    %r:2 = humming_tile.dequant_atom %w zero(%z : vector<2xi8>)
       : !humming.code<u4>, vector<4xi32> -> vector<16xi8>, vector<16xi8>
    gpu.return %r#0 : vector<16xi8>
  }

  // Four codes of one bit lie far enough apart: one subtraction for the four registers of each
  // row half, the zero points of the two groups side by side.
  // CHECK-LABEL: gpu.func @zero_in_smaller_fields(
  gpu.func @zero_in_smaller_fields(%w: vector<1xi32>, %z: vector<4xi8>) -> vector<16xi8> {
    // CHECK: %[[EVEN:.*]] = arith.constant 1431655765 : i32
    // CHECK: arith.andi %{{.*}}, %[[EVEN]] : i32
    // CHECK: %[[FIRST:.*]] = arith.constant 84215045 : i32
    // CHECK: arith.muli %{{.*}}, %[[FIRST]] : i32
    // CHECK: %[[SECOND:.*]] = arith.constant 1347440720 : i32
    // CHECK: arith.muli %{{.*}}, %[[SECOND]] : i32
    // CHECK-COUNT-2: arith.subi
    // CHECK-NOT: arith.subi
    // CHECK: gpu.return
    %r:2 = humming_tile.dequant_atom %w zero(%z : vector<4xi8>)
       : !humming.code<u1>, vector<1xi32> -> vector<16xi8>, vector<16xi8>
    gpu.return %r#0 : vector<16xi8>
  }

  // Scaled: 64 + code in f16, one multiply-add, one conversion for two, and their bytes joined.
  // CHECK-LABEL: gpu.func @scaled_e4m3(
  // CHECK-SAME: %[[WORDS:.*]]: vector<4xi32>, %[[S:.*]]: vector<2xf16>
  gpu.func @scaled_e4m3(%w: vector<4xi32>, %s: vector<2xf16>) -> vector<16xf8E4M3FN> {
    // CHECK: %[[WORD:.*]] = vector.extract %[[WORDS]][0] : i32 from vector<4xi32>
    // CHECK: %[[UP:.*]] = arith.shli %[[WORD]], %{{.*}} : i32
    // CHECK: %[[CODES:.*]] = arith.constant 15728880 : i32
    // CHECK: %[[KEPT:.*]] = arith.andi %[[UP]], %[[CODES]] : i32
    // CHECK: %[[MAGIC:.*]] = arith.constant 1409307648 : i32
    // CHECK: arith.xori %[[KEPT]], %[[MAGIC]] : i32
    // CHECK: %[[EVEN:.*]] = vector.bitcast %{{.*}} : vector<1xi32> to vector<2xf16>
    // CHECK: %[[SCALE:.*]] = vector.extract %[[S]][0] : f16 from vector<2xf16>
    // CHECK: %[[SCALES:.*]] = vector.broadcast %[[SCALE]] : f16 to vector<2xf16>
    // CHECK: %[[MINUS:.*]] = arith.constant dense<-7.200000e+01> : vector<2xf16>
    // CHECK: %[[OFFSET:.*]] = arith.mulf %[[SCALES]], %[[MINUS]] : vector<2xf16>
    // CHECK: %[[PRODUCT:.*]] = vector.fma %[[EVEN]], %[[SCALES]], %[[OFFSET]] : vector<2xf16>
    // CHECK: %[[LOW:.*]] = humming_tile.convert_pair %[[PRODUCT]] : vector<2xf16> to f8E4M3FN
    // CHECK: vector.fma %{{.*}}, %[[SCALES]], %[[OFFSET]] : vector<2xf16>
    // CHECK: %[[HIGH:.*]] = humming_tile.convert_pair
    // CHECK: %[[EVENS:.*]] = arith.trunci %[[LOW]] : i32 to i16
    // CHECK: %[[ODDS:.*]] = arith.trunci %[[HIGH]] : i32 to i16
    // CHECK: %[[HALVES:.*]] = vector.from_elements %[[EVENS]], %[[ODDS]] : vector<2xi16>
    // CHECK: %[[WHOLE:.*]] = vector.bitcast %[[HALVES]] : vector<2xi16> to vector<1xi32>
    // CHECK: vector.extract %[[WHOLE]][0] : i32 from vector<1xi32>
    // CHECK-NOT: humming_tile.byte_permute
    // CHECK-COUNT-14: humming_tile.convert_pair
    // CHECK-NOT: humming_tile.convert_pair
    // CHECK: gpu.return
    %r:2 = humming_tile.dequant_atom %w scale(%s : vector<2xf16>)
       : !humming.code<u4>, vector<4xi32> -> vector<16xf8E4M3FN>, vector<16xf8E4M3FN>
    gpu.return %r#0 : vector<16xf8E4M3FN>
  }

  // Sign and magnitude in four instructions: the sign in all bits of the byte, the three others
  // complemented by it, and a multiply-add that sets the sign and adds one.
  // CHECK-LABEL: gpu.func @i4_e4m3(
  // CHECK-SAME: %[[WORDS:.*]]: vector<4xi32>
  gpu.func @i4_e4m3(%w: vector<4xi32>) -> vector<16xf8E4M3FN> {
    // CHECK: %[[WORD:.*]] = vector.extract %[[WORDS]][0] : i32 from vector<4xi32>
    // CHECK: %[[UP:.*]] = arith.shli %[[WORD]], %{{.*}} : i32
    // CHECK: %[[SIGNS:.*]] = arith.constant 47768 : i32
    // CHECK: %[[R:.*]] = humming_tile.byte_permute %[[UP]], %[[UP]], %[[SIGNS]] : i32
    // CHECK: %[[MASK:.*]] = arith.constant 117901063 : i32
    // CHECK: %[[LOW:.*]] = arith.andi %[[WORD]], %[[MASK]] : i32
    // CHECK: %[[BITS:.*]] = arith.xori %[[R]], %[[LOW]] : i32
    // CHECK: %[[FACTOR:.*]] = arith.constant 2004318071 : i32
    // CHECK: %[[PRODUCT:.*]] = arith.muli %[[R]], %[[FACTOR]] : i32
    // CHECK: arith.addi %[[PRODUCT]], %[[BITS]] : i32
    // CHECK: humming_tile.byte_permute %[[WORD]], %[[WORD]], %{{.*}} : i32
    // CHECK: vector.bitcast %{{.*}} : vector<4xi32> to vector<16xf8E4M3FN>
    // CHECK: gpu.return
    %r:2 = humming_tile.dequant_atom %w : !humming.code<i4>, vector<4xi32> -> vector<16xf8E4M3FN>, vector<16xf8E4M3FN>
    gpu.return %r#0 : vector<16xf8E4M3FN>
  }

  // The sign of the high nibble is in place; that of the low one is carried there.
  // CHECK-LABEL: gpu.func @e2m1_e4m3(
  gpu.func @e2m1_e4m3(%w: vector<4xi32>) -> vector<16xf8E4M3FN> {
    // CHECK: %[[FIELD:.*]] = arith.andi %[[WORD:.*]], %{{.*}} : i32
    // CHECK: %[[UP:.*]] = arith.shli %[[FIELD]], %{{.*}} : i32
    // CHECK: %[[BETWEEN:.*]] = arith.constant 1616928864 : i32
    // CHECK: %[[CARRIED:.*]] = arith.addi %[[UP]], %[[BETWEEN]] : i32
    // CHECK: %[[KEPT:.*]] = arith.constant -1667457892 : i32
    // CHECK: arith.andi %[[CARRIED]], %[[KEPT]] : i32
    // CHECK: %[[SIGN:.*]] = arith.andi %[[WORD]], %{{.*}} : i32
    // CHECK: %[[DOWN:.*]] = arith.shrui %[[WORD]], %{{.*}} : i32
    // CHECK: %[[REST:.*]] = arith.andi %[[DOWN]], %{{.*}} : i32
    // CHECK: arith.ori %[[REST]], %[[SIGN]] : i32
    // CHECK: gpu.return
    %r:2 = humming_tile.dequant_atom %w : !humming.code<e2m1>, vector<4xi32> -> vector<16xf8E4M3FN>, vector<16xf8E4M3FN>
    gpu.return %r#0 : vector<16xf8E4M3FN>
  }

  // Packed as operands: nothing is done.
  // CHECK-LABEL: gpu.func @e4m3_e4m3(
  // CHECK-SAME: %[[WORDS:.*]]: vector<8xi32>
  gpu.func @e4m3_e4m3(%w: vector<8xi32>) -> vector<16xf8E4M3FN> {
    // CHECK-NOT: arith
    // CHECK: %[[W0:.*]] = vector.extract %[[WORDS]][0] : i32 from vector<8xi32>
    // CHECK: %[[ATOM:.*]] = vector.from_elements %[[W0]],
    // CHECK-NEXT: vector.bitcast %[[ATOM]] : vector<4xi32> to vector<16xf8E4M3FN>
    // CHECK-NOT: arith
    // CHECK: gpu.return
    %r:2 = humming_tile.dequant_atom %w : !humming.code<e4m3>, vector<8xi32> -> vector<16xf8E4M3FN>, vector<16xf8E4M3FN>
    gpu.return %r#0 : vector<16xf8E4M3FN>
  }

  // Nibbles have no byte_permute: the sign bit times 15.
  // CHECK-LABEL: gpu.func @i3_e2m1(
  gpu.func @i3_e2m1(%w: vector<3xi32>) -> vector<32xf4E2M1FN> {
    // CHECK-NOT: byte_permute
    // CHECK: %[[ONES:.*]] = arith.constant 286331153 : i32
    // CHECK: %[[SIGN:.*]] = arith.andi %{{.*}}, %[[ONES]] : i32
    // CHECK: %[[FIFTEEN:.*]] = arith.constant 15 : i32
    // CHECK: arith.muli %[[SIGN]], %[[FIFTEEN]] : i32
    // CHECK-NOT: byte_permute
    // CHECK: vector.bitcast %{{.*}} : vector<4xi32> to vector<32xf4E2M1FN>
    // CHECK: gpu.return
    %r = humming_tile.dequant_atom %w : !humming.code<i3>, vector<3xi32> -> vector<32xf4E2M1FN>
    gpu.return %r : vector<32xf4E2M1FN>
  }
}
