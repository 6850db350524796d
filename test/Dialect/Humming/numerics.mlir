// RUN: humming-opt %s | humming-opt | FileCheck %s

// Any order is the default and not printed.

// CHECK-DAG: = #humming.numerics<acc = f32, scale = operand, order = fixed>
// CHECK-DAG: = #humming.numerics<acc = i32, scale = accumulator>
// CHECK: humming.order = #humming.order<mma = m16n8k16, slice = 1024, part = 128>
func.func private @f() attributes {
  f = #humming.numerics<acc = f32, scale = operand, order = fixed>,
  a = #humming.numerics<acc = i32, scale = accumulator, order = any>,
  humming.order = #humming.order<mma = m16n8k16, slice = 1024, part = 128>
}
