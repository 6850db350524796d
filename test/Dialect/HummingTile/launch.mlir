// RUN: humming-opt %s | humming-opt | FileCheck %s

// CHECK: #humming_tile.launch<threads = 128, shared = 34816, tiles = 4, block_n = 64, block_m = 16, split = 1>
func.func private @launch() attributes {
  humming_tile.launch = #humming_tile.launch<threads = 128, shared = 34816, tiles = 4, block_n = 64, block_m = 16,
                                             split = 1>
}

// CHECK: #humming_tile.launch<threads = 256, shared = 0, tiles = 4, block_n = 128, block_m = 256, split = 1, blocks = 132, units = 64>
func.func private @blocks() attributes {
  humming_tile.launch = #humming_tile.launch<threads = 256, shared = 0, tiles = 4, block_n = 128, block_m = 256,
                                             split = 1, blocks = 132, units = 64>
}

// CHECK: #humming_tile.launch<threads = 256, shared = 0, tiles = 4, block_n = 128, block_m = 256, split = 2, cluster = 8>
func.func private @cluster() attributes {
  humming_tile.launch = #humming_tile.launch<threads = 256, shared = 0, tiles = 4, block_n = 128, block_m = 256,
                                             split = 2, cluster = 8>
}

// CHECK: #humming_tile.launch<threads = 256, shared = 0, tiles = 4, block_n = 128, block_m = 256, split = 1, blocks = 132, units = 64, cluster = 4>
func.func private @cluster_blocks() attributes {
  humming_tile.launch = #humming_tile.launch<threads = 256, shared = 0, tiles = 4, block_n = 128, block_m = 256,
                                             split = 1, blocks = 132, units = 64, cluster = 4>
}
