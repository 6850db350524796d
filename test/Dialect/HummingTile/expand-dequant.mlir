// RUN: humming-opt %s --pass-pipeline='builtin.module(gpu.module(humming-tile-expand-dequant))' | FileCheck %s

// Pairs of codes go into the mantissas of 1024.0 (f16) or 128.0 (bf16); test/Unit/Target/DequantTest.cpp
// proves the values, here are the instructions.

gpu.module @kernels {
  // Two places in f16's fraction: one shift for eight codes.
  // CHECK-LABEL: gpu.func @u4_f16(
  // CHECK-SAME: %[[WORDS:.*]]: vector<1xi32>, %[[S:.*]]: vector<2xf16>, %[[Z:.*]]: vector<2xi8>
  gpu.func @u4_f16(%w: vector<1xi32>, %s: vector<2xf16>, %z: vector<2xi8>) -> vector<8xf16> {
    // CHECK: %[[WORD:.*]] = vector.extract %[[WORDS]][0] : i32 from vector<1xi32>
    // CHECK: %[[LOW:.*]] = arith.constant 983055 : i32
    // CHECK: %[[FIELDS:.*]] = arith.andi %[[WORD]], %[[LOW]] : i32
    // CHECK: %[[MAGIC:.*]] = arith.constant 1677747200 : i32
    // CHECK: arith.xori %[[FIELDS]], %[[MAGIC]] : i32
    // CHECK: vector.extract %[[Z]][0] : i8
    // CHECK: arith.ori
    // CHECK: %[[DIFF:.*]] = arith.subf %{{.*}}, %{{.*}} : vector<2xf16>
    // CHECK: vector.extract %[[S]][0] : f16
    // CHECK: arith.mulf %[[DIFF]], %{{.*}} : vector<2xf16>
    // CHECK: %[[HIGH:.*]] = arith.constant 15728880 : i32
    // CHECK: arith.andi %[[WORD]], %[[HIGH]] : i32
    // CHECK: vector.extract %[[Z]][1] : i8
    // CHECK: %[[UNIT:.*]] = arith.constant dense<6.250000e-02> : vector<2xf16>
    // CHECK: %[[FMA:.*]] = vector.fma %{{.*}}, %[[UNIT]], %{{.*}} : vector<2xf16>
    // CHECK: vector.extract %[[S]][1] : f16
    // CHECK: arith.mulf %[[FMA]], %{{.*}} : vector<2xf16>
    // CHECK: %[[EIGHT:.*]] = arith.constant 8 : i32
    // CHECK: arith.shrui %[[WORD]], %[[EIGHT]] : i32
    // CHECK-NOT: arith.shrui
    // CHECK: %[[R:.*]] = vector.shuffle {{.*}} : vector<4xf16>, vector<4xf16>
    // CHECK: gpu.return %[[R]]
    // CHECK-NOT: humming_tile.dequant_atom
    %r = humming_tile.dequant_atom %w scale(%s : vector<2xf16>) zero(%z : vector<2xi8>)
       : !humming.code<u4>, vector<1xi32> -> vector<8xf16>
    gpu.return %r : vector<8xf16>
  }

  // The sign bit of two's complement is flipped with the magic number; the zero point that is
  // left, 8, is in the constant.
  // CHECK-LABEL: gpu.func @i4_f16(
  gpu.func @i4_f16(%w: vector<1xi32>) -> vector<8xf16> {
    // CHECK: arith.constant 1678271496 : i32
    // CHECK: arith.constant dense<1.032000e+03> : vector<2xf16>
    // CHECK-NOT: arith.mulf
    // CHECK: arith.constant dense<7.200000e+01> : vector<2xf16>
    // CHECK: gpu.return
    %r = humming_tile.dequant_atom %w : !humming.code<i4>, vector<1xi32> -> vector<8xf16>
    gpu.return %r : vector<8xf16>
  }

  // One place in bf16's fraction: a shift for each pair but the first.
  // CHECK-LABEL: gpu.func @u4_bf16(
  gpu.func @u4_bf16(%w: vector<1xi32>, %s: vector<2xbf16>) -> vector<8xbf16> {
    // CHECK: arith.constant 1124090624 : i32
    // CHECK: arith.constant dense<1.360000e+02> : vector<2xbf16>
    // CHECK-COUNT-3: arith.shrui
    // CHECK-NOT: arith.shrui
    // CHECK-NOT: vector.fma
    // CHECK: gpu.return
    %r = humming_tile.dequant_atom %w scale(%s : vector<2xbf16>)
       : !humming.code<u4>, vector<1xi32> -> vector<8xbf16>
    gpu.return %r : vector<8xbf16>
  }
}
