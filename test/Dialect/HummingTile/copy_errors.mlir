// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @copy_c1_rank(%a: memref<128xf16>, %i: index, %buffer: !humming_tile.smem<2x16x64xf16>) {
  // expected-error @+1 {{expected a source of two dimensions of 'f16', got 'memref<128xf16>'}}
  humming_tile.copy %a[%i, %i] to %buffer : memref<128xf16> to !humming_tile.smem<2x16x64xf16>
  return
}

// -----

func.func @copy_c1_element(%a: memref<?x128xbf16>, %i: index, %buffer: !humming_tile.smem<2x16x64xf16>) {
  // expected-error @+1 {{expected a source of two dimensions of 'f16', got 'memref<?x128xbf16>'}}
  humming_tile.copy %a[%i, %i] to %buffer : memref<?x128xbf16> to !humming_tile.smem<2x16x64xf16>
  return
}
