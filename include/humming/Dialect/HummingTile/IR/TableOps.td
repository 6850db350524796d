//===- TableOps.td - tables of codes in shared memory ------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What fills the memory that dequant looks codes up in.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_DIALECT_HUMMINGTILE_IR_TABLEOPS_TD
#define HUMMING_DIALECT_HUMMINGTILE_IR_TABLEOPS_TD

def HummingTile_TabulateOp : HummingTile_Op<"tabulate"> {
  let summary = "the values of a code to shared memory";
  let description = [{
    `buffer[0][0][c] = round(value(c))` for every code c of the format `code`, by the first threads of the block's
    warps. A table of 16 values is one of pairs: `buffer[0][c + 16 d]` has 32 times the values of c and d, so that each
    lane of a warp reads them from a bank of its own; every thread writes some.

    A barrier must come before the first dequant that reads the buffer: a pipeline has one in front of what it consumes.

    Constraints:
    - C1: the code is a table of at least 16 values, the buffer's elements are f16 or bf16.
    - C2: the buffer has one stage of 1 x 2^b values, or for 16 values 256 x 64.

    Lowers to: vector stores of constants, or of what byte_permute looks up (humming-tile-distribute).
  }];
  let arguments = (ins TypeAttr:$code, Arg<HummingTile_SmemType, "", [MemWrite]>:$buffer);
  let assemblyFormat = "$code `to` $buffer attr-dict `:` qualified(type($buffer))";
  let hasVerifier = 1;
}

#endif // HUMMING_DIALECT_HUMMINGTILE_IR_TABLEOPS_TD
