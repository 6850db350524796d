// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @mma_c5_one(%w: !humming_tile.frag<64x128xf4E2M1FN>, %t: !humming_tile.frag<8x128xf4E2M1FN>,
    %acc: !humming_tile.frag<64x8xf32>, %s: !humming_tile.frag<64x4xf8E8M0FNU>) {
  // expected-error @+1 {{expected the scales of both operands, got 1}}
  %0 = humming_tile.mma "m16n8k64" warps [4, 1] %w, %t, %acc scales(%s : !humming_tile.frag<64x4xf8E8M0FNU>)
     : !humming_tile.frag<64x128xf4E2M1FN>, !humming_tile.frag<8x128xf4E2M1FN>, !humming_tile.frag<64x8xf32>
  return
}

// -----

func.func @mma_c5_groups(%w: !humming_tile.frag<64x128xf4E2M1FN>, %t: !humming_tile.frag<8x128xf4E2M1FN>,
    %acc: !humming_tile.frag<64x8xf32>, %s: !humming_tile.frag<64x4xf8E4M3FN>, %x: !humming_tile.frag<8x4xf8E4M3FN>) {
  // expected-error @+1 {{expected 8 columns of scales of one type for each operand, got}}
  %0 = humming_tile.mma "m16n8k64" warps [4, 1] %w, %t, %acc scales(%s, %x : !humming_tile.frag<64x4xf8E4M3FN>, !humming_tile.frag<8x4xf8E4M3FN>)
     : !humming_tile.frag<64x128xf4E2M1FN>, !humming_tile.frag<8x128xf4E2M1FN>, !humming_tile.frag<64x8xf32>
  return
}

// -----

func.func @mma_c2_scale_type(%w: !humming_tile.frag<64x128xf4E2M1FN>, %t: !humming_tile.frag<8x128xf4E2M1FN>,
    %acc: !humming_tile.frag<64x8xf32>, %s: !humming_tile.frag<64x4xf16>, %x: !humming_tile.frag<8x4xf16>) {
  // expected-error @+1 {{expected an atom of Target/MmaAtoms.td, got "m16n8k64"}}
  %0 = humming_tile.mma "m16n8k64" warps [4, 1] %w, %t, %acc scales(%s, %x : !humming_tile.frag<64x4xf16>, !humming_tile.frag<8x4xf16>)
     : !humming_tile.frag<64x128xf4E2M1FN>, !humming_tile.frag<8x128xf4E2M1FN>, !humming_tile.frag<64x8xf32>
  return
}
