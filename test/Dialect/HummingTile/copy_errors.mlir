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

// -----

func.func @copy_c2_gather_type(%a: memref<?x128xf16>, %i: index, %p: memref<128xi64>, %buffer: !humming_tile.smem<2x16x64xf16>) {
  // expected-error @+1 {{expected the columns to gather as i32 in one dimension, got 'memref<128xi64>'}}
  humming_tile.copy %a[%i, %i] to %buffer gather(%p : memref<128xi64>) : memref<?x128xf16> to !humming_tile.smem<2x16x64xf16>
  return
}

// -----

func.func @copy_c2_gather_rank(%a: memref<?x128xf16>, %i: index, %p: memref<1x128xi32>, %buffer: !humming_tile.smem<2x16x64xf16>) {
  // expected-error @+1 {{expected the columns to gather as i32 in one dimension, got 'memref<1x128xi32>'}}
  humming_tile.copy %a[%i, %i] to %buffer gather(%p : memref<1x128xi32>) : memref<?x128xf16> to !humming_tile.smem<2x16x64xf16>
  return
}

// -----

func.func @copy_c2_async_gather(%a: memref<?x128xf16>, %i: index, %p: memref<128xi32>, %buffer: !humming_tile.smem<2x16x64xf16>) {
  // expected-error @+1 {{expected no asynchronous copy of gathered columns}}
  humming_tile.copy async %a[%i, %i] to %buffer gather(%p : memref<128xi32>) : memref<?x128xf16> to !humming_tile.smem<2x16x64xf16>
  return
}
