//===- PackedLayout.h - layouts of packed weights ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Pack once: the layout of a packed operand is a function of its code, the
// operand type of the matrix instruction, its shape and whether it is scaled;
// never of the architecture, the schedule or the number of tokens.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_DIALECT_HUMMINGTILE_IR_PACKEDLAYOUT_H
#define HUMMING_DIALECT_HUMMINGTILE_IR_PACKEDLAYOUT_H

#include "humming/Dialect/HummingTile/IR/HummingTile.h"

namespace humming {
class GemmOp;
} // namespace humming

namespace humming::tile {

/// Columns (k) of a packed weight tile; k is padded to a multiple of it.
constexpr int64_t kPackedCols = 64;
/// Rows (n) to a multiple of which everything packed is padded.
constexpr int64_t kPackedRows = 64;

/// n and k rounded up to whole packed tiles.
int64_t paddedRows(int64_t n);
int64_t paddedCols(int64_t k);

/// Bits of the planes that a code of `bits` bits is packed as, least
/// significant first: powers of two, 7 = 4 + 2 + 1.
llvm::SmallVector<unsigned> planeWidths(unsigned bits);

/// Memory of one plane, `width` bits of each of n x k codes, for operands of
/// `operandBits` bits:
///
///   [n / 16][k / 64] tiles, n padded to a multiple of 64; in a tile of 32
///   lanes, a lane has `width` words in runs of at most 16 bytes: [words /
///   4][lane][4 words]; lane = g*4 + t, g = n % 8, t = k / L % 4, L = 32 /
///   operandBits; in a word, L fields of operandBits; a field has J =
///   operandBits / slotBits slots, the first in its least significant bits, and
///   a slot P = slotBits / width codes.
///
/// The code at low = k % L of register r = (atom, khalf, rowhalf) is in slot
/// r % J, and there number r / J % P, of field low of word r / (J P) (khalf = k
/// / 4L % 2, rowhalf = n / 8 % 2, atom = k / 8L within the tile). So `word >>
/// (slotBits * j)`, masked in all fields at once, is a register of the matrix
/// instruction's A operand; and what belongs to one register is in the same
/// slot of all planes that share their slots (planeSlotBits).
///
/// `inPairs`: field low % 2 * L / 2 + low / 2 in place of field low. So every
/// other field has neighbours, which conversions of two numbers make of them.
LayoutAttr packedPlane(::mlir::MLIRContext *context, unsigned width,
                       unsigned slotBits, unsigned operandBits, int64_t n,
                       int64_t k, bool inPairs = false);

/// The slots of a plane of `width` bits of a code of `bits` bits: those of the
/// code's widest plane for operands of 16 bits, whose recipes put planes
/// together slot by slot; else its own width.
unsigned planeSlotBits(unsigned bits, unsigned width, unsigned operandBits);

/// Whether packed weights are operands, with nothing left to decode: codes as
/// wide as operands of 8 bits are replaced by these when they are packed.
bool packsOperands(unsigned bits, unsigned operandBits);

/// Memory of such operands, n x k bytes: [n / 64][k / 16][64 rows][16 bytes].
/// Eight rows of 16 bytes are a matrix of ldmatrix and a core matrix of wgmma.
LayoutAttr packedOperand(::mlir::MLIRContext *context, int64_t n, int64_t k);

/// The encoding of packed weights: a layout, or an array of one for each plane.
/// `inPairs`: those that are scaled as they become operands of 8 bits.
::mlir::Attribute packedWeight(::mlir::MLIRContext *context, unsigned bits,
                               unsigned operandBits, int64_t n, int64_t k,
                               bool inPairs = false);

/// That of the weights of `gemm`.
::mlir::Attribute packedWeight(GemmOp gemm);

/// The layouts in the encoding of packed weights, and the planes' widths.
struct PackedPlane {
  unsigned width, lowBit;
  LayoutAttr layout;
  int64_t base; ///< byte offset in the packed buffer
};
llvm::SmallVector<PackedPlane> packedPlanes(::mlir::Attribute encoding,
                                            unsigned bits);

/// Bytes of packed codes of `bits` bits.
int64_t packedBytes(::mlir::Attribute encoding, unsigned bits);

/// Memory of scales or zero points for n rows and groups of `groupSize` of k,
/// the last of which may be short: [groups][n / 64][g 8][n / 8 % 8], so that
/// the rows of one lane in 64 rows lie together.
LayoutAttr packedScale(::mlir::MLIRContext *context, int64_t n, int64_t k,
                       int64_t groupSize);

/// Elements of memory with this layout: the product of its modes.
int64_t paddedElements(LayoutAttr layout);

} // namespace humming::tile

#endif // HUMMING_DIALECT_HUMMINGTILE_IR_PACKEDLAYOUT_H
