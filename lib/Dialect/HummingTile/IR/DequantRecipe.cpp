//===- DequantRecipe.cpp - which codes become which operands --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Integers of every width have a recipe into 16-bit floats, tables of 16
// values, and minifloats whose exponents the operand type has.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/HummingTile/IR/DequantRecipe.h"

#include "humming/Numerics/Code.h"
#include "mlir/IR/BuiltinTypes.h"

using namespace mlir;

std::optional<int> humming::tile::dequantExponent(const Code &code,
                                                  Type operand, bool hasZero) {
  auto type = dyn_cast<FloatType>(operand);
  if (!type || type.getWidth() != 16)
    return std::nullopt;
  if (hasZero && code.kind() != Code::Kind::Unsigned)
    return std::nullopt;
  constexpr int exact = 0;
  if (code.kind() == Code::Kind::Table)
    return code.bits() == kLookupBits ? std::optional(exact) : std::nullopt;
  if (code.kind() != Code::Kind::Float)
    return exact;
  // The operand's largest exponent stands for infinity, the code's for a value.
  unsigned fractionBits = type.getFPMantissaWidth() - 1;
  unsigned exponentBits = type.getWidth() - 1 - fractionBits;
  bool holds =
      code.exponentBits() < exponentBits && code.mantissaBits() <= fractionBits;
  return holds ? std::optional(exact) : std::nullopt;
}
