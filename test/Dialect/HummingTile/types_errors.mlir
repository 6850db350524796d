// RUN: humming-opt %s --split-input-file --verify-diagnostics

// expected-error @+1 {{expected 2 dimensions, got 3}}
func.func private @frag_rank(!humming_tile.frag<2x64x16xf32>)

// -----

// expected-error @+1 {{expected positive tile dimensions, got 0x16}}
func.func private @frag_empty(!humming_tile.frag<0x16xf32>)

// -----

// expected-error @+1 {{expected an integer, float or code as element, got 'index'}}
func.func private @frag_element(!humming_tile.frag<64x16xindex>)

// -----

// expected-error @+2 {{expected a layout of 64x16, got 16x16}}
func.func private @frag_layout_size(
  !humming_tile.frag<64x16xf16, #humming_tile.layout<[[2, 8], [2, 4, 2]] thread [1, 3] reg [2, 0, 4]>>)

// -----

// expected-error @+1 {{expected a layout of threads and registers for a fragment, got memory offsets}}
func.func private @frag_layout_kind(!humming_tile.frag<8x8xf16, #humming_tile.layout<[[8], [8]] offset [0, 1]>>)

// -----

// expected-error @+1 {{expected 3 dimensions, got 2}}
func.func private @smem_rank(!humming_tile.smem<64x64xf16>)

// -----

// expected-error @+1 {{expected at least one stage, got 0}}
func.func private @smem_stages(!humming_tile.smem<0x64x64xf16>)

// -----

// expected-error @+1 {{expected positive tile dimensions, got 64x0}}
func.func private @smem_empty(!humming_tile.smem<2x64x0xf16>)

// -----

// expected-error @+1 {{expected an integer, float or code as element, got 'vector<2xf16>'}}
func.func private @smem_element(!humming_tile.smem<2x64x64xvector<2xf16>>)

// -----

// expected-error @+1 {{expected a layout of 16x8, got 8x8}}
func.func private @smem_layout_size(!humming_tile.smem<2x16x8xf16, #humming_tile.layout<[[8], [8]] offset [0, 1]>>)

// -----

// expected-error @+2 {{expected a layout of memory offsets for shared memory, got threads and registers}}
func.func private @smem_layout_kind(
  !humming_tile.smem<2x8x8xf16, #humming_tile.layout<[[8], [8]] thread [0] reg [1]>>)
