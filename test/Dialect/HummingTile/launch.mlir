// RUN: humming-opt %s | humming-opt | FileCheck %s

// CHECK: #humming_tile.launch<threads = 128, shared = 34816, tiles = 4, block_n = 64, block_m = 16, split = 1>
func.func private @launch() attributes {
  humming_tile.launch = #humming_tile.launch<threads = 128, shared = 34816, tiles = 4, block_n = 64, block_m = 16,
                                             split = 1>
}
