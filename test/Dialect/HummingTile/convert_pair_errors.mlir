// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @convert_pair_c1_pair(%pair: vector<2xbf16>) {
  // expected-error @+1 {{operand #0 must be vector of 16-bit float values of length 2, but got 'vector<2xbf16>'}}
  %0 = "humming_tile.convert_pair"(%pair) {to = f8E4M3FN} : (vector<2xbf16>) -> i32
  return
}

// -----

func.func @convert_pair_c1_to(%pair: vector<2xf16>) {
  // expected-error @+1 {{attribute 'to' failed to satisfy constraint}}
  %0 = "humming_tile.convert_pair"(%pair) {to = f4E2M1FN} : (vector<2xf16>) -> i32
  return
}

// -----

func.func @convert_pair_c1_result(%pair: vector<2xf16>) {
  // expected-error @+1 {{result #0 must be 32-bit signless integer, but got 'i16'}}
  %0 = "humming_tile.convert_pair"(%pair) {to = f8E4M3FN} : (vector<2xf16>) -> i16
  return
}
