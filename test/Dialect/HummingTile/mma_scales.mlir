// RUN: humming-opt %s --humming-tile-assign-layouts | FileCheck %s --check-prefix=LAYOUT
// RUN: humming-opt %s | humming-opt | FileCheck %s --check-prefix=TRIP

// Scales of blocks lie in the lanes that supply them: rows in two of four lanes each, tokens in all four; those
// of one instruction are neighbours in a lane.

// LAYOUT-DAG: #[[ROWS:.+]] = #humming_tile.layout<{{\[\[}}4, 1, 2, 8], [1, 2, 2]] thread [0, 4, 3, *2, 2] reg [1, 5, 6]>
// LAYOUT-DAG: #[[TOKENS:.+]] = #humming_tile.layout<{{\[\[}}1, 1, 8], [1, 2, 2]] thread [*4, 0, 3, 2, *4] reg [1, 4, 5]>
// LAYOUT: humming_tile.load {{.+}} -> !humming_tile.frag<64x4xf8E8M0FNU, #[[ROWS]]>
// LAYOUT: humming_tile.load {{.+}} -> !humming_tile.frag<8x4xf8E8M0FNU, #[[TOKENS]]>

// TRIP: humming_tile.mma "m16n8k64" warps [4, 1] %{{.+}}, %{{.+}}, %{{.+}} scales(%{{.+}}, %{{.+}} : !humming_tile.frag<64x4xf8E8M0FNU>, !humming_tile.frag<8x4xf8E8M0FNU>) :
gpu.module @kernels {
  gpu.func @mx(%s: memref<64x4xf8E8M0FNU>, %x: memref<8x4xf8E8M0FNU>, %c: memref<8x64xf32>, %one: f4E2M1FN, %zero: f32,
               %i: index) kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    %w = humming_tile.splat %one : f4E2M1FN -> !humming_tile.frag<64x128xf4E2M1FN>
    %t = humming_tile.splat %one : f4E2M1FN -> !humming_tile.frag<8x128xf4E2M1FN>
    %acc = humming_tile.splat %zero : f32 -> !humming_tile.frag<64x8xf32>
    %0 = humming_tile.load %s[%i, %i] : memref<64x4xf8E8M0FNU> -> !humming_tile.frag<64x4xf8E8M0FNU>
    %1 = humming_tile.load %x[%i, %i] : memref<8x4xf8E8M0FNU> -> !humming_tile.frag<8x4xf8E8M0FNU>
    %2 = humming_tile.mma "m16n8k64" warps [4, 1] %w, %t, %acc scales(%0, %1 : !humming_tile.frag<64x4xf8E8M0FNU>, !humming_tile.frag<8x4xf8E8M0FNU>)
       : !humming_tile.frag<64x128xf4E2M1FN>, !humming_tile.frag<8x128xf4E2M1FN>, !humming_tile.frag<64x8xf32>
    humming_tile.store %2 to %c[%i, %i] transpose : !humming_tile.frag<64x8xf32> to memref<8x64xf32>
    gpu.return
  }
}
