//===- NarrowIntegers.cpp - Integers into 8 and 4 bits --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Into integers. The code in the top bits of the field is the number times
// 2^(W - bits), once the sign bit of an unsigned one is flipped.
//
// A zero point is taken off in fields of F > bits bits ("difference"), with a
// guard G = 2^(F - 1) against borrows: ((code | G) - z) ^ G in two's
// complement.
//
// Integers into floats. The bits b of a float of Y fraction bits, b in
// 0 .. 2^(Y+1), stand for b times the least one: what is needed is sign and
// magnitude. With R = all ones where the number is negative, D = 1 there,
//
//   low     the code's bits but the sign, at most m = 2^(bits-1) - 1
//   R ^ low                     2^W - 1 - low        negative
//                               low                  else
//   (R ^ low) + D (m + 2 - G)   G + (m + 1 - low)    negative, G = 2^(W - 1)
//
// and the last is one multiply-add of R. Four instructions for four weights of
// a code of four bits.
//
//===----------------------------------------------------------------------===//

#include "NarrowDequant.h"
#include "humming/Dialect/HummingTile/IR/DequantRecipe.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace humming;
using namespace humming::tile;

namespace {

/// A register's number less its zero point, in `width` bits from `position` on.
struct Difference {
  Value word;
  unsigned position;
};

class IntegerExpansion : NarrowCodes {
public:
  using NarrowCodes::NarrowCodes;

  SmallVector<Value> expand() {
    SmallVector<Value> registers;
    for (unsigned number = 0; number < numRegisters; ++number)
      registers.push_back(isa<FloatType>(type) ? intoFloat(number)
                                               : intoInteger(number));
    return registers;
  }

private:
  Value intoInteger(unsigned number) {
    if (op.getZero())
      return differenceIntoInteger(number);
    Value codes = fields(number, width - code.bits(), code.bits());
    return code.kind() == Code::Kind::Unsigned ? flip(codes, signs()) : codes;
  }

  Value intoFloat(unsigned number) {
    if (op.getZero())
      return differenceIntoFloat(number);
    Piece top = pieces(number).back();
    unsigned numLow = code.bits() - 1;
    Value isNegative = top.word;
    if (code.kind() == Code::Kind::Unsigned) {
      Value &flipped = negated[top.word];
      if (!flipped)
        flipped = flip(top.word, ~0u);
      isNegative = flipped;
    }
    return signAndMagnitude(spread(isNegative, top.position + top.width - 1),
                            fields(number, 0, numLow), numLow);
  }

  /// `low` or, where `negative`, sign and magnitude of low - 2^numLow. `low` is
  /// null where there are no such bits.
  Value signAndMagnitude(Value negative, Value low, unsigned numLow) {
    uint32_t correction = lowBits(numLow) + 2 - (1u << (width - 1));
    Value bits = negative;
    if (low)
      bits = arith::XOrIOp::create(builder, negative, low);
    return addWhere(negative, bits, correction);
  }

  //===--------------------------------------------------------------------===//
  // Integers less a zero point
  //===--------------------------------------------------------------------===//

  unsigned fieldBits() const { return differenceBits(code.bits(), width); }

  /// Registers whose differences are made in one word, `number` among them,
  /// with the position of each: every other code of a word of the plane, or the
  /// register alone.
  SmallVector<std::pair<unsigned, unsigned>> neighbours(unsigned number) const {
    // The plane's word has twice as many: those of the other parity too.
    unsigned perWord = width / fieldBits();
    unsigned first = number / (2 * perWord) * (2 * perWord) + number % 2;
    SmallVector<std::pair<unsigned, unsigned>> result;
    for (unsigned i = 0; i < perWord; ++i)
      result.push_back({first + 2 * i, fieldBits() * i});
    return result;
  }

  /// Their zero points, in the differences' fields.
  Value zeroPoints(ArrayRef<std::pair<unsigned, unsigned>> registers) {
    unsigned groups =
        cast<VectorType>(op.getZero().getType()).getNumElements() / kNumRows;
    llvm::MapVector<unsigned, uint32_t> ones;
    for (auto [number, position] : registers) {
      // Registers are (atom, khalf, rowhalf).
      unsigned group = number / kNumRows * groups / (numRegisters / kNumRows);
      ones[group * kNumRows + number % kNumRows] |= repeated(1u << position);
    }
    Value result;
    for (auto [index, places] : ones) {
      Value zero = vector::ExtractOp::create(builder, op.getZero(), index);
      zero = arith::ExtUIOp::create(builder, builder.getI32Type(), zero);
      result = join(result, multiply(zero, places));
    }
    return result;
  }

  /// What `subtract` makes of the codes of the register and its neighbours, in
  /// fields of their own, and of their zero points.
  template <typename Subtract>
  Difference difference(unsigned number, Subtract subtract) {
    auto registers = neighbours(number);
    unsigned position = 0;
    for (auto [neighbour, at] : registers)
      if (neighbour == number)
        position = at;
    Value &made = differences[registers.front().first];
    if (!made) {
      Value codes = fieldBits() == 2 * code.bits()
                        ? keep(shift(pieces(number).front().word,
                                     -int(code.bits() * (number % 2))),
                               repeated(lowBits(code.bits()), fieldBits()))
                        : fields(number, 0, code.bits());
      made = subtract(codes, zeroPoints(registers));
    }
    return {made, position};
  }

  uint32_t guards() const {
    return repeated(1u << (fieldBits() - 1), fieldBits());
  }

  Value differenceIntoInteger(unsigned number) {
    Difference made = difference(number, [&](Value codes, Value zeros) {
      Value guarded = join(codes, constant(guards()));
      return arith::SubIOp::create(builder, guarded, zeros).getResult();
    });
    unsigned top = width - fieldBits();
    Value moved = keep(shift(made.word, int(top) - int(made.position)),
                       repeated(lowBits(fieldBits()) << top));
    return flip(moved, signs());
  }

  /// G + z - code - 1: its sign is that of code - z as a guard, and the bits
  /// below are those of code - z, all flipped.
  Value differenceIntoFloat(unsigned number) {
    Difference made = difference(number, [&](Value codes, Value zeros) {
      uint32_t offset = guards() - repeated(1, fieldBits());
      return arith::SubIOp::create(builder, add(zeros, offset), codes)
          .getResult();
    });
    unsigned numLow = fieldBits() - 1;
    Value low = flip(shift(made.word, -int(made.position)), ~0u);
    return signAndMagnitude(spread(made.word, made.position + numLow),
                            keep(low, repeated(lowBits(numLow))), numLow);
  }

  /// By the word, and by the first of the registers: made once.
  llvm::DenseMap<Value, Value> negated;
  llvm::DenseMap<unsigned, Value> differences;
};

} // namespace

SmallVector<Value> tile::expandIntegers(ImplicitLocOpBuilder &builder,
                                        DequantAtomOp op) {
  return IntegerExpansion(builder, op).expand();
}
