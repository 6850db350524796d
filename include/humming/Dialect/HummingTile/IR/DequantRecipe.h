//===- DequantRecipe.h - which codes become which operands ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What humming-tile-expand-dequant can do, for those who must refuse the rest.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_DIALECT_HUMMINGTILE_IR_DEQUANTRECIPE_H
#define HUMMING_DIALECT_HUMMINGTILE_IR_DEQUANTRECIPE_H

#include "mlir/IR/BuiltinTypes.h"
#include <optional>
#include <utility>

namespace humming {
class Code;
} // namespace humming

namespace humming::tile {

/// The most bits of a code that is looked up in registers, in a table of 16
/// values.
constexpr unsigned kLookupBits = 4;

/// Whether codes are looked up in shared memory (tabulate): tables of more
/// values, into operands of 16 bits.
bool readsSharedTable(const Code &code, ::mlir::Type operand);

/// Whether codes can be looked up there by pairs: those of tables of 16 values,
/// into operands of 16 bits.
bool hasPairTable(const Code &code, ::mlir::Type operand);

/// Banks of shared memory, each with a copy of a table of pairs, and what a
/// pair and the table take.
constexpr int64_t kPairCopies = 32, kPairBytes = kPairCopies * 4;
constexpr int64_t kPairTableBytes = (1 << 2 * kLookupBits) * kPairBytes;

/// Rows and columns of the table in shared memory of such a code: its values,
/// or copies of each pair.
std::pair<int64_t, int64_t> sharedTableShape(const Code &code);

/// The exponent E of the recipe from `code` to the operand type `operand`: it
/// makes `number * 2^E`, exactly, for every number `value - zero` the code
/// stands for (docs/Numerics.md), and the accumulators are multiplied by 2^-E.
/// Nothing where there is no recipe. `hasZero`: zero points come as operands.
std::optional<int> dequantExponent(const Code &code, ::mlir::Type operand,
                                   bool hasZero);

/// Whether products of scales and the numbers of `code` are numbers of
/// `operand`, unless beyond its largest: all of them are 0 or powers of two of
/// at least 1. `zero`: the element type of the zero points, if any.
bool scalesExactly(const Code &code, ::mlir::Type operand, ::mlir::Type zero);

/// Whether numbers of `code` can be scaled by e4m3 and rounded to `operand`, a
/// float of 8 bits: integers with a recipe. Their products, and the sums behind
/// them in the recipe, are exact in f16 (docs/Numerics.md).
bool canFoldScales(const Code &code, ::mlir::Type operand, bool hasZero);

/// The type in which operands of type `operand` are scaled, and their scales
/// are: its own, f16 for floats of 8 bits.
::mlir::Type scaledIn(::mlir::Type operand);

/// The exponent of minifloats of `code` that stay where a recipe puts their
/// bits in `operand`, without the multiplication behind it. Nothing where that
/// is no recipe of its own, or makes products too small for a sum in f32.
std::optional<int> alignedExponent(const Code &code, ::mlir::Type operand);

/// Bits of the field in which a zero point is taken from a code of `bits` bits,
/// for operands of 8 and 4 bits: two codes of one plane are far enough apart
/// when every other one is left out; a code of several planes has the operand.
unsigned differenceBits(unsigned bits, unsigned operandBits);

/// A floating operand type of 8 or 4 bits, and how minifloat codes with no more
/// exponent and fraction bits go into it: exponent and fraction at those of the
/// operand, which may then exceed its largest finite value.
struct NarrowFloat {
  explicit NarrowFloat(::mlir::FloatType type);

  unsigned fractionBits;
  int bias;
  unsigned largest; ///< the bits of the largest finite value

  /// The bits of the code's greatest value, in place.
  unsigned aligned(const Code &code) const;
  /// Whether all is halved because that exceeds `largest`; exact because the
  /// operand has a fraction bit more.
  bool halves(const Code &code) const;
};

} // namespace humming::tile

#endif // HUMMING_DIALECT_HUMMINGTILE_IR_DEQUANTRECIPE_H
