// RUN: humming-opt %s --split-input-file --verify-diagnostics

func.func @view_c1_layout(%b: memref<?xi8>) {
  // expected-error @+1 {{expected a layout on the result, got 'memref<64x64x!humming.code<u2>>'}}
  %0 = humming_tile.view %b at 2048 : memref<?xi8> to memref<64x64x!humming.code<u2>>
  return
}

// -----

#plane = #humming_tile.layout<[[4, 2, 8], [1, 2, 2, 2, 4, 2]] offset [0, 3, 2, 7, 4, 8, 5, 6, 1]>
func.func @source(%b: memref<?xi32>) {
  // expected-error @+1 {{op operand #0 must be 1D memref of 8-bit signless integer values, but got 'memref<?xi32>'}}
  %0 = humming_tile.view %b at 2048 : memref<?xi32> to memref<64x64x!humming.code<u2>, #plane>
  return
}
