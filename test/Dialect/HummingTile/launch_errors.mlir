// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func private @order() attributes {
  // expected-error @+1 {{expected 'threads'}}
  l = #humming_tile.launch<shared = 0, threads = 128, tiles = 4, block_n = 64, block_m = 16, split = 1>
}

// -----

func.func private @missing() attributes {
  // expected-error @+1 {{expected ','}}
  l = #humming_tile.launch<threads = 128, shared = 0, tiles = 4, block_n = 64, block_m = 16>
}

// -----

func.func private @threads() attributes {
  // expected-error @+1 {{expected at least 1 thread, tile and split, got 0, 4 and 1}}
  l = #humming_tile.launch<threads = 0, shared = 0, tiles = 4, block_n = 64, block_m = 16, split = 1>
}

// -----

func.func private @shared() attributes {
  // expected-error @+1 {{expected shared, block_n and block_m of at least 0, got -1, 64 and 16}}
  l = #humming_tile.launch<threads = 128, shared = -1, tiles = 4, block_n = 64, block_m = 16, split = 1>
}

// -----

func.func private @blocks() attributes {
  // expected-error @+1 {{expected blocks of at least 0 that share at least 1 unit, and no slices beside them, got -1, 4 and 1}}
  l = #humming_tile.launch<threads = 128, shared = 0, tiles = 4, block_n = 64, block_m = 16, split = 1, blocks = -1, units = 4>
}

// -----

func.func private @units() attributes {
  // expected-error @+1 {{expected blocks of at least 0 that share at least 1 unit, and no slices beside them, got 132, 0 and 1}}
  l = #humming_tile.launch<threads = 128, shared = 0, tiles = 4, block_n = 64, block_m = 16, split = 1, blocks = 132, units = 0>
}

// -----

func.func private @slices() attributes {
  // expected-error @+1 {{expected blocks of at least 0 that share at least 1 unit, and no slices beside them, got 132, 4 and 2}}
  l = #humming_tile.launch<threads = 128, shared = 0, tiles = 4, block_n = 64, block_m = 16, split = 2, blocks = 132, units = 4>
}

// -----

func.func private @cluster_tiles() attributes {
  // expected-error @+1 {{expected whole clusters of at least 1 block, got 4 with 3 tiles in 2 slices and 0 blocks}}
  l = #humming_tile.launch<threads = 128, shared = 0, tiles = 3, block_n = 64, block_m = 16, split = 2, cluster = 4>
}

// -----

func.func private @cluster_blocks() attributes {
  // expected-error @+1 {{expected whole clusters of at least 1 block, got 4 with 4 tiles in 1 slices and 130 blocks}}
  l = #humming_tile.launch<threads = 128, shared = 0, tiles = 4, block_n = 64, block_m = 16, split = 1, blocks = 130, units = 4, cluster = 4>
}

// -----

func.func private @cluster_least() attributes {
  // expected-error @+1 {{expected whole clusters of at least 1 block, got 0 with 4 tiles in 1 slices and 0 blocks}}
  l = #humming_tile.launch<threads = 128, shared = 0, tiles = 4, block_n = 64, block_m = 16, split = 1, cluster = 0>
}

// -----

func.func private @cluster_word() attributes {
  // expected-error @+1 {{expected 'cluster'}}
  l = #humming_tile.launch<threads = 128, shared = 0, tiles = 4, block_n = 64, block_m = 16, split = 1, clusters = 2>
}
