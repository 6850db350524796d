//===- PackedLayout.h - layouts of packed weights ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Pack once: the layout of a packed operand is a function of its code, the
// operand type of the matrix instruction and its shape; never of the
// architecture, the schedule or the number of tokens.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_DIALECT_HUMMINGTILE_IR_PACKEDLAYOUT_H
#define HUMMING_DIALECT_HUMMINGTILE_IR_PACKEDLAYOUT_H

#include "humming/Dialect/HummingTile/IR/HummingTile.h"

namespace humming::tile {

/// Columns (k) of a packed weight tile; k is padded to a multiple of it.
constexpr int64_t kPackedCols = 64;
/// Rows (n) of a packed scale tile; n is padded to a multiple of it.
constexpr int64_t kPackedRows = 64;

/// k rounded up to whole packed tiles.
int64_t paddedCols(int64_t k);

/// Memory of n x k weights of 4-bit codes for 16-bit operands:
///
///   [n / 16][k / 64] tiles of 32 lanes x 16 bytes;
///   lane = g*4 + t, g = n % 8, t = k / 2 % 4;
///   in a lane, one 32-bit word for each of four 16 x 16 atoms;
///   in a word, position low*4 + khalf*2 + rowhalf (low = k % 2,
///   khalf = k / 8 % 2, rowhalf = n / 8 % 2).
LayoutAttr packedWeight(::mlir::MLIRContext *context, int64_t n, int64_t k);

/// Memory of n x groups scales or zero points: [groups][n / 64][g 8][n / 8 %
/// 8], so that the rows of one lane in 64 rows lie together.
LayoutAttr packedScale(::mlir::MLIRContext *context, int64_t n, int64_t k,
                       int64_t groups);

/// Elements of memory with this layout: the product of its modes.
int64_t paddedElements(LayoutAttr layout);

} // namespace humming::tile

#endif // HUMMING_DIALECT_HUMMINGTILE_IR_PACKEDLAYOUT_H
