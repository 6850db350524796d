//===- DequantRecipe.h - which codes become which operands ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What humming-tile-expand-dequant can do, for those who must refuse the rest.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_DIALECT_HUMMINGTILE_IR_DEQUANTRECIPE_H
#define HUMMING_DIALECT_HUMMINGTILE_IR_DEQUANTRECIPE_H

#include "mlir/IR/Types.h"

namespace humming {
class Code;
} // namespace humming

namespace humming::tile {

/// Bits of a code that is looked up in a table, of 16 values.
constexpr unsigned kLookupBits = 4;

/// Whether there is a recipe from `code` to the operand type `operand` that
/// reproduces every entry of the code's table (docs/Numerics.md).
bool hasDequantRecipe(const Code &code, ::mlir::Type operand);

} // namespace humming::tile

#endif // HUMMING_DIALECT_HUMMINGTILE_IR_DEQUANTRECIPE_H
