//===- DequantBuilder.h - What recipes of dequantization share --*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Recipes make two elements at a time, a pair: as a word of integers and as a
// vector of the operand type.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_DIALECT_HUMMINGTILE_TRANSFORMS_DEQUANTBUILDER_H
#define HUMMING_LIB_DIALECT_HUMMINGTILE_TRANSFORMS_DEQUANTBUILDER_H

#include "humming/Numerics/Code.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace humming::tile {

/// The halves of a packed word that hold a pair, in bits.
constexpr unsigned kHalfBits = 16;

/// Two elements at a time, as words and as vectors of the operand type.
class PairBuilder {
public:
  PairBuilder(mlir::ImplicitLocOpBuilder &builder, mlir::FloatType type)
      : builder(builder), type(type),
        fractionBits(type.getFPMantissaWidth() - 1) {}

  mlir::Value constant(uint32_t bits) {
    return mlir::arith::ConstantIntOp::create(builder, builder.getI32Type(),
                                              int64_t(bits));
  }

  /// The same 16 bits in both halves of a word.
  static uint32_t inBothHalves(uint32_t bits) {
    return bits << kHalfBits | bits;
  }

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

  mlir::Value splat(double value) {
    llvm::APFloat number(value);
    bool inexact = false;
    number.convert(type.getFloatSemantics(), llvm::APFloat::rmNearestTiesToEven,
                   &inexact);
    assert(!inexact && "constants of a recipe are exact in the operand type");
    auto pair = mlir::VectorType::get(2, type);
    return mlir::arith::ConstantOp::create(
        builder, pair, mlir::DenseElementsAttr::get(pair, number));
  }

  mlir::Value mask(mlir::Value word, uint32_t bits) {
    return mlir::arith::AndIOp::create(builder, word,
                                       constant(inBothHalves(bits)));
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

protected:
  mlir::ImplicitLocOpBuilder &builder;
  mlir::FloatType type;
  /// Explicit bits of the fraction: 10 for f16, 7 for bf16.
  unsigned fractionBits;
};

/// The pairs of the codes in `words`, a word for each bit of the code, laid out
/// as dequant_atom says: the values of a table of 16, rounded to `type`.
llvm::SmallVector<mlir::Value> lookUpTable(mlir::ImplicitLocOpBuilder &builder,
                                           const Code &code,
                                           mlir::FloatType type,
                                           llvm::ArrayRef<mlir::Value> words);

} // namespace humming::tile

#endif // HUMMING_LIB_DIALECT_HUMMINGTILE_TRANSFORMS_DEQUANTBUILDER_H
