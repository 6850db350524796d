//===- NarrowDequant.h - Dequantization into 8 and 4 bits -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The recipes for operands of 8 and 4 bits. They work on whole registers: words
// of 32 / W fields of W bits, one element in each. All is integer arithmetic.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_DIALECT_HUMMINGTILE_TRANSFORMS_NARROWDEQUANT_H
#define HUMMING_LIB_DIALECT_HUMMINGTILE_TRANSFORMS_NARROWDEQUANT_H

#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "humming/Numerics/Code.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace humming::tile {

/// Whether `op` makes operands of 8 or 4 bits.
bool isNarrowDequant(DequantAtomOp op);

/// Fails at `op`, an isNarrowDequant, where there is no recipe.
llvm::LogicalResult checkNarrowDequant(DequantAtomOp op);

/// What replaces the results of `op`, which has a recipe.
llvm::SmallVector<mlir::Value>
expandNarrowDequant(mlir::ImplicitLocOpBuilder &builder, DequantAtomOp op);

/// Words of fields of `width` bits, and the constants for them.
class FieldBuilder {
public:
  FieldBuilder(mlir::ImplicitLocOpBuilder &builder, unsigned width)
      : builder(builder), width(width) {}

  mlir::Value constant(uint32_t bits);
  /// `bits` in each field of `pitch` bits.
  static uint32_t repeated(uint32_t bits, unsigned pitch);
  /// `bits` in each field of the operand's width.
  uint32_t repeated(uint32_t bits) const { return repeated(bits, width); }

  /// `word` moved up by `by` bits; down where negative.
  mlir::Value shift(mlir::Value word, int by);
  /// The bits of `word` that `bits` has; `word` itself where that is all.
  mlir::Value keep(mlir::Value word, uint32_t bits);
  mlir::Value flip(mlir::Value word, uint32_t bits);
  /// `a | b` where either may be null.
  mlir::Value join(mlir::Value a, mlir::Value b);
  mlir::Value multiply(mlir::Value word, uint32_t factor);
  mlir::Value add(mlir::Value word, uint32_t bits);
  /// All bits of each field where bit `at` of the field is set, else none.
  mlir::Value spread(mlir::Value word, int at);
  /// `word` and `amount`, which may be negative, in the fields where `mask` has
  /// all bits; it has none in the others, and no field may overflow.
  mlir::Value addWhere(mlir::Value mask, mlir::Value word, uint32_t amount);

protected:
  mlir::ImplicitLocOpBuilder &builder;
  unsigned width;
};

/// Bits of the codes of one register: `width` in each field, from bit
/// `position` of the field on, which count from bit `lowBit` of the code.
struct Piece {
  mlir::Value word;
  unsigned position, width, lowBit;
};

/// The codes of one dequant_atom, register by register of the operand.
class NarrowCodes : public FieldBuilder {
public:
  NarrowCodes(mlir::ImplicitLocOpBuilder &builder, DequantAtomOp op);

  /// The pieces of a register's codes, least significant first.
  llvm::SmallVector<Piece> pieces(unsigned number) const;
  /// Bits [0, count) of the register's codes from bit `place` of each field on.
  mlir::Value fields(unsigned number, unsigned place, unsigned count);
  /// The top bit of each field.
  uint32_t signs() const { return repeated(1u << (width - 1)); }

protected:
  DequantAtomOp op;
  Code code;
  mlir::Type type; ///< of the operand
  unsigned numRegisters;

private:
  llvm::SmallVector<mlir::Value> words;
};

/// Registers of the A operand of one matrix instruction.
constexpr unsigned kAtomRegisters = 4;
/// Registers alternate between the halves of an atom's rows.
constexpr unsigned kNumRows = 2;

/// `count` ones.
constexpr uint32_t lowBits(unsigned count) { return (1u << count) - 1; }

/// The registers of operands, from codes that are integers, and minifloats.
llvm::SmallVector<mlir::Value>
expandIntegers(mlir::ImplicitLocOpBuilder &builder, DequantAtomOp op);
llvm::SmallVector<mlir::Value>
expandMinifloats(mlir::ImplicitLocOpBuilder &builder, DequantAtomOp op);
/// Of integers that are scaled: canFoldScales holds.
llvm::SmallVector<mlir::Value> expandScaled(mlir::ImplicitLocOpBuilder &builder,
                                            DequantAtomOp op);

} // namespace humming::tile

#endif // HUMMING_LIB_DIALECT_HUMMINGTILE_TRANSFORMS_NARROWDEQUANT_H
