// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @mma_c1_depth(%w: !humming_tile.frag<64x64xf16>, %a: !humming_tile.frag<16x32xf16>, %c: !humming_tile.frag<64x16xf32>) {
  // expected-error @+1 {{expected n x k times m x k into n x m, got 64x64, 16x32, 64x16}}
  %0 = humming_tile.mma "m16n8k16" warps [4, 1] %w, %a, %c
     : !humming_tile.frag<64x64xf16>, !humming_tile.frag<16x32xf16>, !humming_tile.frag<64x16xf32>
  return
}

// -----

func.func @mma_c1_rows(%w: !humming_tile.frag<64x64xf16>, %a: !humming_tile.frag<16x64xf16>, %c: !humming_tile.frag<32x16xf32>) {
  // expected-error @+1 {{expected n x k times m x k into n x m, got 64x64, 16x64, 32x16}}
  %0 = humming_tile.mma "m16n8k16" warps [4, 1] %w, %a, %c
     : !humming_tile.frag<64x64xf16>, !humming_tile.frag<16x64xf16>, !humming_tile.frag<32x16xf32>
  return
}

// -----

func.func @mma_c1_tokens(%w: !humming_tile.frag<64x64xf16>, %a: !humming_tile.frag<16x64xf16>, %c: !humming_tile.frag<64x8xf32>) {
  // expected-error @+1 {{expected n x k times m x k into n x m, got 64x64, 16x64, 64x8}}
  %0 = humming_tile.mma "m16n8k16" warps [4, 1] %w, %a, %c
     : !humming_tile.frag<64x64xf16>, !humming_tile.frag<16x64xf16>, !humming_tile.frag<64x8xf32>
  return
}

// -----

func.func @mma_c2_name(%w: !humming_tile.frag<64x64xf16>, %a: !humming_tile.frag<16x64xf16>, %c: !humming_tile.frag<64x16xf32>) {
  // expected-error @+1 {{expected an atom of Target/MmaAtoms.td, got "m16n8k4" on 'f16', 'f16', 'f32'}}
  %0 = humming_tile.mma "m16n8k4" warps [4, 1] %w, %a, %c
     : !humming_tile.frag<64x64xf16>, !humming_tile.frag<16x64xf16>, !humming_tile.frag<64x16xf32>
  return
}

// -----

func.func @mma_c2_types(%w: !humming_tile.frag<64x64xf16>, %a: !humming_tile.frag<16x64xbf16>, %c: !humming_tile.frag<64x16xf32>) {
  // expected-error @+1 {{expected an atom of Target/MmaAtoms.td, got "m16n8k16" on 'f16', 'bf16', 'f32'}}
  %0 = humming_tile.mma "m16n8k16" warps [4, 1] %w, %a, %c
     : !humming_tile.frag<64x64xf16>, !humming_tile.frag<16x64xbf16>, !humming_tile.frag<64x16xf32>
  return
}

// -----

func.func @mma_c2_codes(%w: !humming_tile.frag<64x64x!humming.code<u4>>, %a: !humming_tile.frag<16x64xf16>, %c: !humming_tile.frag<64x16xf32>) {
  // expected-error @+1 {{expected an atom of Target/MmaAtoms.td, got "m16n8k16" on '!humming.code<u4>', 'f16', 'f32'}}
  %0 = humming_tile.mma "m16n8k16" warps [4, 1] %w, %a, %c
     : !humming_tile.frag<64x64x!humming.code<u4>>, !humming_tile.frag<16x64xf16>, !humming_tile.frag<64x16xf32>
  return
}

// -----

func.func @mma_c3_rows(%w: !humming_tile.frag<64x64xf16>, %a: !humming_tile.frag<16x64xf16>, %c: !humming_tile.frag<64x16xf32>) {
  // expected-error @+1 {{expected warps x 16x8x16 to divide the tile 64x16x64}}
  %0 = humming_tile.mma "m16n8k16" warps [8, 1] %w, %a, %c
     : !humming_tile.frag<64x64xf16>, !humming_tile.frag<16x64xf16>, !humming_tile.frag<64x16xf32>
  return
}

// -----

func.func @mma_c3_tokens(%w: !humming_tile.frag<64x64xf16>, %a: !humming_tile.frag<16x64xf16>, %c: !humming_tile.frag<64x16xf32>) {
  // expected-error @+1 {{expected warps x 16x8x16 to divide the tile 64x16x64}}
  %0 = humming_tile.mma "m16n8k16" warps [1, 4] %w, %a, %c
     : !humming_tile.frag<64x64xf16>, !humming_tile.frag<16x64xf16>, !humming_tile.frag<64x16xf32>
  return
}

// -----

func.func @mma_c3_depth(%w: !humming_tile.frag<64x72xf16>, %a: !humming_tile.frag<16x72xf16>, %c: !humming_tile.frag<64x16xf32>) {
  // expected-error @+1 {{expected warps x 16x8x16 to divide the tile 64x16x72}}
  %0 = humming_tile.mma "m16n8k16" warps [4, 1] %w, %a, %c
     : !humming_tile.frag<64x72xf16>, !humming_tile.frag<16x72xf16>, !humming_tile.frag<64x16xf32>
  return
}

// -----

func.func @mma_c3_warps(%w: !humming_tile.frag<64x64xf16>, %a: !humming_tile.frag<16x64xf16>, %c: !humming_tile.frag<64x16xf32>) {
  // expected-error @+1 {{expected warps x 16x8x16 to divide the tile 64x16x64}}
  %0 = humming_tile.mma "m16n8k16" warps [4] %w, %a, %c
     : !humming_tile.frag<64x64xf16>, !humming_tile.frag<16x64xf16>, !humming_tile.frag<64x16xf32>
  return
}

// -----

func.func @mma_c4_length(%w: !humming_tile.frag<64x64xf16>, %a: !humming_tile.frag<16x64xf16>, %c: !humming_tile.frag<64x16xf32>) {
  // expected-error @+1 {{expected columns [first, count], got 1 numbers}}
  %0 = humming_tile.mma "m16n8k16" warps [4, 1] columns [0] %w, %a, %c
     : !humming_tile.frag<64x64xf16>, !humming_tile.frag<16x64xf16>, !humming_tile.frag<64x16xf32>
  return
}

// -----

func.func @mma_c4_first(%w: !humming_tile.frag<64x64xf16>, %a: !humming_tile.frag<16x64xf16>, %c: !humming_tile.frag<64x16xf32>) {
  // expected-error @+1 {{expected columns of 64 in multiples of 16, got 16 from 8}}
  %0 = humming_tile.mma "m16n8k16" warps [4, 1] columns [8, 16] %w, %a, %c
     : !humming_tile.frag<64x64xf16>, !humming_tile.frag<16x64xf16>, !humming_tile.frag<64x16xf32>
  return
}

// -----

func.func @mma_c4_count(%w: !humming_tile.frag<64x64xf16>, %a: !humming_tile.frag<16x64xf16>, %c: !humming_tile.frag<64x16xf32>) {
  // expected-error @+1 {{expected columns of 64 in multiples of 16, got 24 from 16}}
  %0 = humming_tile.mma "m16n8k16" warps [4, 1] columns [16, 24] %w, %a, %c
     : !humming_tile.frag<64x64xf16>, !humming_tile.frag<16x64xf16>, !humming_tile.frag<64x16xf32>
  return
}

// -----

func.func @mma_c4_end(%w: !humming_tile.frag<64x64xf16>, %a: !humming_tile.frag<16x64xf16>, %c: !humming_tile.frag<64x16xf32>) {
  // expected-error @+1 {{expected columns of 64 in multiples of 16, got 32 from 48}}
  %0 = humming_tile.mma "m16n8k16" warps [4, 1] columns [48, 32] %w, %a, %c
     : !humming_tile.frag<64x64xf16>, !humming_tile.frag<16x64xf16>, !humming_tile.frag<64x16xf32>
  return
}

// -----

func.func @mma_c4_negative(%w: !humming_tile.frag<64x64xf16>, %a: !humming_tile.frag<16x64xf16>, %c: !humming_tile.frag<64x16xf32>) {
  // expected-error @+1 {{expected columns of 64 in multiples of 16, got 32 from -16}}
  %0 = humming_tile.mma "m16n8k16" warps [4, 1] columns [-16, 32] %w, %a, %c
     : !humming_tile.frag<64x64xf16>, !humming_tile.frag<16x64xf16>, !humming_tile.frag<64x16xf32>
  return
}

// -----

func.func @mma_c4_none(%w: !humming_tile.frag<64x64xf16>, %a: !humming_tile.frag<16x64xf16>, %c: !humming_tile.frag<64x16xf32>) {
  // expected-error @+1 {{expected columns of 64 in multiples of 16, got 0 from 16}}
  %0 = humming_tile.mma "m16n8k16" warps [4, 1] columns [16, 0] %w, %a, %c
     : !humming_tile.frag<64x64xf16>, !humming_tile.frag<16x64xf16>, !humming_tile.frag<64x16xf32>
  return
}
