// RUN: humming-opt %s --humming-tile-expand-pipeline --split-input-file --verify-diagnostics

gpu.module @kernels {
  gpu.func @sync(%k: index, %x: !humming_tile.smem<4x16x64xf16>, %w: !humming_tile.frag<64x64xf16>,
                   %init: !humming_tile.frag<64x16xf32>) kernel {
    %c0 = arith.constant 0 : index
    %sum = humming_tile.pipeline from %c0 to %k step 64 copy "sync"
        buffers(%x : !humming_tile.smem<4x16x64xf16>) iter(%init : !humming_tile.frag<64x16xf32>) produce {
    ^bb0(%i: index):
      humming_tile.yield
    } consume {
    ^bb0(%i: index, %acc: !humming_tile.frag<64x16xf32>):
      // expected-error @+1 {{expected a pipeline with copy "cp_async" or "tma" that carries on one sum}}
      %d = humming_tile.warpgroup_mma "m64k16" warps 4 %w, %x, %acc
         : !humming_tile.frag<64x64xf16>, !humming_tile.smem<4x16x64xf16>, !humming_tile.frag<64x16xf32>
      humming_tile.yield %d : !humming_tile.frag<64x16xf32>
    } -> !humming_tile.frag<64x16xf32>
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @two_results(%k: index, %x: !humming_tile.smem<4x16x64xf16>, %w: !humming_tile.frag<64x64xf16>,
                   %init: !humming_tile.frag<64x16xf32>) kernel {
    %c0 = arith.constant 0 : index
    %sum:2 = humming_tile.pipeline from %c0 to %k step 64 copy "cp_async"
        buffers(%x : !humming_tile.smem<4x16x64xf16>) iter(%init, %init : !humming_tile.frag<64x16xf32>, !humming_tile.frag<64x16xf32>) produce {
    ^bb0(%i: index):
      humming_tile.yield
    } consume {
    ^bb0(%i: index, %acc: !humming_tile.frag<64x16xf32>, %acc1: !humming_tile.frag<64x16xf32>):
      // expected-error @+1 {{expected a pipeline with copy "cp_async" or "tma" that carries on one sum}}
      %d = humming_tile.warpgroup_mma "m64k16" warps 4 %w, %x, %acc
         : !humming_tile.frag<64x64xf16>, !humming_tile.smem<4x16x64xf16>, !humming_tile.frag<64x16xf32>
      humming_tile.yield %d, %acc1 : !humming_tile.frag<64x16xf32>, !humming_tile.frag<64x16xf32>
    } -> !humming_tile.frag<64x16xf32>, !humming_tile.frag<64x16xf32>
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @other_sum(%k: index, %x: !humming_tile.smem<4x16x64xf16>, %w: !humming_tile.frag<64x64xf16>,
                   %init: !humming_tile.frag<64x16xf32>) kernel {
    %c0 = arith.constant 0 : index
    %sum = humming_tile.pipeline from %c0 to %k step 64 copy "cp_async"
        buffers(%x : !humming_tile.smem<4x16x64xf16>) iter(%init : !humming_tile.frag<64x16xf32>) produce {
    ^bb0(%i: index):
      humming_tile.yield
    } consume {
    ^bb0(%i: index, %acc: !humming_tile.frag<64x16xf32>):
      // expected-error @+1 {{expected a product that goes on from the pipeline's sum, or starts from zero}}
      %d = humming_tile.warpgroup_mma "m64k16" warps 4 %w, %x, %init
         : !humming_tile.frag<64x64xf16>, !humming_tile.smem<4x16x64xf16>, !humming_tile.frag<64x16xf32>
      humming_tile.yield %d : !humming_tile.frag<64x16xf32>
    } -> !humming_tile.frag<64x16xf32>
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @sum_before(%k: index, %x: !humming_tile.smem<4x16x64xf16>, %w: !humming_tile.frag<64x64xf16>,
                   %init: !humming_tile.frag<64x16xf32>) kernel {
    %c0 = arith.constant 0 : index
    %sum = humming_tile.pipeline from %c0 to %k step 64 copy "cp_async"
        buffers(%x : !humming_tile.smem<4x16x64xf16>) iter(%init : !humming_tile.frag<64x16xf32>) produce {
    ^bb0(%i: index):
      humming_tile.yield
    } consume {
    ^bb0(%i: index, %acc: !humming_tile.frag<64x16xf32>):
      // expected-error @+1 {{expected the sum of warpgroups to be read by their product or behind it}}
      %e = humming_tile.map(%acc : !humming_tile.frag<64x16xf32>) {
      ^bb1(%y: f32):
        humming_tile.yield %y : f32
      } -> !humming_tile.frag<64x16xf32>
      %d = humming_tile.warpgroup_mma "m64k16" warps 4 %w, %x
         : !humming_tile.frag<64x64xf16>, !humming_tile.smem<4x16x64xf16>, !humming_tile.frag<64x16xf32>
      humming_tile.yield %d : !humming_tile.frag<64x16xf32>
    } -> !humming_tile.frag<64x16xf32>
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @two_products(%k: index, %x: !humming_tile.smem<4x16x64xf16>, %w: !humming_tile.frag<64x64xf16>,
                   %init: !humming_tile.frag<64x16xf32>) kernel {
    %c0 = arith.constant 0 : index
    %sum = humming_tile.pipeline from %c0 to %k step 64 copy "cp_async"
        buffers(%x : !humming_tile.smem<4x16x64xf16>) iter(%init : !humming_tile.frag<64x16xf32>) produce {
    ^bb0(%i: index):
      humming_tile.yield
    } consume {
    ^bb0(%i: index, %acc: !humming_tile.frag<64x16xf32>):
      // expected-error @+1 {{expected one product of warpgroups in a pipeline}}
      %d = humming_tile.warpgroup_mma "m64k16" warps 4 %w, %x, %acc
         : !humming_tile.frag<64x64xf16>, !humming_tile.smem<4x16x64xf16>, !humming_tile.frag<64x16xf32>
      %e = humming_tile.warpgroup_mma "m64k16" warps 4 %w, %x, %d
         : !humming_tile.frag<64x64xf16>, !humming_tile.smem<4x16x64xf16>, !humming_tile.frag<64x16xf32>
      humming_tile.yield %e : !humming_tile.frag<64x16xf32>
    } -> !humming_tile.frag<64x16xf32>
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @stages(%k: index, %x: !humming_tile.smem<2x16x64xf16>, %w: !humming_tile.frag<64x64xf16>,
                   %init: !humming_tile.frag<64x16xf32>) kernel {
    %c0 = arith.constant 0 : index
    // expected-error @+1 {{expected at least 3 stages: one is multiplied, one made ready, one filled; got 2}}
    %sum = humming_tile.pipeline from %c0 to %k step 64 copy "cp_async"
        buffers(%x : !humming_tile.smem<2x16x64xf16>) iter(%init : !humming_tile.frag<64x16xf32>) produce {
    ^bb0(%i: index):
      humming_tile.yield
    } consume {
    ^bb0(%i: index, %acc: !humming_tile.frag<64x16xf32>):
      %d = humming_tile.warpgroup_mma "m64k16" warps 4 %w, %x, %acc
         : !humming_tile.frag<64x64xf16>, !humming_tile.smem<2x16x64xf16>, !humming_tile.frag<64x16xf32>
      humming_tile.yield %d : !humming_tile.frag<64x16xf32>
    } -> !humming_tile.frag<64x16xf32>
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @odd(%k: index, %x: !humming_tile.smem<4x16x64xf16>, %w: !humming_tile.frag<64x64xf16>,
                   %init: !humming_tile.frag<64x16xf32>) kernel {
    %c0 = arith.constant 0 : index
    %c192 = arith.constant 192 : index
    // expected-error @+1 {{expected an even number of steps of 64, two a turn of the loop; got 0 to 192}}
    %sum = humming_tile.pipeline from %c0 to %c192 step 64 copy "cp_async"
        buffers(%x : !humming_tile.smem<4x16x64xf16>) iter(%init : !humming_tile.frag<64x16xf32>) produce {
    ^bb0(%i: index):
      humming_tile.yield
    } consume {
    ^bb0(%i: index, %acc: !humming_tile.frag<64x16xf32>):
      %d = humming_tile.warpgroup_mma "m64k16" warps 4 %w, %x, %acc
         : !humming_tile.frag<64x64xf16>, !humming_tile.smem<4x16x64xf16>, !humming_tile.frag<64x16xf32>
      humming_tile.yield %d : !humming_tile.frag<64x16xf32>
    } -> !humming_tile.frag<64x16xf32>
    gpu.return
  }
}
