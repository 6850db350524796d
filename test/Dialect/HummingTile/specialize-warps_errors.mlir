// RUN: humming-opt %s --humming-tile-specialize-warps --split-input-file --verify-diagnostics

gpu.module @barrier {
  // expected-error @+1 {{expected a barrier of the block ahead of the regions of added warps}}
  gpu.func @barrier() kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    humming_tile.warps from 4 count 1 {
      %leads = humming_tile.elect
    }
    gpu.return
  }
}

// -----

gpu.module @launch {
  // expected-error @+1 {{expected a humming_tile.launch on the kernel}}
  gpu.func @launch() kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    gpu.barrier
    humming_tile.warps from 4 count 1 {
      %leads = humming_tile.elect
    }
    gpu.return
  }
}

// -----

gpu.module @needs {
  gpu.func @needs(%k: memref<?xi32>) kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    gpu.barrier
    %zero = arith.constant 0 : index
    // expected-error @+1 {{expected a warp that only copies to need numbers alone, not what this does}}
    %count = memref.load %k[%zero] : memref<?xi32>
    humming_tile.warps from 4 count 1 {
      %c = arith.index_castui %count : i32 to index
      %m = memref.load %k[%c] : memref<?xi32>
      memref.store %m, %k[%zero] : memref<?xi32>
    }
    gpu.return
  }
}
