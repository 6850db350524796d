// RUN: humming-opt %s --humming-tile-lower-reduce --split-input-file --verify-diagnostics

gpu.module @kernels {
  gpu.func @layout(%value: !humming_tile.frag<16x8xf32>, %partials: memref<?xf32>, %counters: memref<?xi32>,
                   %tile: index) kernel {
    // expected-error @+1 {{expected layouts to be assigned}}
    %sum = humming_tile.reduce %value tile %tile slot %tile of %tile from %tile through %partials, %counters
       : !humming_tile.frag<16x8xf32>, memref<?xf32>, memref<?xi32>
    gpu.return
  }
}

// -----

#acc = #humming_tile.layout<[[1, 1, 2, 8], [1, 2, 4, 2]] thread [3, 6] reg [5, 2, 7]>
gpu.module @kernels {
  gpu.func @cluster(%value: !humming_tile.frag<16x16xf32, #acc>, %tile: index) kernel attributes {
      humming_tile.launch = #humming_tile.launch<threads = 32, shared = 0, tiles = 4, block_n = 16, block_m = 16,
                                                 split = 1, cluster = 2>} {
    %pieces = arith.constant 4 : index
    // expected-error @+1 {{expected the pieces of a tile to be a constant that divides the 2 blocks of a cluster}}
    %sum = humming_tile.reduce %value tile %tile slot %tile of %pieces from %tile : !humming_tile.frag<16x16xf32, #acc>
    gpu.return
  }
}

// -----

#acc = #humming_tile.layout<[[1, 1, 2, 8], [1, 2, 4, 2]] thread [3, 6] reg [5, 2, 7]>
gpu.module @kernels {
  gpu.func @pieces(%value: !humming_tile.frag<16x16xf32, #acc>, %tile: index) kernel attributes {
      humming_tile.launch = #humming_tile.launch<threads = 32, shared = 0, tiles = 4, block_n = 16, block_m = 16,
                                                 split = 1, cluster = 2>} {
    // expected-error @+1 {{expected the pieces of a tile to be a constant that divides the 2 blocks of a cluster}}
    %sum = humming_tile.reduce %value tile %tile slot %tile of %tile from %tile : !humming_tile.frag<16x16xf32, #acc>
    gpu.return
  }
}
