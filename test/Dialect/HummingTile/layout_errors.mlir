// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func private @extent() attributes {
  // expected-error @+1 {{expected positive mode extents, got 0}}
  l = #humming_tile.layout<[[0], [8]] offset [0, 1]>
}

// -----

func.func private @fragment_and_memory() attributes {
  // expected-error @+1 {{expected either thread and reg (a fragment) or offset (memory), got both}}
  l = #humming_tile.layout<[[8], [8]] thread [0] offset [1]>
}

// -----

func.func private @swizzled_fragment() attributes {
  // expected-error @+1 {{expected a swizzle only in memory}}
  l = #humming_tile.layout<[[8], [8]] thread [0] reg [1] swizzle 128>
}

// -----

func.func private @swizzle_width() attributes {
  // expected-error @+1 {{expected swizzle 32, 64 or 128 (bytes), got 16}}
  l = #humming_tile.layout<[[8], [8]] offset [0, 1] swizzle 16>
}

// -----

func.func private @mode_number() attributes {
  // expected-error @+1 {{expected a mode below 2, got 2}}
  l = #humming_tile.layout<[[8], [8]] offset [0, 2]>
}

// -----

func.func private @replicated_registers() attributes {
  // expected-error @+1 {{expected a mode below 2, got -4}}
  l = #humming_tile.layout<[[8], [8]] thread [0] reg [1, *4]>
}

// -----

func.func private @mode_twice() attributes {
  // expected-error @+1 {{expected every mode once, mode 0 appears 2 times}}
  l = #humming_tile.layout<[[8], [8]] thread [0] reg [0, 1]>
}

// -----

func.func private @mode_missing() attributes {
  // expected-error @+1 {{expected every mode once, mode 1 appears 0 times}}
  l = #humming_tile.layout<[[8], [8]] offset [0]>
}

// -----

// expected-error @+1 {{expected two dimensions under a tile layout, got 1}}
func.func private @memory_rank(memref<64xf16, #humming_tile.layout<[[8], [8]] offset [0, 1]>>)

// -----

// expected-error @+1 {{expected a layout of memory offsets for a memref}}
func.func private @memory_of_registers(memref<8x8xf16, #humming_tile.layout<[[8], [8]] thread [0] reg [1]>>)
