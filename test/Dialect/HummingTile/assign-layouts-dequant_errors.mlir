// RUN: humming-opt %s --humming-tile-assign-layouts --split-input-file --verify-diagnostics

gpu.module @kernels {
  gpu.func @codes_from_nowhere(%plain: !humming_tile.frag<64x64xi8>, %a: !humming_tile.frag<16x64xf16>, %acc: !humming_tile.frag<64x16xf32>, %i: index) kernel
      attributes {known_block_size = array<i32: 64, 1, 1>} {
    // expected-error @+1 {{expected codes, scales and zero points to be loaded from shared memory}}
    %codes = humming_tile.map(%plain : !humming_tile.frag<64x64xi8>) {
    ^bb0(%x: i8):
      %y = builtin.unrealized_conversion_cast %x : i8 to !humming.code<u4>
      humming_tile.yield %y : !humming.code<u4>
    } -> !humming_tile.frag<64x64x!humming.code<u4>>
    %v = humming_tile.dequant !humming.code<u4> %codes
       : !humming_tile.frag<64x64x!humming.code<u4>> -> !humming_tile.frag<64x64xf16>
    %sum = humming_tile.mma "m16n8k16" warps [2, 1] %v, %a, %acc
         : !humming_tile.frag<64x64xf16>, !humming_tile.frag<16x64xf16>, !humming_tile.frag<64x16xf32>
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @codes_not_copied(%a: !humming_tile.frag<16x64xf16>, %acc: !humming_tile.frag<64x16xf32>, %i: index) kernel
      attributes {known_block_size = array<i32: 64, 1, 1>} {
    %0 = humming_tile.alloc : !humming_tile.smem<2x64x64x!humming.code<u4>>
    // expected-error @+1 {{expected a shared tile filled by a copy}}
    %codes = humming_tile.load %0 : !humming_tile.smem<2x64x64x!humming.code<u4>> -> !humming_tile.frag<64x64x!humming.code<u4>>
    %v = humming_tile.dequant !humming.code<u4> %codes
       : !humming_tile.frag<64x64x!humming.code<u4>> -> !humming_tile.frag<64x64xf16>
    %sum = humming_tile.mma "m16n8k16" warps [2, 1] %v, %a, %acc
         : !humming_tile.frag<64x64xf16>, !humming_tile.frag<16x64xf16>, !humming_tile.frag<64x16xf32>
    gpu.return
  }
}

// -----

#odd = #humming_tile.layout<[[1, 2, 24], [1, 64]] offset [3, 0, 1, 2, 4]>
gpu.module @kernels {
  gpu.func @straddling_modes(%w: memref<48x64x!humming.code<u4>, #odd>, %a: !humming_tile.frag<16x64xf16>, %acc: !humming_tile.frag<48x16xf32>, %i: index) kernel
      attributes {known_block_size = array<i32: 96, 1, 1>} {
    %0 = humming_tile.alloc : !humming_tile.smem<2x48x64x!humming.code<u4>>
    humming_tile.copy %w[%i, %i] to %0 : memref<48x64x!humming.code<u4>, #odd> to !humming_tile.smem<2x48x64x!humming.code<u4>>
    // expected-error @+1 {{expected memory that the fragment's modes divide, got}}
    %codes = humming_tile.load %0 : !humming_tile.smem<2x48x64x!humming.code<u4>> -> !humming_tile.frag<48x64x!humming.code<u4>>
    %v = humming_tile.dequant !humming.code<u4> %codes
       : !humming_tile.frag<48x64x!humming.code<u4>> -> !humming_tile.frag<48x64xf16>
    %sum = humming_tile.mma "m16n8k16" warps [3, 1] %v, %a, %acc
         : !humming_tile.frag<48x64xf16>, !humming_tile.frag<16x64xf16>, !humming_tile.frag<48x16xf32>
    gpu.return
  }
}
