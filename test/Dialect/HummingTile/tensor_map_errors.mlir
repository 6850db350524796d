// RUN: humming-opt %s --split-input-file --verify-diagnostics

// expected-error @+1 {{expected an argument and positive sizes, got 0, 0 columns, a box of 256 x 64 and 16 bits}}
func.func private @tensor_map() attributes {map = #humming_tile.tensor_map<argument = 0, cols = 0, box_rows = 256, box_cols = 64, bits = 16>}
