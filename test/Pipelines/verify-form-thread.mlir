// RUN: humming-opt %s --humming-verify-form=form=thread --split-input-file --verify-diagnostics

// The thread form: vectors, flat memory and atoms. No tile is left, as an operation or as a type.

gpu.module @kernels {
  gpu.func @thread(%x: memref<?xf16, #gpu.address_space<global>>, %w: vector<4xi32>) kernel {
    %0 = gpu.thread_id x
    %1 = vector.load %x[%0] : memref<?xf16, #gpu.address_space<global>>, vector<4xf16>
    %2:4 = humming_tile.dequant_atom %w : !humming.code<u4>, vector<4xi32> -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>
    %3 = arith.constant dense<0.0> : vector<4xf32>
    %4 = humming_tile.mma_atom "m16n8k16" %2#0, %1, %3 : vector<8xf16>, vector<4xf16>, vector<4xf32>
    humming_tile.release_dependents
    humming_tile.await_dependencies
    humming_tile.async_commit
    humming_tile.async_wait 0
    gpu.barrier
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @foreach(%n: index, %m: index) kernel {
    // expected-error @+1 {{'humming_tile.foreach' op is not part of the thread form; humming-tile-lower-foreach should have removed it}}
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %m, %n)
        tile [64, 16, 64] {
    }
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @pipeline(%k: index, %buffer: !humming_tile.smem<2x64x64xf16>) kernel {
    // expected-error @+1 {{'humming_tile.pipeline' op is not part of the thread form; humming-tile-expand-pipeline should have removed it}}
    humming_tile.pipeline from %k to %k step 64 copy "sync" buffers(%buffer : !humming_tile.smem<2x64x64xf16>) produce {
    ^bb0(%i: index):
      humming_tile.yield
    } consume {
    ^bb0(%i: index):
      humming_tile.yield
    }
    gpu.return
  }
}

// -----

#acc = #humming_tile.layout<[[1, 1, 2, 8], [1, 1, 4, 2]] thread [0, 4, 3, 6] reg [1, 5, 2, 7]>
gpu.module @kernels {
  gpu.func @reduce(%sum: !humming_tile.frag<16x8xf32, #acc>, %partials: memref<?xf32>, %counters: memref<?xi32>,
                   %i: index) kernel {
    // expected-error @+1 {{'humming_tile.reduce' op is not part of the thread form; humming-tile-lower-reduce should have removed it}}
    %0 = humming_tile.reduce %sum tile %i slot %i of %i from %i through %partials, %counters
       : !humming_tile.frag<16x8xf32, #acc>, memref<?xf32>, memref<?xi32>
    gpu.return
  }
}

// -----

gpu.module @kernels {
  // expected-error @+1 {{'gpu.func' op makes a value of '!humming_tile.frag<16x8xf32>', which is not part of the thread form; humming-tile-distribute should have removed it}}
  gpu.func @fragment(%sum: !humming_tile.frag<16x8xf32>) kernel {
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @alloc() kernel {
    // expected-error @+1 {{'humming_tile.alloc' op is not part of the thread form; humming-tile-distribute should have removed it}}
    %0 = humming_tile.alloc : !humming_tile.smem<2x64x64xf16>
    gpu.return
  }
}

// -----

gpu.module @kernels {
  // expected-error @+1 {{'gpu.func' op makes a value of 'memref<64x64xf16>', which is not part of the thread form; humming-tile-distribute should have removed it}}
  gpu.func @memory(%x: memref<64x64xf16>) kernel {
    gpu.return
  }
}

// -----

gpu.module @kernels {
  // expected-error @+1 {{'gpu.func' op makes a value of 'memref<64x!humming.code<u8>>', which is not part of the thread form}}
  gpu.func @codes(%x: memref<64x!humming.code<u8>>) kernel {
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @llvm(%x: i32) kernel {
    // expected-error @+1 {{'llvm.add' op is not part of the thread form; it belongs to the nvvm form and what follows}}
    %0 = llvm.add %x, %x : i32
    gpu.return
  }
}
