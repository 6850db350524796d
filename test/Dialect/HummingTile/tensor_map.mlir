// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s --mlir-print-op-generic | humming-opt | FileCheck %s

// CHECK-LABEL: func.func private @tensor_map
// CHECK-SAME: humming_tile.tensor_maps = [#humming_tile.tensor_map<argument = 0, cols = 4096, box_rows = 256, box_cols = 64, bits = 16>]
func.func private @tensor_map() attributes {
  humming_tile.tensor_maps = [#humming_tile.tensor_map<argument = 0, cols = 4096, box_rows = 256, box_cols = 64, bits = 16>]}
