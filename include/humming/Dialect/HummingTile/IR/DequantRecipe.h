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
#include <optional>

namespace humming {
class Code;
} // namespace humming

namespace humming::tile {

/// Bits of a code that is looked up in a table, of 16 values.
constexpr unsigned kLookupBits = 4;

/// The exponent E of the recipe from `code` to the operand type `operand`: it
/// makes `number * 2^E`, exactly, for every number `value - zero` the code
/// stands for (docs/Numerics.md), and the accumulators are multiplied by 2^-E.
/// Nothing where there is no recipe. `hasZero`: zero points come as operands.
std::optional<int> dequantExponent(const Code &code, ::mlir::Type operand,
                                   bool hasZero);

} // namespace humming::tile

#endif // HUMMING_DIALECT_HUMMINGTILE_IR_DEQUANTRECIPE_H
