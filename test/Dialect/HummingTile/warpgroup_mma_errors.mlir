// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @warpgroup_mma_c1_k(%w: !humming_tile.frag<64x64xf16>, %x: !humming_tile.smem<3x16x128xf16>, %c: !humming_tile.frag<64x16xf32>) {
  // expected-error @+1 {{expected n x k times m x k of one type into n x m, got '!humming_tile.frag<64x64xf16>', '!humming_tile.smem<3x16x128xf16>', '!humming_tile.frag<64x16xf32>'}}
  %0 = humming_tile.warpgroup_mma "m64k16" warps 4 %w, %x, %c
     : !humming_tile.frag<64x64xf16>, !humming_tile.smem<3x16x128xf16>, !humming_tile.frag<64x16xf32>
  return
}

// -----

func.func @warpgroup_mma_c1_rows(%w: !humming_tile.frag<64x64xf16>, %x: !humming_tile.smem<3x16x64xf16>, %c: !humming_tile.frag<128x16xf32>) {
  // expected-error @+1 {{expected n x k times m x k of one type into n x m, got '!humming_tile.frag<64x64xf16>', '!humming_tile.smem<3x16x64xf16>', '!humming_tile.frag<128x16xf32>'}}
  %0 = humming_tile.warpgroup_mma "m64k16" warps 4 %w, %x, %c
     : !humming_tile.frag<64x64xf16>, !humming_tile.smem<3x16x64xf16>, !humming_tile.frag<128x16xf32>
  return
}

// -----

func.func @warpgroup_mma_c1_tokens(%w: !humming_tile.frag<64x64xf16>, %x: !humming_tile.smem<3x16x64xf16>, %c: !humming_tile.frag<64x24xf32>) {
  // expected-error @+1 {{expected n x k times m x k of one type into n x m, got '!humming_tile.frag<64x64xf16>', '!humming_tile.smem<3x16x64xf16>', '!humming_tile.frag<64x24xf32>'}}
  %0 = humming_tile.warpgroup_mma "m64k16" warps 4 %w, %x, %c
     : !humming_tile.frag<64x64xf16>, !humming_tile.smem<3x16x64xf16>, !humming_tile.frag<64x24xf32>
  return
}

// -----

func.func @warpgroup_mma_c1_types(%w: !humming_tile.frag<64x64xf16>, %x: !humming_tile.smem<3x16x64xbf16>, %c: !humming_tile.frag<64x16xf32>) {
  // expected-error @+1 {{expected n x k times m x k of one type into n x m, got '!humming_tile.frag<64x64xf16>', '!humming_tile.smem<3x16x64xbf16>', '!humming_tile.frag<64x16xf32>'}}
  %0 = humming_tile.warpgroup_mma "m64k16" warps 4 %w, %x, %c
     : !humming_tile.frag<64x64xf16>, !humming_tile.smem<3x16x64xbf16>, !humming_tile.frag<64x16xf32>
  return
}

// -----

func.func @warpgroup_mma_c2_name(%w: !humming_tile.frag<64x64xf16>, %x: !humming_tile.smem<3x16x64xf16>, %c: !humming_tile.frag<64x16xf32>) {
  // expected-error @+1 {{expected an atom of a warpgroup in Target/MmaAtoms.td, got "m16n8k16" on 'f16', 'f32'}}
  %0 = humming_tile.warpgroup_mma "m16n8k16" warps 4 %w, %x, %c
     : !humming_tile.frag<64x64xf16>, !humming_tile.smem<3x16x64xf16>, !humming_tile.frag<64x16xf32>
  return
}

// -----

func.func @warpgroup_mma_c2_accumulators(%w: !humming_tile.frag<64x64xf16>, %x: !humming_tile.smem<3x16x64xf16>, %c: !humming_tile.frag<64x16xf16>) {
  // expected-error @+1 {{expected an atom of a warpgroup in Target/MmaAtoms.td, got "m64k16" on 'f16', 'f16'}}
  %0 = humming_tile.warpgroup_mma "m64k16" warps 4 %w, %x, %c
     : !humming_tile.frag<64x64xf16>, !humming_tile.smem<3x16x64xf16>, !humming_tile.frag<64x16xf16>
  return
}

// -----

func.func @warpgroup_mma_c2_operand(%w: !humming_tile.frag<64x128xi8>, %x: !humming_tile.smem<3x16x128xi8>, %c: !humming_tile.frag<64x16xi32>) {
  // expected-error @+1 {{expected an atom of a warpgroup in Target/MmaAtoms.td, got "m64k16" on 'i8', 'i32'}}
  %0 = humming_tile.warpgroup_mma "m64k16" warps 4 %w, %x, %c
     : !humming_tile.frag<64x128xi8>, !humming_tile.smem<3x16x128xi8>, !humming_tile.frag<64x16xi32>
  return
}

// -----

func.func @warpgroup_mma_c3_fours(%w: !humming_tile.frag<96x64xf16>, %x: !humming_tile.smem<3x16x64xf16>, %c: !humming_tile.frag<96x16xf32>) {
  // expected-error @+1 {{expected warps in fours x 16x8x16 to divide the tile, and at most 256 tokens, got 6 warps and '!humming_tile.frag<96x16xf32>' by 64}}
  %0 = humming_tile.warpgroup_mma "m64k16" warps 6 %w, %x, %c
     : !humming_tile.frag<96x64xf16>, !humming_tile.smem<3x16x64xf16>, !humming_tile.frag<96x16xf32>
  return
}

// -----

func.func @warpgroup_mma_c3_no_warps(%w: !humming_tile.frag<64x64xf16>, %x: !humming_tile.smem<3x16x64xf16>, %c: !humming_tile.frag<64x16xf32>) {
  // expected-error @+1 {{expected warps in fours x 16x8x16 to divide the tile, and at most 256 tokens, got 0 warps and '!humming_tile.frag<64x16xf32>' by 64}}
  %0 = humming_tile.warpgroup_mma "m64k16" warps 0 %w, %x, %c
     : !humming_tile.frag<64x64xf16>, !humming_tile.smem<3x16x64xf16>, !humming_tile.frag<64x16xf32>
  return
}

// -----

func.func @warpgroup_mma_c3_rows(%w: !humming_tile.frag<64x64xf16>, %x: !humming_tile.smem<3x16x64xf16>, %c: !humming_tile.frag<64x16xf32>) {
  // expected-error @+1 {{expected warps in fours x 16x8x16 to divide the tile, and at most 256 tokens, got 8 warps and '!humming_tile.frag<64x16xf32>' by 64}}
  %0 = humming_tile.warpgroup_mma "m64k16" warps 8 %w, %x, %c
     : !humming_tile.frag<64x64xf16>, !humming_tile.smem<3x16x64xf16>, !humming_tile.frag<64x16xf32>
  return
}

// -----

func.func @warpgroup_mma_c3_tokens(%w: !humming_tile.frag<64x64xf16>, %x: !humming_tile.smem<3x12x64xf16>, %c: !humming_tile.frag<64x12xf32>) {
  // expected-error @+1 {{expected warps in fours x 16x8x16 to divide the tile, and at most 256 tokens, got 4 warps and '!humming_tile.frag<64x12xf32>' by 64}}
  %0 = humming_tile.warpgroup_mma "m64k16" warps 4 %w, %x, %c
     : !humming_tile.frag<64x64xf16>, !humming_tile.smem<3x12x64xf16>, !humming_tile.frag<64x12xf32>
  return
}

// -----

func.func @warpgroup_mma_c3_most_tokens(%w: !humming_tile.frag<64x64xf16>, %x: !humming_tile.smem<3x264x64xf16>, %c: !humming_tile.frag<64x264xf32>) {
  // expected-error @+1 {{expected warps in fours x 16x8x16 to divide the tile, and at most 256 tokens, got 4 warps and '!humming_tile.frag<64x264xf32>' by 64}}
  %0 = humming_tile.warpgroup_mma "m64k16" warps 4 %w, %x, %c
     : !humming_tile.frag<64x64xf16>, !humming_tile.smem<3x264x64xf16>, !humming_tile.frag<64x264xf32>
  return
}

// -----

func.func @warpgroup_mma_c3_k(%w: !humming_tile.frag<64x72xf16>, %x: !humming_tile.smem<3x16x72xf16>, %c: !humming_tile.frag<64x16xf32>) {
  // expected-error @+1 {{expected warps in fours x 16x8x16 to divide the tile, and at most 256 tokens, got 4 warps and '!humming_tile.frag<64x16xf32>' by 72}}
  %0 = humming_tile.warpgroup_mma "m64k16" warps 4 %w, %x, %c
     : !humming_tile.frag<64x72xf16>, !humming_tile.smem<3x16x72xf16>, !humming_tile.frag<64x16xf32>
  return
}

// -----

func.func @warpgroup_mma_c4_lines(%w: !humming_tile.frag<64x96xf16>, %x: !humming_tile.smem<3x16x96xf16>, %c: !humming_tile.frag<64x16xf32>) {
  // expected-error @+1 {{expected rows of activations in lines of 128 bytes, got 192 bytes}}
  %0 = humming_tile.warpgroup_mma "m64k16" warps 4 %w, %x, %c
     : !humming_tile.frag<64x96xf16>, !humming_tile.smem<3x16x96xf16>, !humming_tile.frag<64x16xf32>
  return
}

// -----

func.func @from_zero_c1_rows(%w: !humming_tile.frag<64x64xf16>, %x: !humming_tile.smem<3x16x64xf16>) {
  // expected-error @+1 {{expected n x k times m x k of one type into n x m, got '!humming_tile.frag<64x64xf16>', '!humming_tile.smem<3x16x64xf16>', '!humming_tile.frag<128x16xf32>'}}
  %0 = humming_tile.warpgroup_mma "m64k16" warps 4 %w, %x
     : !humming_tile.frag<64x64xf16>, !humming_tile.smem<3x16x64xf16>, !humming_tile.frag<128x16xf32>
  return
}

// -----

func.func @result_type(%w: !humming_tile.frag<64x64xf16>, %x: !humming_tile.smem<3x16x64xf16>, %c: !humming_tile.frag<64x16xf32>) {
  // expected-error @+1 {{failed to verify that all of {acc, result} have same type}}
  %0 = "humming_tile.warpgroup_mma"(%w, %x, %c) <{atom = "m64k16", operandSegmentSizes = array<i32: 1, 1, 1, 0>, warps = 4 : i64}>
     : (!humming_tile.frag<64x64xf16>, !humming_tile.smem<3x16x64xf16>, !humming_tile.frag<64x16xf32>) -> !humming_tile.frag<64x8xf32>
  return
}

// -----

func.func @warpgroup_mma_c1_shared(%w: !humming_tile.smem<3x128x128xi8>, %x: !humming_tile.smem<3x16x128xi8>) {
  // expected-error @+1 {{expected n x k times m x k of one type into n x m, got '!humming_tile.smem<3x128x128xi8>', '!humming_tile.smem<3x16x128xi8>', '!humming_tile.frag<64x16xi32>'}}
  %0 = humming_tile.warpgroup_mma "m64k32" warps 4 %w, %x
     : !humming_tile.smem<3x128x128xi8>, !humming_tile.smem<3x16x128xi8>, !humming_tile.frag<64x16xi32>
  return
}

// -----

func.func @warpgroup_mma_c5_bits(%w: !humming_tile.smem<3x64x64xf16>, %x: !humming_tile.smem<3x16x64xf16>) {
  // expected-error @+1 {{expected weights of 8 bits in shared memory, got '!humming_tile.smem<3x64x64xf16>'}}
  %0 = humming_tile.warpgroup_mma "m64k16" warps 4 %w, %x
     : !humming_tile.smem<3x64x64xf16>, !humming_tile.smem<3x16x64xf16>, !humming_tile.frag<64x16xf32>
  return
}
