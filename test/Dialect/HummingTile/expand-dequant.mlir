// RUN: humming-opt %s --pass-pipeline='builtin.module(gpu.module(humming-tile-expand-dequant))' | FileCheck %s

// Pairs of codes go into the mantissas of 1024.0 (f16) or 128.0 (bf16). test/Unit/Target/DequantTest.cpp
// proves the values for every code; here are the instructions.

gpu.module @kernels {
  // Two places in f16's fraction: one shift for the eight codes of a word.
  // CHECK-LABEL: gpu.func @u4_f16(
  // CHECK-SAME: %[[WORDS:.*]]: vector<4xi32>, %[[S:.*]]: vector<2xf16>, %[[Z:.*]]: vector<2xi8>
  gpu.func @u4_f16(%w: vector<4xi32>, %s: vector<2xf16>, %z: vector<2xi8>) -> vector<8xf16> {
    // CHECK: %[[WORD:.*]] = vector.extract %[[WORDS]][0] : i32 from vector<4xi32>
    // CHECK: %[[LOW:.*]] = arith.constant 983055 : i32
    // CHECK: %[[FIELDS:.*]] = arith.andi %[[WORD]], %[[LOW]] : i32
    // CHECK: %[[MAGIC:.*]] = arith.constant 1677747200 : i32
    // CHECK: arith.xori %[[FIELDS]], %[[MAGIC]] : i32
    // CHECK: vector.extract %[[Z]][0] : i8
    // CHECK: %[[SUM:.*]] = arith.addf %{{.*}}, %{{.*}} : vector<2xf16>
    // CHECK: vector.extract %[[S]][0] : f16
    // CHECK: arith.mulf %[[SUM]], %{{.*}} : vector<2xf16>
    // CHECK: %[[HIGH:.*]] = arith.constant 15728880 : i32
    // CHECK: arith.andi %[[WORD]], %[[HIGH]] : i32
    // CHECK: vector.extract %[[Z]][1] : i8
    // CHECK: %[[UNIT:.*]] = arith.constant dense<6.250000e-02> : vector<2xf16>
    // CHECK: %[[FMA:.*]] = vector.fma %{{.*}}, %[[UNIT]], %{{.*}} : vector<2xf16>
    // CHECK: vector.extract %[[S]][1] : f16
    // CHECK: arith.mulf %[[FMA]], %{{.*}} : vector<2xf16>
    // CHECK: %[[EIGHT:.*]] = arith.constant 8 : i32
    // CHECK: arith.shrui %[[WORD]], %[[EIGHT]] : i32
    // CHECK: %[[R:.*]] = vector.shuffle {{.*}} : vector<4xf16>, vector<4xf16>
    // CHECK-NOT: humming_tile.dequant_atom
    // CHECK: gpu.return %[[R]]
    %r:4 = humming_tile.dequant_atom %w scale(%s : vector<2xf16>) zero(%z : vector<2xi8>)
       : !humming.code<u4>, vector<4xi32> -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>
    gpu.return %r#0 : vector<8xf16>
  }

  // The sign bit of two's complement is flipped with the magic number; the zero point that is
  // left, 8, is in the constant. No scale, no product.
  // CHECK-LABEL: gpu.func @i4_f16(
  gpu.func @i4_f16(%w: vector<4xi32>) -> vector<8xf16> {
    // CHECK-NOT: arith.mulf
    // CHECK: arith.constant 1678271496 : i32
    // CHECK: arith.constant dense<-1.032000e+03> : vector<2xf16>
    // CHECK-NOT: arith.mulf
    // CHECK: arith.constant dense<-7.200000e+01> : vector<2xf16>
    // CHECK-NOT: arith.mulf
    // CHECK: gpu.return
    %r:4 = humming_tile.dequant_atom %w
       : !humming.code<i4>, vector<4xi32> -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>
    gpu.return %r#0 : vector<8xf16>
  }

  // One place in bf16's fraction: a shift for each pair of a word but the first.
  // CHECK-LABEL: gpu.func @u4_bf16(
  gpu.func @u4_bf16(%w: vector<4xi32>, %s: vector<2xbf16>) -> vector<8xbf16> {
    // CHECK: arith.constant 1124090624 : i32
    // CHECK: arith.constant dense<-1.360000e+02> : vector<2xbf16>
    // CHECK-COUNT-12: arith.shrui
    // CHECK-NOT: arith.shrui
    // CHECK-NOT: vector.fma
    // CHECK: gpu.return
    %r:4 = humming_tile.dequant_atom %w scale(%s : vector<2xbf16>)
       : !humming.code<u4>, vector<4xi32> -> vector<8xbf16>, vector<8xbf16>, vector<8xbf16>, vector<8xbf16>
    gpu.return %r#0 : vector<8xbf16>
  }

  // Scales of the second of two groups of columns belong to the last two atoms.
  // CHECK-LABEL: gpu.func @groups(
  // CHECK-SAME: %{{.*}}: vector<4xi32>, %[[S:.*]]: vector<4xf16>
  gpu.func @groups(%w: vector<4xi32>, %s: vector<4xf16>) -> vector<8xf16> {
    // CHECK-NOT: vector.extract %[[S]][2]
    // CHECK: vector.extract %[[S]][0]
    // CHECK: vector.extract %[[S]][1]
    // CHECK: vector.extract %[[S]][2]
    // CHECK-NOT: vector.extract %[[S]][0]
    // CHECK: gpu.return
    %r:4 = humming_tile.dequant_atom %w scale(%s : vector<4xf16>)
       : !humming.code<u4>, vector<4xi32> -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>
    gpu.return %r#3 : vector<8xf16>
  }

  // Two planes, of two bits and of one, meet in nibbles, for eight codes at once: then as u4.
  // CHECK-LABEL: gpu.func @u3_f16(
  gpu.func @u3_f16(%w: vector<3xi32>) -> vector<8xf16> {
    // CHECK: %[[TWO:.*]] = vector.extract %{{.*}}[0]
    // CHECK: %[[ONE:.*]] = vector.extract %{{.*}}[2]
    // CHECK: %[[THIRD:.*]] = arith.shli %[[ONE]]
    // CHECK: %[[LOW:.*]] = arith.andi %[[TWO]], %{{.*}} : i32
    // CHECK: %[[HIGH:.*]] = arith.andi %[[THIRD]], %{{.*}} : i32
    // CHECK: %[[CODES:.*]] = arith.ori %[[LOW]], %[[HIGH]]
    // CHECK: arith.constant 458759 : i32
    // CHECK: arith.andi %[[CODES]]
    // CHECK: arith.constant 1677747200 : i32
    // CHECK: arith.constant dense<-1.028000e+03> : vector<2xf16>
    // CHECK: arith.constant 7340144 : i32
    // CHECK: arith.andi %[[CODES]]
    // CHECK: arith.constant dense<6.250000e-02> : vector<2xf16>
    // CHECK: gpu.return
    %r:4 = humming_tile.dequant_atom %w
       : !humming.code<u3>, vector<3xi32> -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>
    gpu.return %r#0 : vector<8xf16>
  }

  // More than four bits meet in bytes, which go below the magic number's byte.
  // CHECK-LABEL: gpu.func @u6_bf16(
  gpu.func @u6_bf16(%w: vector<6xi32>) -> vector<8xbf16> {
    // CHECK: %[[LOW:.*]] = arith.andi
    // CHECK: %[[HIGH:.*]] = arith.andi
    // CHECK: %[[CODES:.*]] = arith.ori %[[LOW]], %[[HIGH]]
    // CHECK: %[[MAGIC:.*]] = arith.constant 67 : i32
    // CHECK: humming_tile.byte_permute %[[MAGIC]], %[[CODES]]
    // CHECK: arith.constant dense<-1.600000e+02> : vector<2xbf16>
    // CHECK: arith.addf
    // CHECK-NOT: arith.mulf
    // CHECK: gpu.return
    %r:4 = humming_tile.dequant_atom %w
       : !humming.code<u6>, vector<6xi32> -> vector<8xbf16>, vector<8xbf16>, vector<8xbf16>, vector<8xbf16>
    gpu.return %r#0 : vector<8xbf16>
  }

  // Eight bits are one too many for bf16's fraction: the top bit is that of an exponent, so that
  // the other number is -128 or -256. No constant is left to add.
  // CHECK-LABEL: gpu.func @u8_bf16(
  gpu.func @u8_bf16(%w: vector<8xi32>) -> vector<8xbf16> {
    // CHECK: arith.constant 8323199 : i32
    // CHECK: arith.constant 8388736 : i32
    // CHECK: arith.constant 1124090624 : i32
    // CHECK: arith.constant -1014971520 : i32
    // CHECK: arith.addf
    // CHECK-NEXT: arith.constant
    // CHECK: gpu.return
    %r:4 = humming_tile.dequant_atom %w
       : !humming.code<u8>, vector<8xi32> -> vector<8xbf16>, vector<8xbf16>, vector<8xbf16>, vector<8xbf16>
    gpu.return %r#0 : vector<8xbf16>
  }

  // A zero point of the operand's type is taken off a value that is exact.
  // CHECK-LABEL: gpu.func @number_as_zero(
  // CHECK-SAME: %{{.*}}: vector<4xi32>, %[[Z:.*]]: vector<2xf16>
  gpu.func @number_as_zero(%w: vector<4xi32>, %z: vector<2xf16>) -> vector<8xf16> {
    // CHECK: arith.constant dense<-1.024000e+03> : vector<2xf16>
    // CHECK: %[[VALUE:.*]] = arith.addf
    // CHECK: %[[ZERO:.*]] = vector.extract %[[Z]][0] : f16
    // CHECK: %[[ZEROS:.*]] = vector.broadcast %[[ZERO]]
    // CHECK: arith.subf %[[VALUE]], %[[ZEROS]]
    // CHECK: gpu.return
    %r:4 = humming_tile.dequant_atom %w zero(%z : vector<2xf16>)
       : !humming.code<u4>, vector<4xi32> -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>
    gpu.return %r#0 : vector<8xf16>
  }

  // Exponent and fraction in place stand for the value times a power of two: 2^12 for three
  // exponent bits in f16.
  // CHECK-LABEL: gpu.func @e3m2_f16(
  gpu.func @e3m2_f16(%w: vector<6xi32>) -> vector<8xf16> {
    // CHECK: arith.constant dense<4.096000e+03> : vector<2xf16>
    // CHECK: arith.mulf
    // CHECK: gpu.return
    %r:4 = humming_tile.dequant_atom %w
       : !humming.code<e3m2>, vector<6xi32> -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>
    gpu.return %r#0 : vector<8xf16>
  }

  // In place there is no product.
  // CHECK-LABEL: gpu.func @e3m2_f16_in_place(
  gpu.func @e3m2_f16_in_place(%w: vector<6xi32>) -> vector<8xf16> {
    // CHECK: humming_tile.byte_permute
    // CHECK-NOT: arith.mulf
    // CHECK: gpu.return
    %r:4 = humming_tile.dequant_atom %w {in_place} : !humming.code<e3m2>, vector<6xi32>
       -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>
    gpu.return %r#0 : vector<8xf16>
  }

  // The largest exponent of e5m2 is f16's infinity: half the value is made.
  // CHECK-LABEL: gpu.func @e5m2_f16(
  gpu.func @e5m2_f16(%w: vector<8xi32>) -> vector<8xf16> {
    // CHECK: %[[LARGE:.*]] = arith.andi
    // CHECK: arith.subi %{{.*}}, %[[LARGE]]
    // CHECK: arith.constant 939538432 : i32
    // CHECK: arith.addi %[[LARGE]]
    // CHECK: arith.mulf
    // CHECK: gpu.return
    %r:4 = humming_tile.dequant_atom %w
       : !humming.code<e5m2>, vector<8xi32> -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>
    gpu.return %r#0 : vector<8xf16>
  }

  // The codes of two pairs index eight bytes of the table each time; the constants are the low
  // bytes of entries 0 to 3, ... and the third permutation picks by the codes' bit 3.
  // CHECK-LABEL: gpu.func @nf4_f16(
  gpu.func @nf4_f16(%w: vector<4xi32>) -> vector<8xf16> {
    // CHECK: %[[CODES:.*]] = humming_tile.byte_permute %[[WORD:.*]], %[[WORD]], %{{.*}} : i32
    // CHECK: %[[BITS:.*]] = arith.constant 2004318071 : i32
    // CHECK: %[[INDEX:.*]] = arith.andi %[[CODES]], %[[BITS]] : i32
    // CHECK: arith.shrui %[[CODES]]
    // CHECK: %[[PICK:.*]] = arith.ori
    // CHECK: %[[FIRST:.*]] = humming_tile.byte_permute %{{.*}}, %{{.*}}, %[[INDEX]] : i32
    // CHECK: %[[SECOND:.*]] = humming_tile.byte_permute %{{.*}}, %{{.*}}, %[[INDEX]] : i32
    // CHECK: %[[LOW:.*]] = humming_tile.byte_permute %[[FIRST]], %[[SECOND]], %[[PICK]] : i32
    // CHECK: %[[HIGH:.*]] = humming_tile.byte_permute %{{.*}}, %{{.*}}, %[[PICK]] : i32
    // CHECK: humming_tile.byte_permute %[[LOW]], %[[HIGH]]
    // CHECK: humming_tile.byte_permute %[[LOW]], %[[HIGH]]
    // CHECK-NOT: arith.mulf
    // CHECK: gpu.return
    %r:4 = humming_tile.dequant_atom %w
       : !humming.code<nf4>, vector<4xi32> -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>
    gpu.return %r#0 : vector<8xf16>
  }

  // By pairs: their codes in the upper nibbles of two bytes, the address of a pair by one product, 8 and 128 for each.
  // CHECK-LABEL: gpu.func @nf4_pairs(
  // CHECK-SAME: %[[TABLE:[^:]+]]: memref<?xi8, 3>, %[[LANE:[^:]+]]: index
  gpu.func @nf4_pairs(%w: vector<4xi32>, %t: memref<?xi8, 3>, %lane: index) -> vector<8xf16> {
    // CHECK: %[[COPY:.*]] = arith.index_castui %[[LANE]] : index to i32
    // CHECK: %[[SHIFTED:.*]] = arith.shli %[[WORD:.*]], %{{.*}} : i32
    // CHECK: %[[EVEN:.*]] = arith.andi %[[SHIFTED]]
    // CHECK: %[[UPPER:.*]] = arith.constant -252645136 : i32
    // CHECK: %[[ODD:.*]] = arith.andi %[[WORD]], %[[UPPER]]
    // CHECK: %[[FIRST:.*]] = arith.constant 8388616 : i32
    // CHECK: %[[AT:.*]] = humming_tile.dot_bytes %[[EVEN]], %[[FIRST]], %[[COPY]] : i32
    // CHECK: %[[BYTE:.*]] = arith.index_castui %[[AT]] : i32 to index
    // CHECK: %[[ENTRY:.*]] = memref.view %[[TABLE]][%[[BYTE]]][] : memref<?xi8, 3> to memref<1xi32, 3>
    // CHECK: memref.load %[[ENTRY]]
    // CHECK: humming_tile.dot_bytes %[[ODD]], %{{.*}}, %[[COPY]] : i32
    // CHECK: %[[THIRD:.*]] = arith.constant -2147481600 : i32
    // CHECK: humming_tile.dot_bytes %[[EVEN]], %[[THIRD]], %[[COPY]] : i32
    // CHECK-NOT: humming_tile.byte_permute
    // CHECK: gpu.return
    %r:4 = humming_tile.dequant_atom %w table(%t : memref<?xi8, 3>) copy %lane
       : !humming.code<nf4>, vector<4xi32> -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>
    gpu.return %r#0 : vector<8xf16>
  }
}
