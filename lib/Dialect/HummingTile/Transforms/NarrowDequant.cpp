//===- NarrowDequant.cpp - dequant_atom into 8 and 4 bits -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A register at a time: fields of W bits, the operand's width, an element in
// each. What follows is said of one field and holds for all, because nothing
// carries from one into the next. By properties of the code and of the type:
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
// and the product with D is one with R = (2^W - 1) D, whose factor modulo 2^32
// has an inverse. Four instructions for four weights of a code of four bits.
//
// Minifloats into floats: exponent and fraction at those of the operand, the
// sign in the top bit; halved or saturated where that is too large.
//
//===----------------------------------------------------------------------===//

#include "NarrowDequant.h"
#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/Dialect/HummingTile/IR/DequantRecipe.h"
#include "humming/Dialect/HummingTile/IR/PackedLayout.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace humming;
using namespace humming::tile;

static constexpr unsigned kWordBits = 32;
/// Registers of the A operand of one matrix instruction; they alternate between
/// the row halves.
static constexpr unsigned kAtomRegisters = 4;
static constexpr unsigned kNumRows = 2;

static Type operandType(DequantAtomOp op) {
  return cast<VectorType>(op.getResultTypes().front()).getElementType();
}

static Code codeOf(DequantAtomOp op) {
  return cast<CodeType>(op.getCode()).getCode();
}

static uint32_t lowBits(unsigned count) { return (1u << count) - 1; }

namespace {

/// Bits of the codes of one register: `width` in each field, from bit
/// `position` of the field on, which count from bit `lowBit` of the code.
struct Piece {
  Value word;
  unsigned position, width, lowBit;
};

/// A register's number less its zero point, in `width` bits from `position` on.
struct Difference {
  Value word;
  unsigned position;
};

/// One expansion.
class NarrowExpansion : FieldBuilder {
public:
  NarrowExpansion(ImplicitLocOpBuilder &builder, DequantAtomOp op)
      : FieldBuilder(builder, operandType(op).getIntOrFloatBitWidth()), op(op),
        code(codeOf(op)), type(operandType(op)),
        numRegisters(kTileCodes * width / kWordBits) {
    for (unsigned word = 0; word < code.bits(); ++word)
      words.push_back(vector::ExtractOp::create(builder, op.getWords(), word));
  }

  SmallVector<Value> expand() {
    SmallVector<Value> registers, results;
    for (unsigned number = 0; number < numRegisters; ++number)
      registers.push_back(element(number));
    auto vectorType = VectorType::get(kAtomRegisters, builder.getI32Type());
    for (unsigned first = 0; first < numRegisters; first += kAtomRegisters) {
      Value joined = vector::FromElementsOp::create(
          builder, vectorType,
          ArrayRef(registers).slice(first, kAtomRegisters));
      results.push_back(vector::BitCastOp::create(
          builder, cast<VectorType>(op.getResultTypes().front()), joined));
    }
    return results;
  }

private:
  Value element(unsigned number) {
    bool intoFloat = isa<FloatType>(type);
    if (code.kind() == Code::Kind::Float)
      return minifloat(number);
    if (op.getZero())
      return intoFloat ? differenceIntoFloat(number)
                       : differenceIntoInteger(number);
    return intoFloat ? integerIntoFloat(number) : integerIntoInteger(number);
  }

  SmallVector<Piece> pieces(unsigned number) const {
    SmallVector<Piece> result;
    unsigned lowBit = 0;
    for (unsigned bits : planeWidths(code.bits())) {
      unsigned perWord = width / bits;
      result.push_back({words[lowBit + number / perWord],
                        bits * (number % perWord), bits, lowBit});
      lowBit += bits;
    }
    return result;
  }

  /// Bits [0, count) of the register's codes from bit `place` of each field on.
  Value fields(unsigned number, unsigned place, unsigned count) {
    Value result;
    for (const Piece &piece : pieces(number)) {
      if (piece.lowBit >= count)
        break;
      unsigned bits = std::min(piece.width, count - piece.lowBit);
      int target = place + piece.lowBit;
      result = join(result, keep(shift(piece.word, target - piece.position),
                                 repeated(lowBits(bits) << target)));
    }
    return result;
  }

  uint32_t signs() const { return repeated(1u << (width - 1)); }

  //===--------------------------------------------------------------------===//
  // Integers
  //===--------------------------------------------------------------------===//

  Value integerIntoInteger(unsigned number) {
    Value codes = fields(number, width - code.bits(), code.bits());
    return code.kind() == Code::Kind::Unsigned ? flip(codes, signs()) : codes;
  }

  Value integerIntoFloat(unsigned number) {
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
    // D = R / (2^width - 1), and (2^width - 1) * repeated(1) = -1.
    uint32_t correction = lowBits(numLow) + 2 - (1u << (width - 1));
    uint32_t factor = correction * -repeated(1);
    if (!low)
      return multiply(negative, factor + 1);
    Value complemented = arith::XOrIOp::create(builder, negative, low);
    return arith::AddIOp::create(builder, multiply(negative, factor),
                                 complemented);
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

  //===--------------------------------------------------------------------===//
  // Minifloats
  //===--------------------------------------------------------------------===//

  Value minifloat(unsigned number) {
    NarrowFloat operand(cast<FloatType>(type));
    unsigned place = operand.fractionBits - code.mantissaBits();
    if (operand.halves(code))
      return halved(number, place, operand.fractionBits);
    Value bits = inPlace(number, place);
    return operand.saturates(code) ? saturated(bits, operand.largest) : bits;
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

  /// `bits`, but the sign and `largest` where they are beyond `largest`.
  Value saturated(Value bits, uint32_t largest) {
    uint32_t beyond = largest + 1, all = lowBits(width - 1);
    Value carried = add(keep(bits, repeated(all)), repeated(all + 1 - beyond));
    Value isBeyond = spread(carried, width - 1);
    // All that are beyond have the same bits above their varying ones.
    uint32_t varying = lowBits(llvm::countr_zero(beyond));
    assert((beyond | varying) == all && "infinities and NaNs are the last");
    if (varying)
      bits = join(bits, keep(isBeyond, repeated(varying)));
    // All of them are the last now; less D times the distance (see above).
    return arith::AddIOp::create(
        builder, multiply(isBeyond, (all - largest) * repeated(1)), bits);
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

  DequantAtomOp op;
  Code code;
  Type type;
  unsigned numRegisters;
  SmallVector<Value> words;
  /// By the word, and by the first of the registers: made once.
  llvm::DenseMap<Value, Value> negated;
  llvm::DenseMap<unsigned, Value> differences;
};

} // namespace

bool tile::isNarrowDequant(DequantAtomOp op) {
  Type type = operandType(op);
  return type.isIntOrFloat() && type.getIntOrFloatBitWidth() <= 8;
}

LogicalResult tile::checkNarrowDequant(DequantAtomOp op) {
  Type type = operandType(op);
  unsigned width = type.getIntOrFloatBitWidth();
  int64_t length =
      cast<VectorType>(op.getResultTypes().front()).getNumElements();
  if (length * width != kAtomRegisters * kWordBits)
    return op.emitOpError("expected vectors of ")
           << kAtomRegisters * kWordBits / width << " elements of " << type
           << ", got " << length;
  if (op.getScale())
    return op.emitOpError("expected no scale with operands of ")
           << width << " bits: it belongs to the accumulators";
  Code code = codeOf(op);
  if (!dequantExponent(code, type, bool(op.getZero()))) {
    InFlightDiagnostic error = op.emitOpError("no recipe from ")
                               << op.getCode()
                               << (op.getZero() ? " with zero points" : "")
                               << " to " << type << ": expected ";
    auto floatType = dyn_cast<FloatType>(type);
    if (!floatType)
      return error << "an integer code of at most " << width
                   << " bits, unsigned and of one less beside zero points";
    NarrowFloat operand(floatType);
    return error << "a minifloat of at most "
                 << width - 1 - operand.fractionBits << " exponent and "
                 << operand.fractionBits
                 << " fraction bits, or an integer code whose numbers are at "
                    "most "
                 << (2u << operand.fractionBits)
                 << ", unsigned beside zero points";
  }
  if (!op.getZero())
    return success();
  auto zeros = cast<VectorType>(op.getZero().getType());
  if (!zeros.getElementType().isInteger(8))
    return op.emitOpError("expected zero points of bytes with operands of ")
           << width << " bits, got " << zeros;
  unsigned numRegisters = kTileCodes * width / kWordBits;
  if (zeros.getNumElements() > numRegisters)
    return op.emitOpError("expected at most ")
           << numRegisters << " zero points with operands of " << width
           << " bits, whose registers have one each, got " << zeros;
  return success();
}

SmallVector<Value> tile::expandNarrowDequant(ImplicitLocOpBuilder &builder,
                                             DequantAtomOp op) {
  return NarrowExpansion(builder, op).expand();
}
