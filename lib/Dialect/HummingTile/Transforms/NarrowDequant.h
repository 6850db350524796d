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

protected:
  mlir::ImplicitLocOpBuilder &builder;
  unsigned width;
};

} // namespace humming::tile

#endif // HUMMING_LIB_DIALECT_HUMMINGTILE_TRANSFORMS_NARROWDEQUANT_H
