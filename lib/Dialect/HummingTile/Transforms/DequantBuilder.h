//===- DequantBuilder.h - What recipes of dequantization share --*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Recipes into operands of 16 bits make two elements at a time, a pair: as a
// word of integers and as a vector of the operand type.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_DIALECT_HUMMINGTILE_TRANSFORMS_DEQUANTBUILDER_H
#define HUMMING_LIB_DIALECT_HUMMINGTILE_TRANSFORMS_DEQUANTBUILDER_H

#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "humming/Numerics/Code.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace humming::tile {

/// The halves of a packed word that hold a pair, in bits.
constexpr unsigned kHalfBits = 16;

/// Words of 32 bits.
class WordBuilder {
public:
  explicit WordBuilder(mlir::ImplicitLocOpBuilder &builder)
      : builder(builder) {}

  mlir::Value constant(uint32_t bits) {
    return mlir::arith::ConstantIntOp::create(builder, builder.getI32Type(),
                                              int64_t(bits));
  }

  /// The same 16 bits in both halves of a word.
  static uint32_t inBothHalves(uint32_t bits) {
    return bits << kHalfBits | bits;
  }

  mlir::Value keep(mlir::Value word, uint32_t bits) {
    return mlir::arith::AndIOp::create(builder, word, constant(bits));
  }

  mlir::Value mask(mlir::Value word, uint32_t bits) {
    return keep(word, inBothHalves(bits));
  }

  mlir::Value join(mlir::Value a, mlir::Value b) {
    return mlir::arith::OrIOp::create(builder, a, b);
  }

  mlir::Value flip(mlir::Value word, uint32_t bits) {
    return mlir::arith::XOrIOp::create(builder, word, constant(bits));
  }

  /// `word` moved up by `by` bits; down where negative.
  mlir::Value shift(mlir::Value word, int by) {
    if (by == 0)
      return word;
    mlir::Value amount = constant(std::abs(by));
    if (by > 0)
      return mlir::arith::ShLIOp::create(builder, word, amount);
    return mlir::arith::ShRUIOp::create(builder, word, amount);
  }

  mlir::Value permute(mlir::Value a, mlir::Value b, mlir::Value selector) {
    return BytePermuteOp::create(builder, a, b, selector);
  }

  mlir::Value dotBytes(mlir::Value a, mlir::Value b, mlir::Value c) {
    return DotBytesOp::create(builder, a, b, c);
  }

protected:
  mlir::ImplicitLocOpBuilder &builder;
};

/// Two elements at a time, as words and as vectors of the operand type.
class PairBuilder : public WordBuilder {
public:
  PairBuilder(mlir::ImplicitLocOpBuilder &builder, mlir::FloatType type)
      : WordBuilder(builder), type(type),
        fractionBits(type.getFPMantissaWidth() - 1) {}

  /// The bits of 2^exponent in the type.
  uint32_t powerOfTwo(int exponent) const {
    llvm::APFloat value =
        scalbn(llvm::APFloat::getOne(type.getFloatSemantics()), exponent,
               llvm::APFloat::rmNearestTiesToEven);
    return uint32_t(value.bitcastToAPInt().getZExtValue());
  }

  /// A word as two elements of the type.
  mlir::Value asPair(mlir::Value word) {
    mlir::Value vector = mlir::vector::FromElementsOp::create(
        builder, mlir::VectorType::get(1, builder.getI32Type()), word);
    return mlir::vector::BitCastOp::create(
        builder, mlir::VectorType::get(2, type), vector);
  }

  mlir::FloatAttr number(double value) {
    llvm::APFloat number(value);
    bool inexact = false;
    number.convert(type.getFloatSemantics(), llvm::APFloat::rmNearestTiesToEven,
                   &inexact);
    assert(!inexact && "constants of a recipe are exact in the operand type");
    return mlir::FloatAttr::get(type, number);
  }

  mlir::Value splat(double value) {
    auto pair = mlir::VectorType::get(2, type);
    return mlir::arith::ConstantOp::create(
        builder, pair, mlir::DenseElementsAttr::get(pair, number(value)));
  }

  mlir::Value splat(mlir::Value value) {
    return mlir::vector::BroadcastOp::create(
        builder, mlir::VectorType::get(2, type), value);
  }

protected:
  mlir::FloatType type;
  /// Explicit bits of the fraction: 10 for f16, 7 for bf16.
  unsigned fractionBits;
};

/// Where the codes of a pair lie: from `bit` on in both halves of a word.
struct CodeField {
  mlir::Value word;
  unsigned bit;
};

/// The codes of a tile in their words, for operands of 16 bits; planes are put
/// together for several pairs at once, each word the first time it is needed.
/// `flipSign`: the code's top bit is flipped.
class CodeFields : WordBuilder {
public:
  CodeFields(mlir::ImplicitLocOpBuilder &builder, const Code &code,
             mlir::Value packed, bool flipSign);

  /// A code of at most 4 bits, with anything around it.
  CodeField field(unsigned pair);
  /// A code of 5 to 8 bits at bit 0 or 8, nothing else in the byte.
  CodeField byte(unsigned pair);

  /// Word `index` of four with eight codes of at most 4 bits each, in the low
  /// bits of nibbles with anything above them; which word a pair is in, and
  /// which nibble of both halves.
  mlir::Value nibbles(unsigned index);
  std::pair<unsigned, unsigned> nibbleOf(unsigned pair) const;

private:
  mlir::Value word(unsigned lowBit, unsigned number) const {
    return words[lowBit + number];
  }
  mlir::Value bytes(unsigned index);
  mlir::Value upperNibbles(unsigned block);

  Code code;
  llvm::SmallVector<mlir::Value> words; ///< a plane's behind another's
  mlir::Value nibbleWords[4], byteWords[16];
};

/// An entry of a code's table, rounded to `type`.
llvm::APFloat tableEntry(const Code &code, mlir::FloatType type,
                         unsigned entry);

/// The pairs of codes of at most 4 bits: the values of a table, rounded to
/// `type`.
llvm::SmallVector<mlir::Value> lookUpTable(mlir::ImplicitLocOpBuilder &builder,
                                           const Code &code,
                                           mlir::FloatType type,
                                           CodeFields &codes);

/// What a table in memory has from `byte` on, a word.
mlir::Value loadEntry(mlir::ImplicitLocOpBuilder &builder, mlir::Value table,
                      mlir::Value byte, mlir::Type type);

/// The same from a table of pairs in shared memory.
llvm::SmallVector<mlir::Value> lookUpPairs(mlir::ImplicitLocOpBuilder &builder,
                                           DequantAtomOp op,
                                           mlir::FloatType type,
                                           CodeFields &codes);

/// Entry `number`, a word, of the table of pairs of a code: the values of its
/// low and its high half, as a word.
mlir::Value pairEntry(mlir::ImplicitLocOpBuilder &builder, const Code &code,
                      mlir::FloatType type, mlir::Value number);

} // namespace humming::tile

#endif // HUMMING_LIB_DIALECT_HUMMINGTILE_TRANSFORMS_DEQUANTBUILDER_H
