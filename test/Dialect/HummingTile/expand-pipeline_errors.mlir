// RUN: humming-opt %s --humming-tile-expand-pipeline --verify-diagnostics

gpu.module @kernels {
  gpu.func @unknown_copy(%k: index, %a: !humming_tile.smem<2x16x64xf16>) kernel {
    // expected-error @+1 {{expected copy "sync" or "cp_async", got "tma"}}
    humming_tile.pipeline from %k to %k step 64 copy "tma" buffers(%a : !humming_tile.smem<2x16x64xf16>) produce {
    ^bb0(%i: index):
      humming_tile.yield
    } consume {
    ^bb0(%i: index):
      humming_tile.yield
    }
    gpu.return
  }
}
