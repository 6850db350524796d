// RUN: humming-opt %s --humming-tile-distribute | FileCheck %s

// 32 codes of a tile of 16 x 64 become two vectors of 16 bytes or one of 32 half bytes; zero points of every
// type lie two, one a row half, for each group.

#weights8 = #humming_tile.layout<[[1, 1, 2, 8], [1, 2, 2, 4, 4]] thread [0, 4, 3, 7] reg [1, 5, 6, 2, 8]>
#codes8 = #humming_tile.layout<[[1, 1, 2, 8], [1, 2, 2, 4, 4]] thread [0, 4, 3, 7] reg [1, 5, 6, 8, 2]>
#packed8 = #humming_tile.layout<[[1, 2, 8], [1, 2, 2, 4, 4]] offset [0, 3, 2, 6, 4, 5, 7, 1]>
#weights4 = #humming_tile.layout<[[1, 1, 2, 8], [1, 1, 2, 4, 8]] thread [0, 4, 3, 7] reg [1, 5, 6, 2, 8]>
#codes4 = #humming_tile.layout<[[1, 1, 2, 8], [1, 1, 2, 4, 8]] thread [0, 4, 3, 7] reg [1, 5, 6, 8, 2]>
#packed4 = #humming_tile.layout<[[1, 2, 8], [1, 1, 2, 4, 8]] offset [0, 3, 2, 6, 4, 5, 7, 1]>
#weights = #humming_tile.layout<[[1, 1, 2, 8], [1, 4, 2, 4, 2]] thread [0, 4, 3, 7] reg [1, 5, 6, 2, 8]>
#codes = #humming_tile.layout<[[1, 1, 2, 8], [1, 4, 2, 4, 2]] thread [0, 4, 3, 7] reg [1, 5, 8, 6, 2]>
#packed = #humming_tile.layout<[[1, 2, 8], [1, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
#rows = #humming_tile.layout<[[1, 1, 2, 8], [1]] thread [0, 3, *4] reg [1, 2]>
#scales = #humming_tile.layout<[[1, 2, 8], [1]] offset [3, 0, 2, 1]>
gpu.module @kernels {
  // CHECK-LABEL: gpu.func @bytes
  // CHECK: %[[CODES:.+]] = vector.load {{.+}}, vector<16xi8>
  // CHECK: %[[ZERO:.+]] = vector.load {{.+}}, vector<2xi8>
  // CHECK: %[[WORDS:.+]] = vector.from_elements {{.+}} : vector<4xi32>
  // CHECK: %[[V:.+]]:2 = humming_tile.dequant_atom %[[WORDS]] zero(%[[ZERO]] : vector<2xi8>) : !humming.code<u4>, vector<4xi32> -> vector<16xf8E4M3FN>, vector<16xf8E4M3FN>
  gpu.func @bytes() kernel attributes {known_block_size = array<i32: 32, 1, 1>} {
    %w = humming_tile.alloc at 0 : !humming_tile.smem<2x16x64x!humming.code<u4>, #packed8>
    %z = humming_tile.alloc at 1024 : !humming_tile.smem<2x16x1x!humming.code<u8>, #scales>
    %codes = humming_tile.load %w
      : !humming_tile.smem<2x16x64x!humming.code<u4>, #packed8> -> !humming_tile.frag<16x64x!humming.code<u4>, #codes8>
    %zero = humming_tile.load %z
      : !humming_tile.smem<2x16x1x!humming.code<u8>, #scales> -> !humming_tile.frag<16x1x!humming.code<u8>, #rows>
    %v = humming_tile.dequant !humming.code<u4> %codes zero(%zero : !humming_tile.frag<16x1x!humming.code<u8>, #rows>)
       : !humming_tile.frag<16x64x!humming.code<u4>, #codes8> -> !humming_tile.frag<16x64xf8E4M3FN, #weights8>
    gpu.return
  }

  // CHECK-LABEL: gpu.func @nibbles
  // CHECK: humming_tile.dequant_atom %{{.+}} : !humming.code<u2>, vector<2xi32> -> vector<32xi4>
  // CHECK-NOT: humming_tile.dequant_atom
  gpu.func @nibbles() kernel attributes {known_block_size = array<i32: 32, 1, 1>} {
    %w = humming_tile.alloc at 0 : !humming_tile.smem<2x16x64x!humming.code<u2>, #packed4>
    %codes = humming_tile.load %w
      : !humming_tile.smem<2x16x64x!humming.code<u2>, #packed4> -> !humming_tile.frag<16x64x!humming.code<u2>, #codes4>
    %v = humming_tile.dequant !humming.code<u2> %codes
       : !humming_tile.frag<16x64x!humming.code<u2>, #codes4> -> !humming_tile.frag<16x64xi4, #weights4>
    gpu.return
  }

  // CHECK-LABEL: gpu.func @float_zero
  // CHECK: %[[ZERO:.+]] = vector.load {{.+}}, vector<2xf16>
  // CHECK: humming_tile.dequant_atom %{{.+}} zero(%[[ZERO]] : vector<2xf16>) : !humming.code<u4>, vector<4xi32> -> vector<8xf16>
  gpu.func @float_zero() kernel attributes {known_block_size = array<i32: 32, 1, 1>} {
    %w = humming_tile.alloc at 0 : !humming_tile.smem<2x16x64x!humming.code<u4>, #packed>
    %z = humming_tile.alloc at 1024 : !humming_tile.smem<2x16x1xf16, #scales>
    %codes = humming_tile.load %w
      : !humming_tile.smem<2x16x64x!humming.code<u4>, #packed> -> !humming_tile.frag<16x64x!humming.code<u4>, #codes>
    %zero = humming_tile.load %z
      : !humming_tile.smem<2x16x1xf16, #scales> -> !humming_tile.frag<16x1xf16, #rows>
    %v = humming_tile.dequant !humming.code<u4> %codes zero(%zero : !humming_tile.frag<16x1xf16, #rows>)
       : !humming_tile.frag<16x64x!humming.code<u4>, #codes> -> !humming_tile.frag<16x64xf16, #weights>
    gpu.return
  }
}
