// RUN: humming-opt %s | humming-opt | FileCheck %s

// CHECK: func.func private @fragments(!humming_tile.frag<64x16xf32>, !humming_tile.frag<64x64x!humming.code<u4>>, !humming_tile.frag<16x16xbf16, #frag16x16>)
func.func private @fragments(!humming_tile.frag<64x16xf32>, !humming_tile.frag<64x64x!humming.code<u4>>,
  !humming_tile.frag<16x16xbf16, #humming_tile.layout<[[2, 8], [2, 4, 2]] thread [1, 3] reg [2, 0, 4]>>)

// CHECK: func.func private @buffers(!humming_tile.smem<4x64x64xf16>, !humming_tile.smem<2x64x2x!humming.code<u8>>, !humming_tile.smem<3x16x64xf16, #mem16x64>)
func.func private @buffers(!humming_tile.smem<4x64x64xf16>, !humming_tile.smem<2x64x2x!humming.code<u8>>,
  !humming_tile.smem<3x16x64xf16, #humming_tile.layout<[[16], [1, 64]] offset [1, 0, 2] swizzle 128>>)
