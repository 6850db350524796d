//===- DequantRecipe.cpp - which codes become which operands --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// By properties of the code and the operand type; never by their names.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/HummingTile/IR/DequantRecipe.h"

#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/Numerics/Code.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>

using namespace mlir;
using namespace humming;
using namespace humming::tile;

unsigned tile::differenceBits(unsigned bits, unsigned operandBits) {
  return llvm::isPowerOf2_32(bits) ? 2 * bits : operandBits;
}

NarrowFloat::NarrowFloat(FloatType type) {
  const llvm::fltSemantics &semantics = type.getFloatSemantics();
  fractionBits = type.getFPMantissaWidth() - 1;
  bias = 1 - llvm::APFloat::semanticsMinExponent(semantics);
  largest = unsigned(
      llvm::APFloat::getLargest(semantics).bitcastToAPInt().getZExtValue());
}

bool tile::readsSharedTable(const Code &code, Type operand) {
  return isa<Float16Type, BFloat16Type>(operand) &&
         code.kind() == Code::Kind::Table && code.bits() > kLookupBits;
}

bool tile::hasPairTable(const Code &code, Type operand) {
  return isa<Float16Type, BFloat16Type>(operand) &&
         code.kind() == Code::Kind::Table && code.bits() == kLookupBits;
}

std::pair<int64_t, int64_t> tile::sharedTableShape(const Code &code) {
  int64_t size = code.size();
  if (code.bits() > kLookupBits)
    return {1, size};
  return {size * size, 2 * kPairCopies};
}

/// Integers and tables of every width, and minifloats whose
/// exponents the operand type has; half the value where that uses its largest
/// exponent, infinity's, and fractions leave room for another subnormal bit.
static std::optional<int> exponentInto16Bits(const Code &code, FloatType type) {
  constexpr int exact = 0;
  if (code.kind() != Code::Kind::Float)
    return exact;
  unsigned fractionBits = type.getFPMantissaWidth() - 1;
  unsigned exponentBits = type.getWidth() - 1 - fractionBits;
  if (code.exponentBits() < exponentBits && code.mantissaBits() <= fractionBits)
    return exact;
  if (code.exponentBits() == exponentBits && code.mantissaBits() < fractionBits)
    return -1;
  return std::nullopt;
}

bool tile::scalesExactly(const Code &code, Type operand, Type zero) {
  if (dequantExponent(code, operand, bool(zero)) != 0 ||
      (zero && !isa<CodeType>(zero)))
    return false;
  double largest =
      llvm::APFloat::getLargest(cast<FloatType>(operand).getFloatSemantics())
          .convertToDouble();
  auto isExact = [&](double number) {
    int exponent;
    number = std::fabs(number);
    return number == 0 || (number >= 1 && number <= largest &&
                           std::frexp(number, &exponent) == 0.5);
  };
  int least = zero ? 0 : code.defaultZero();
  int greatest = zero ? int(code.size()) - 1 : least;
  for (unsigned bits = 0; bits < code.size(); ++bits)
    for (int point = least; point <= greatest; ++point)
      if (!isExact(code.value(bits) - point))
        return false;
  return true;
}

bool tile::canFoldScales(const Code &code, Type operand, bool hasZero) {
  return isa<Float8E4M3FNType, Float8E5M2Type>(operand) &&
         (code.kind() == Code::Kind::Unsigned ||
          code.kind() == Code::Kind::Signed) &&
         dequantExponent(code, operand, hasZero);
}

Type tile::scaledIn(Type operand) {
  return isa<Float8E4M3FNType, Float8E5M2Type>(operand)
             ? Float16Type::get(operand.getContext())
             : operand;
}

/// f16 alone: its exponents are few. Codes with as many are halved instead.
std::optional<int> tile::alignedExponent(const Code &code, Type operand) {
  if (code.kind() != Code::Kind::Float || !operand.isF16() ||
      exponentInto16Bits(code, cast<FloatType>(operand)) != 0)
    return std::nullopt;
  int codeBias = (1 << (code.exponentBits() - 1)) - 1;
  return codeBias - llvm::APFloat::semanticsMaxExponent(
                        cast<FloatType>(operand).getFloatSemantics());
}

/// The code in the field's top bits; a difference in those of its own field.
static std::optional<int> exponentIntoInteger(const Code &code, unsigned width,
                                              bool hasZero) {
  if (code.kind() == Code::Kind::Float || code.kind() == Code::Kind::Table ||
      code.bits() + hasZero > width)
    return std::nullopt;
  return int(width) -
         int(hasZero ? differenceBits(code.bits(), width) : code.bits());
}

static std::optional<int>
exponentIntoNarrowFloat(const Code &code, FloatType type, bool hasZero) {
  NarrowFloat operand(type);
  if (code.kind() == Code::Kind::Table)
    return std::nullopt;
  if (code.kind() == Code::Kind::Float) {
    if (code.exponentBits() + operand.fractionBits + 1 > type.getWidth() ||
        code.mantissaBits() > operand.fractionBits)
      return std::nullopt;
    int codeBias = (1 << (code.exponentBits() - 1)) - 1;
    return codeBias - operand.bias - operand.halves(code);
  }
  // The bytes 0 to 2^(Y+1) of Y fraction bits count in units of the least one.
  unsigned greatest = hasZero ? code.size() - 1 : code.size() / 2;
  if (greatest > 2u << operand.fractionBits)
    return std::nullopt;
  return 1 - operand.bias - int(operand.fractionBits);
}

unsigned NarrowFloat::aligned(const Code &code) const {
  return (code.size() / 2 - 1) << (fractionBits - code.mantissaBits());
}

bool NarrowFloat::halves(const Code &code) const {
  return aligned(code) > largest && code.mantissaBits() < fractionBits;
}

std::optional<int> tile::dequantExponent(const Code &code, Type operand,
                                         bool hasZero) {
  if (hasZero && code.kind() != Code::Kind::Unsigned)
    return std::nullopt;
  if (isa<Float16Type, BFloat16Type>(operand))
    return exponentInto16Bits(code, cast<FloatType>(operand));
  if (isa<Float8E4M3FNType, Float8E5M2Type, Float4E2M1FNType>(operand))
    return exponentIntoNarrowFloat(code, cast<FloatType>(operand), hasZero);
  if (operand.isSignlessInteger(8) || operand.isSignlessInteger(4))
    return exponentIntoInteger(code, operand.getIntOrFloatBitWidth(), hasZero);
  return std::nullopt;
}
