// RUN: humming-opt %s --humming-verify-form=form=tile --split-input-file --verify-diagnostics

// The tile form: a block's program on tiles. Neither what it was made from nor one thread's program.

gpu.module @kernels {
  gpu.func @tile(%c: memref<?x64xf16>, %m: i32) kernel {
    %n = arith.constant 64 : index
    %x = arith.constant 0.0 : f16
    %tokens = arith.index_castui %m : i32 to index
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %tokens, %n)
        tile [64, 16, 64] {
      %0 = humming_tile.splat %x : f16 -> !humming_tile.frag<64x16xf16>
      humming_tile.store %0 to %c[%m0, %n0] transpose : !humming_tile.frag<64x16xf16> to memref<?x64xf16>
    }
    gpu.return
  }
}

// -----

// expected-error @+1 {{'func.func' op is not part of the tile form; convert-humming-to-tile should have removed it}}
func.func @function() {
  return
}

// -----

#packed = #humming_tile.layout<[[4, 2, 8], [1, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
gpu.module @kernels {
  gpu.func @pack(%b: tensor<64x64x!humming.code<u4>>) kernel {
    // expected-error @+1 {{'humming.pack' op is not part of the tile form; convert-humming-to-tile should have removed it}}
    %0 = humming.pack %b : tensor<64x64x!humming.code<u4>> -> tensor<64x64x!humming.code<u4>, #packed>
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @thread() kernel {
    // expected-error @+1 {{'gpu.thread_id' op is not part of the tile form; it belongs to the thread form and what follows}}
    %0 = gpu.thread_id x
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @atom(%a: vector<8xf16>, %b: vector<4xf16>, %c: vector<4xf32>) kernel {
    // expected-error @+1 {{'humming_tile.mma_atom' op is not part of the tile form; it belongs to the thread form and what follows}}
    %0 = humming_tile.mma_atom "m16n8k16" %a, %b, %c : vector<8xf16>, vector<4xf16>, vector<4xf32>
    gpu.return
  }
}
