//===- ScaledIntegers.cpp - Scaled integers into floats of 8 bits ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Through f16, two elements at a time: neighbours, which are packed in even
// bytes of a word, or in odd ones (packedPlane, inPairs). A code c from bit 4
// of the fraction of 2^6 on makes 64 + c, and with the scale s and the zero
// point z
//
//   (64 + c) s - (64 + z) s = (c - z) s
//
// is one multiply-add, exact for the codes and scales of canFoldScales: 64 + z
// has at most 7 bits, so (64 + z) s has 11, and is at most 80 * 448. Then one
// conversion rounds both into either half of a register: 15 instructions for
// eight weights of a code of four bits.
//
//===----------------------------------------------------------------------===//

#include "DequantBuilder.h"
#include "NarrowDequant.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/DenseMap.h"

using namespace mlir;
using namespace humming;
using namespace humming::tile;

/// Where codes go in the fraction of f16, in bits, and what they count from:
/// the least place at which 2^(10 - place) times the greatest scale is finite.
static constexpr unsigned kPlace = 4;
static constexpr int kBase = 64;
static constexpr unsigned kByteBits = 8;

namespace {

class ScaledExpansion : NarrowCodes {
public:
  ScaledExpansion(ImplicitLocOpBuilder &builder, DequantAtomOp op)
      : NarrowCodes(builder, op), halves(builder, builder.getF16Type()) {}

  SmallVector<Value> expand() {
    SmallVector<Value> registers;
    for (unsigned number = 0; number < numRegisters; ++number) {
      SmallVector<Piece> planes = pieces(number);
      Piece codes = planes.front();
      if (planes.size() > 1)
        codes = {fields(number, 0, code.bits()), 0, code.bits(), 0};
      registers.push_back(
          joined(scaled(codes, number, 0), scaled(codes, number, kByteBits)));
    }
    return registers;
  }

private:
  /// The low halves of two words. As halves: ptxas then converts into either.
  Value joined(Value low, Value high) {
    Type half = builder.getI16Type(), word = builder.getI32Type();
    SmallVector<Value> parts = {arith::TruncIOp::create(builder, half, low),
                                arith::TruncIOp::create(builder, half, high)};
    Value both = vector::FromElementsOp::create(
        builder, VectorType::get(2, half), parts);
    Value words =
        vector::BitCastOp::create(builder, VectorType::get(1, word), both);
    return vector::ExtractOp::create(builder, words, 0);
  }

  /// The weights of every other byte of a word, in the low half of a word.
  Value scaled(const Piece &codes, unsigned number, unsigned byte) {
    uint32_t magic = halves.powerOfTwo(llvm::Log2_32(kBase));
    if (code.kind() == Code::Kind::Signed)
      magic |= 1u << (kPlace + code.bits() - 1);
    Value moved = shift(codes.word, int(kPlace) - int(codes.position + byte));
    Value inserted =
        halves.asPair(flip(halves.mask(moved, lowBits(code.bits()) << kPlace),
                           WordBuilder::inBothHalves(magic)));
    const Factors &factors = factorsOf(number);
    Value product =
        vector::FMAOp::create(builder, inserted, factors.scale, factors.offset);
    return ConvertPairOp::create(builder, product, type);
  }

  /// s and -(64 + z) s, in both halves.
  struct Factors {
    Value scale, offset;
  };

  /// Those of a register, made once for all that share them.
  const Factors &factorsOf(unsigned number) {
    unsigned groups =
        cast<VectorType>(op.getScale().getType()).getNumElements() / kNumRows;
    // Registers are (atom, khalf, rowhalf).
    unsigned group = number / kNumRows * groups / (numRegisters / kNumRows);
    unsigned index = group * kNumRows + number % kNumRows;
    Factors &made = factors[index];
    if (made.scale)
      return made;
    made.scale = halves.splat(
        vector::ExtractOp::create(builder, op.getScale(), index).getResult());
    made.offset = arith::MulFOp::create(builder, made.scale, offsetOf(index));
    return made;
  }

  /// -(64 + z) in both halves; for two's complement, z undoes the flipped sign
  /// bit.
  Value offsetOf(unsigned index) {
    if (!op.getZero())
      return halves.splat(-double(kBase + (1 << (code.bits() - 1))));
    Value zero = vector::ExtractOp::create(builder, op.getZero(), index);
    zero = arith::ExtUIOp::create(builder, builder.getI32Type(), zero);
    constexpr uint32_t sign = 0x8000;
    uint32_t magic = sign | halves.powerOfTwo(llvm::Log2_32(kBase));
    return halves.asPair(
        flip(multiply(zero, WordBuilder::inBothHalves(1u << kPlace)),
             WordBuilder::inBothHalves(magic)));
  }

  PairBuilder halves;
  llvm::SmallDenseMap<unsigned, Factors> factors;
};

} // namespace

SmallVector<Value> tile::expandScaled(ImplicitLocOpBuilder &builder,
                                      DequantAtomOp op) {
  return ScaledExpansion(builder, op).expand();
}
