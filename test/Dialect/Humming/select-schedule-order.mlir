// RUN: humming-opt %s --humming-select-schedule="arch=sm_90 tokens=1" | FileCheck %s --check-prefixes=CHECK,FEW
// RUN: humming-opt %s --humming-select-schedule="arch=sm_90 tokens=64" | FileCheck %s
// RUN: humming-opt %s --humming-select-schedule="arch=sm_90 tokens=256" | FileCheck %s
// RUN: humming-opt %s --humming-select-schedule="arch=sm_90 gpu=\"H100 PCIe\"" | FileCheck %s --check-prefixes=CHECK,MANY

// With `order = fixed` schedules differ by the number of tokens, the order in which they add does not: for few and for
// many, of a dynamic or a fixed number, on each GPU of an architecture.

// FEW-DAG: = #humming.schedule<block = [{{64|128}}, {{8|16|32}}, {{.*}}, mma = m64k16,
// MANY-DAG: = #humming.schedule<block = [128, {{128|256}}, {{64|128}}], {{.*}}, mma = m64k16,

// CHECK-LABEL: @dynamic(
// CHECK: humming.order = #humming.order<mma = m64k16, slice = [[SLICE:[0-9]+]], part = [[SLICE]]>
func.func @dynamic(%a: tensor<?x14336xf16>, %w: tensor<4096x14336x!humming.code<u4>>, %s: tensor<4096x112xf16>) -> tensor<?x4096xf32> {
  %c = humming.gemm a(%a : tensor<?x14336xf16>) b(%w : tensor<4096x14336x!humming.code<u4>>) scale(%s : tensor<4096x112xf16>)
       -> tensor<?x4096xf32> attributes {numerics = #humming.numerics<acc = f32, scale = operand, order = fixed>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x4096xf32>
}

// CHECK-LABEL: @three(
// CHECK: humming.order = #humming.order<mma = m64k16, slice = [[SLICE]], part = [[SLICE]]>
func.func @three(%a: tensor<3x14336xf16>, %w: tensor<4096x14336x!humming.code<u4>>, %s: tensor<4096x112xf16>) -> tensor<3x4096xf32> {
  %c = humming.gemm a(%a : tensor<3x14336xf16>) b(%w : tensor<4096x14336x!humming.code<u4>>) scale(%s : tensor<4096x112xf16>)
       -> tensor<3x4096xf32> attributes {numerics = #humming.numerics<acc = f32, scale = operand, order = fixed>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<3x4096xf32>
}

// Groups that scale accumulators are parts, as long for every number of tokens.
// CHECK-LABEL: @groups(
// CHECK: humming.order = #humming.order<mma = {{.*}}, slice = {{.*}}, part = {{64|128}}>
func.func @groups(%a: tensor<?x4096xi8>, %w: tensor<4096x4096x!humming.code<u4>>, %s: tensor<4096x32xf32>) -> tensor<?x4096xf32> {
  %c = humming.gemm a(%a : tensor<?x4096xi8>) b(%w : tensor<4096x4096x!humming.code<u4>>) scale(%s : tensor<4096x32xf32>)
       -> tensor<?x4096xf32> attributes {numerics = #humming.numerics<acc = i32, scale = accumulator, order = fixed>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x4096xf32>
}

// Where the order is any, none is promised.
// CHECK-LABEL: @any(
// CHECK-NOT: humming.order
func.func @any(%a: tensor<?x4096xf16>, %w: tensor<4096x4096x!humming.code<u4>>) -> tensor<?x4096xf32> {
  %c = humming.gemm a(%a : tensor<?x4096xf16>) b(%w : tensor<4096x4096x!humming.code<u4>>) -> tensor<?x4096xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x4096xf32>
}
