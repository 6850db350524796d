//===- MatrixOps.td - matrices of a warp in shared memory --*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The counterpart of nvgpu.ldmatrix, which that dialect does not have.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_DIALECT_HUMMINGTILE_IR_MATRIXOPS_TD
#define HUMMING_DIALECT_HUMMINGTILE_IR_MATRIXOPS_TD

def HummingTile_StMatrixOp : HummingTile_Op<"stmatrix"> {
  let summary = "8 x 8 matrices of a warp to shared memory";
  let description = [{
    Sums lie with two tokens to a lane; memory has the channels of a token together. Elements 2i and 2i + 1 of lane
    4c + t are rows 2t and 2t + 1, column c, of matrix i (of at most four); lane 8i + r gives the index at which the eight elements
    of row r of matrix i are written, a multiple of 16 bytes. What the other lanes give is not read. All lanes of a warp
    take part.

    Constraints:
    - C1: the value has 2, 4 or 8 elements of 16 bits.
    - C2: the memory is shared and has the value's elements.

    Lowers to: nvvm.stmatrix, transposed (sm_90).

    ```mlir
    func.func @tokens(%v: vector<8xf16>, %memory: memref<?xf16, #gpu.address_space<workgroup>>, %index: index) {
      humming_tile.stmatrix %v to %memory[%index] : vector<8xf16> to memref<?xf16, #gpu.address_space<workgroup>>
      return
    }
    ```
  }];
  let arguments = (ins VectorOfRankAndType<[1], [F16, BF16, I16]>:$value,
                       Arg<MemRefRankOf<[AnyType], [1]>, "", [MemWrite]>:$memory, Index:$index);
  let assemblyFormat = "$value `to` $memory `[` $index `]` attr-dict `:` type($value) `to` qualified(type($memory))";
  let hasVerifier = 1;
}

#endif // HUMMING_DIALECT_HUMMINGTILE_IR_MATRIXOPS_TD
