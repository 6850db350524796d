// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @dot_bytes_c1_operands(%a: i64, %b: i64, %c: i64) {
  // expected-error @+1 {{operand #0 must be 32-bit signless integer, but got 'i64'}}
  %0 = "humming_tile.dot_bytes"(%a, %b, %c) : (i64, i64, i64) -> i64
  return
}

// -----

func.func @dot_bytes_c1_addend(%a: i32, %c: i16) {
  // expected-error @+1 {{operand #2 must be 32-bit signless integer, but got 'i16'}}
  %0 = "humming_tile.dot_bytes"(%a, %a, %c) : (i32, i32, i16) -> i32
  return
}

// -----

func.func @dot_bytes_c1_result(%a: i32) {
  // expected-error @+1 {{result #0 must be 32-bit signless integer, but got 'i8'}}
  %0 = "humming_tile.dot_bytes"(%a, %a, %a) : (i32, i32, i32) -> i8
  return
}
