//===- NarrowMinifloats.cpp - Minifloats into 8 and 4 bits ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Exponent and fraction go where the operand's are, which multiplies by a power
// of two, and the sign into the top bit. Where that may be beyond the operand's
// largest finite value, all is halved: the operand has fraction bits to spare.
//
//===----------------------------------------------------------------------===//

#include "NarrowDequant.h"
#include "humming/Dialect/HummingTile/IR/DequantRecipe.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace humming;
using namespace humming::tile;

namespace {

class MinifloatExpansion : NarrowCodes {
public:
  using NarrowCodes::NarrowCodes;

  SmallVector<Value> expand() {
    SmallVector<Value> registers;
    for (unsigned number = 0; number < numRegisters; ++number)
      registers.push_back(minifloat(number));
    return registers;
  }

private:
  Value minifloat(unsigned number) {
    NarrowFloat operand(cast<FloatType>(type));
    unsigned place = operand.fractionBits - code.mantissaBits();
    if (operand.halves(code))
      return halved(number, place, operand.fractionBits);
    return inPlace(number, place);
  }

  /// Bits [0, bits - 1) of the code from `place` on, and the sign on top.
  Value inPlace(unsigned number, unsigned place) {
    Piece top = pieces(number).back();
    Value rest = fields(number, place, top.lowBit);
    unsigned numLow = top.width - 1, target = place + top.lowBit;
    uint32_t low = lowBits(numLow) << target;
    int up = int(target) - int(top.position);
    int signUp = int(width) - int(top.position + top.width);
    if (numLow == 0 || up == signUp)
      return join(rest, keep(shift(top.word, signUp), signs() | repeated(low)));
    if (up <= 0 || signUp == 0) {
      Value sign = keep(shift(top.word, signUp), signs());
      return join(join(rest, keep(shift(top.word, up), repeated(low))), sign);
    }
    // Adding the bits between moves the sign up by a carry, one instruction
    // together with the shift.
    unsigned signAt = target + numLow;
    Value field = keep(top.word, repeated(lowBits(top.width) << top.position));
    uint32_t between = (1u << (width - 1)) - (1u << signAt);
    Value carried = add(shift(field, up), repeated(between));
    return join(rest, keep(carried, signs() | repeated(low)));
  }

  /// Half the value that the bits from `place` on stand for: half the bits in
  /// the two exponents of least ones, else one less in the exponent.
  Value halved(unsigned number, unsigned place, unsigned fractionBits) {
    unsigned numLow = code.bits() - 1;
    Value half = fields(number, place - 1, numLow);
    uint32_t leadingOne = 1u << fractionBits, top = 1u << (width - 1);
    Value less = add(half, repeated(top - leadingOne));
    Value isLarge = spread(less, width - 1);
    Value more =
        keep(arith::AndIOp::create(builder, less, isLarge), repeated(top - 1));
    Value magnitude = arith::AddIOp::create(builder, half, more);
    Piece piece = pieces(number).back();
    int signUp = int(width) - int(piece.position + piece.width);
    return join(magnitude, keep(shift(piece.word, signUp), signs()));
  }
};

} // namespace

SmallVector<Value> tile::expandMinifloats(ImplicitLocOpBuilder &builder,
                                          DequantAtomOp op) {
  return MinifloatExpansion(builder, op).expand();
}
