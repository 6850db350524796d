// RUN: humming-opt %s --verify-diagnostics

func.func @no_operands(%i: i32) {
  // expected-error @+1 {{'humming_tile.async_commit' op requires zero operands}}
  "humming_tile.async_commit"(%i) : (i32) -> ()
  return
}
