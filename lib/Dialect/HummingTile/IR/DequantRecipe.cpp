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

bool humming::tile::hasDequantRecipe(const Code &code, Type operand) {
  auto type = dyn_cast<FloatType>(operand);
  if (!type || type.getWidth() != 16)
    return false;
  if (code.kind() == Code::Kind::Table)
    return code.bits() == kLookupBits;
  if (code.kind() != Code::Kind::Float)
    return true;
  // The operand's largest exponent stands for infinity, the code's for a value.
  unsigned fractionBits = type.getFPMantissaWidth() - 1;
  unsigned exponentBits = type.getWidth() - 1 - fractionBits;
  return code.exponentBits() < exponentBits &&
         code.mantissaBits() <= fractionBits;
}
