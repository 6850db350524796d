// RUN: humming-opt %s --humming-tile-lower-reduce --verify-diagnostics

gpu.module @kernels {
  gpu.func @layout(%value: !humming_tile.frag<16x8xf32>, %partials: memref<?xf32>, %counters: memref<?xi32>,
                   %tile: index) kernel {
    // expected-error @+1 {{expected layouts to be assigned}}
    %sum = humming_tile.reduce %value tile %tile slot %tile of %tile from %tile through %partials, %counters
       : !humming_tile.frag<16x8xf32>, memref<?xf32>, memref<?xi32>
    gpu.return
  }
}
