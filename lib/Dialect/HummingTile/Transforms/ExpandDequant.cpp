//===- ExpandDequant.cpp - dequant_atom to arithmetic ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Turns packed codes into a 16-bit operand type with integer and packed
// floating arithmetic, two codes (a pair, one register) at a time. First the
// planes of several pairs are put together (CodeFields.cpp). Then, by
// properties of the code and of the type:
//
// Integer into mantissa. A float in [2^M, 2^(M+1)), M its fraction bits, steps
// by 1, so writing an integer of at most M bits into the fraction of 2^M adds
// it. At bit `place` of the fraction the integer counts 2^place; multiplying by
// 2^-place is exact:
//
//   fields ^ magic                 2^M + code * 2^place         in the lop3
//   bytes beside magic             2^M + code                   byte_permute
//   + -(2^M + z)                   code - z, place = 0          one hadd2
//   * 2^-place + -(2^(M-place)+z)  code - z, place > 0          one hfma2
//
// Integer in two parts, for 8 bits in bf16: 7 bits as above, and the top bit t
// as the lowest one of an exponent: 2^M (1 + t).
//
// Shift and mask. A minifloat's exponent and fraction, put where those of the
// operand type are, stand for its value times a power of two (subnormals too);
// one multiplication by the inverse power is exact. With as many exponent bits
// as the operand has, the largest exponent would be infinity: half the value is
// made, by subtracting 1 from large exponents and halving what has small ones.
// The multiplication is left out where the accumulators' scale takes the power
// of two (in_place).
//
// Table: looked up, byte by byte or by pairs (TableLookup.cpp), or one by one.
//
// Every step is exact, but for a table's values, which are constants rounded to
// the operand type; only a zero point of the operand type and the product with
// the scale round.
//
//===----------------------------------------------------------------------===//

#include "DequantBuilder.h"
#include "NarrowDequant.h"
#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/Dialect/HummingTile/IR/DequantRecipe.h"
#include "humming/Dialect/HummingTile/IR/PackedLayout.h"
#include "humming/Dialect/HummingTile/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace humming::tile {
#define GEN_PASS_DEF_EXPANDDEQUANT
#include "humming/Dialect/HummingTile/Transforms/Passes.h.inc"
} // namespace humming::tile

using namespace mlir;
using namespace humming;
using namespace humming::tile;

/// Of both f16 and bf16.
static constexpr uint32_t kSignBit = 0x8000;
/// Pairs in a tile, and those of one result: a register of the A operand each.
static constexpr unsigned kNumPairs = kTileCodes / 2, kPairsPerAtom = 4;
static constexpr unsigned kRowHalves = 2;
/// Bits of a code that go into a fraction by shifts and masks; more, bytewise.
static constexpr unsigned kMostFieldBits = 4;
/// Selectors of byte_permute: a's byte above byte 0 or 1 of both halves of b.
/// In the other order ptxas moves a constant into its register each time.
static constexpr uint32_t kByteOfHalves[] = {0x0604, 0x0705};

namespace {

/// One expansion.
class Expansion : PairBuilder {
public:
  Expansion(ImplicitLocOpBuilder &builder, DequantAtomOp op, FloatType type)
      : PairBuilder(builder, type), op(op),
        code(cast<CodeType>(op.getCode()).getCode()),
        codes(builder, code, op.getWords(),
              code.kind() == Code::Kind::Signed && isBytewise()) {
    if (code.kind() == Code::Kind::Table && code.bits() <= kLookupBits)
      lookedUp = op.getTable() ? lookUpPairs(builder, op, type, codes)
                               : lookUpTable(builder, code, type, codes);
  }

  SmallVector<Value> expand() {
    SmallVector<Value> results, pairs;
    for (unsigned pair = 0; pair < kNumPairs; ++pair) {
      pairs.push_back(scale(value(pair), pair));
      if (pairs.size() == kPairsPerAtom) {
        results.push_back(concatenate(pairs));
        pairs.clear();
      }
    }
    return results;
  }

private:
  /// Codes of more bits go into the fraction byte by byte, if they fit.
  bool isBytewise() const {
    return code.bits() > kMostFieldBits && code.bits() <= fractionBits;
  }

  /// code - zero of a pair.
  Value value(unsigned pair) {
    if (code.kind() == Code::Kind::Table)
      return lookedUp.empty() ? loaded(pair) : lookedUp[pair];
    if (code.kind() == Code::Kind::Float)
      return minifloat(pair);
    Value number =
        code.bits() <= fractionBits ? integer(pair) : integerInParts(pair);
    if (!op.getZero() || zeroIsCode())
      return number;
    return arith::SubFOp::create(builder, number,
                                 splat(ofPair(op.getZero(), pair)));
  }

  /// The values of a pair in the table in shared memory.
  Value loaded(unsigned pair) {
    auto [word, bit] = codes.byte(pair);
    SmallVector<Value> values;
    for (unsigned half : {0u, kHalfBits}) {
      Value byte = dotBytes(word, constant(2u << (half + bit)), constant(0));
      values.push_back(loadEntry(builder, op.getTable(), byte, type));
    }
    return vector::FromElementsOp::create(builder, VectorType::get(2, type),
                                          values);
  }

  /// Where a code of a slot of `slotBits` bits from `position` on goes so that
  /// it ends in the fraction: the shift is the position of the first one that
  /// does not fit.
  unsigned sharedPlace(unsigned position, unsigned slotBits) const {
    unsigned start = 0;
    for (unsigned at = 0; at <= position; at += slotBits)
      if (at - start + code.bits() > fractionBits)
        start = at;
    return position - start;
  }

  /// What an absent zero point stands for; for two's complement it undoes the
  /// flipped sign bit.
  int constantZero() { return op.getZero() ? 0 : 1 << (code.bits() - 1); }

  /// -(2^(fractionBits - place) + z) in both halves: z goes into the fraction
  /// as codes do, in units of 2^-place.
  Value negatedOffset(unsigned place, unsigned pair) {
    unsigned exponent = fractionBits - place;
    if (!zeroIsCode())
      return splat(-double(1u << exponent) - constantZero());
    Value wide = arith::ExtUIOp::create(builder, builder.getI32Type(),
                                        ofPair(op.getZero(), pair));
    Value halves = arith::MulIOp::create(builder, wide,
                                         constant(inBothHalves(1u << place)));
    uint32_t magic = kSignBit | powerOfTwo(exponent);
    return asPair(join(halves, constant(inBothHalves(magic))));
  }

  /// Flipping the sign bit of a two's complement code makes it the code plus
  /// 2^(bits - 1).
  uint32_t flippedSign(unsigned place) const {
    return code.kind() == Code::Kind::Signed ? 1u << (place + code.bits() - 1)
                                             : 0;
  }

  Value integer(unsigned pair) {
    unsigned place = 0;
    uint32_t one = powerOfTwo(fractionBits);
    Value inserted;
    if (isBytewise()) {
      auto [word, bit] = codes.byte(pair);
      assert(one % 0x100 == 0 && "the codes' bytes are free");
      inserted = asPair(permute(constant(one / 0x100), word,
                                constant(kByteOfHalves[bit / 8])));
    } else {
      auto [word, bit] = codes.field(pair);
      place = sharedPlace(bit, llvm::PowerOf2Ceil(code.bits()));
      uint32_t bits = ((1u << code.bits()) - 1) << place;
      inserted = asPair(flip(mask(shift(word, int(place) - int(bit)), bits),
                             inBothHalves(one | flippedSign(place))));
    }
    Value offset = negatedOffset(place, pair);
    if (place == 0)
      return arith::AddFOp::create(builder, inserted, offset);
    Value unit = splat(1.0 / double(1u << place));
    return vector::FMAOp::create(builder, inserted, unit, offset);
  }

  /// A code of one bit more than the fraction has, M, in two parts: l, its low
  /// bits, and its top bit t as the lowest of the exponent: 2^M (1 + t). With a
  /// zero point z of top bit u,
  ///
  ///   u = 1:  (2^M + l) + (2^M - z)     - 2^M (2 - t)
  ///   u = 0:  (l - 2^(M+1) + 1) + (2^M - 1 - z) + 2^M (1 + t)
  ///
  /// each sum is in the range whose integers the type has.
  Value integerInParts(unsigned pair) {
    assert(code.bits() == fractionBits + 1 && "the top bit is the exponent's");
    int half = 1 << fractionBits;
    uint32_t one = powerOfTwo(fractionBits), top = half, low = half - 1;
    uint32_t plusLow = one, minusLow = (one | kSignBit) ^ low;
    uint32_t plusTop = one ^ flippedSign(0);
    uint32_t minusTop = plusTop ^ kSignBit ^ top;

    auto [word, bit] = codes.byte(pair);
    Value moved = shift(word, -int(bit));
    Value lowBits = mask(moved, low), topBit = mask(moved, top);
    auto magic = [&](Value bits, Value with) {
      return asPair(arith::XOrIOp::create(builder, bits, with));
    };
    auto both = [&](uint32_t bits) { return constant(inBothHalves(bits)); };
    if (!op.getZero())
      return arith::AddFOp::create(builder, magic(lowBits, both(plusLow)),
                                   magic(topBit, both(minusTop)));
    if (!zeroIsCode()) {
      Value part = arith::AddFOp::create(
          builder, magic(lowBits, both(minusLow)), splat(half - 1));
      return arith::AddFOp::create(builder, part, magic(topBit, both(plusTop)));
    }
    Value zero = ofPair(op.getZero(), pair);
    Value isLarge = arith::CmpIOp::create(
        builder, arith::CmpIPredicate::uge, zero,
        arith::ConstantIntOp::create(builder, zero.getType(), half));
    auto either = [&](Value large, Value small) {
      return arith::SelectOp::create(builder, isLarge, large, small);
    };
    auto scalar = [&](double value) {
      return arith::ConstantOp::create(builder, number(value));
    };
    Value offset =
        arith::SubFOp::create(builder, either(scalar(half), scalar(half - 1)),
                              arith::UIToFPOp::create(builder, type, zero));
    Value part = arith::AddFOp::create(
        builder, magic(lowBits, either(both(plusLow), both(minusLow))),
        splat(offset));
    return arith::AddFOp::create(
        builder, part, magic(topBit, either(both(minusTop), both(plusTop))));
  }

  /// The code with its exponent and fraction from `place` on and its sign in
  /// the sign bit.
  Value inPlace(unsigned pair, unsigned place) {
    unsigned low = code.bits() - 1, bit = 0;
    uint32_t magnitude = ((1u << low) - 1) << place;
    Value field;
    if (code.bits() > kMostFieldBits) {
      auto [word, at] = codes.byte(pair);
      field = permute(constant(0), word, constant(kByteOfHalves[at / 8]));
    } else {
      auto [word, at] = codes.field(pair);
      bit = at;
      if (bit > place) {
        Value sign = shift(word, int(kHalfBits - 1) - int(bit + low));
        return join(mask(shift(word, int(place) - int(bit)), magnitude),
                    mask(sign, kSignBit));
      }
      field = mask(word, ((1u << code.bits()) - 1) << bit);
    }
    // Adding the bits between moves the sign up by a carry, in one instruction
    // with the shift.
    Value moved = shift(field, int(place) - int(bit));
    uint32_t between = kSignBit - (1u << (place + low));
    if (between == 0)
      return moved;
    return mask(
        arith::AddIOp::create(builder, moved, constant(inBothHalves(between))),
        kSignBit | magnitude);
  }

  Value minifloat(unsigned pair) {
    Value number = inPlace(pair, fractionBits - code.mantissaBits());
    int bias = (1 << (code.exponentBits() - 1)) - 1;
    int typeBias =
        llvm::APFloat::semanticsMaxExponent(type.getFloatSemantics());
    if (op.getInPlace())
      return asPair(number);
    int exponent = *dequantExponent(code, type, /*hasZero=*/false);
    if (exponent != 0) {
      assert(exponent == -1 && bias == typeBias && "as many exponent bits");
      return halved(number);
    }
    if (bias == typeBias)
      return asPair(number);
    return arith::MulFOp::create(builder, asPair(number),
                                 splat(std::ldexp(1.0, typeBias - bias)));
  }

  /// Half the value of the number with these bits, whose largest exponent is a
  /// finite one. Exponents of a top bit h become one less and are not 0; others
  /// are halved by a multiplication, exact because a code has few fraction
  /// bits.
  Value halved(Value bits) {
    // h in the exponent's lowest bit, where it also doubles 1/2.
    int exponentBits = kHalfBits - 1 - fractionBits;
    Value isLarge = mask(shift(bits, 1 - exponentBits), 1u << fractionBits);
    Value number = asPair(arith::SubIOp::create(builder, bits, isLarge));
    Value factor = asPair(arith::AddIOp::create(
        builder, isLarge, constant(inBothHalves(powerOfTwo(-1)))));
    return arith::MulFOp::create(builder, number, factor);
  }

  /// The element of a vector with two values (one a row half) for each group.
  Value ofPair(Value perGroup, unsigned pair) {
    unsigned groups =
        cast<VectorType>(perGroup.getType()).getNumElements() / kRowHalves;
    // Pairs are (atom, khalf, rowhalf): eight columns for two of them.
    unsigned group = pair / kRowHalves * groups / (kNumPairs / kRowHalves);
    return vector::ExtractOp::create(builder, perGroup,
                                     group * kRowHalves + pair % kRowHalves);
  }

  bool zeroIsCode() {
    return op.getZero() && cast<VectorType>(op.getZero().getType())
                               .getElementType()
                               .isInteger();
  }

  Value scale(Value pair, unsigned number) {
    if (!op.getScale())
      return pair;
    return arith::MulFOp::create(builder, pair,
                                 splat(ofPair(op.getScale(), number)));
  }

  Value concatenate(ArrayRef<Value> pairs) {
    SmallVector<Value> parts(pairs);
    while (parts.size() > 1) {
      SmallVector<Value> joined;
      for (size_t i = 0; i < parts.size(); i += 2) {
        int64_t size =
            2 * cast<VectorType>(parts[i].getType()).getNumElements();
        joined.push_back(vector::ShuffleOp::create(
            builder, parts[i], parts[i + 1],
            llvm::to_vector(llvm::seq<int64_t>(0, size))));
      }
      parts = std::move(joined);
    }
    return parts.front();
  }

  DequantAtomOp op;
  Code code;
  CodeFields codes;
  SmallVector<Value> lookedUp; ///< the pairs of a table's codes
};

struct ExpandDequant
    : public humming::tile::impl::ExpandDequantBase<ExpandDequant> {
  void runOnOperation() override {
    // All recipes are known before anything changes.
    SmallVector<DequantAtomOp> atoms;
    bool known = true;
    getOperation().walk([&](DequantAtomOp op) {
      known &= succeeded(isNarrowDequant(op) ? checkNarrowDequant(op)
                                             : checkRecipe(op));
      atoms.push_back(op);
    });
    if (!known)
      return signalPassFailure();

    IRRewriter rewriter(&getContext());
    for (DequantAtomOp op : atoms) {
      ImplicitLocOpBuilder builder(op.getLoc(), op);
      rewriter.replaceOp(
          op, isNarrowDequant(op)
                  ? expandNarrowDequant(builder, op)
                  : Expansion(builder, op, operandType(op)).expand());
    }
  }

private:
  static FloatType operandType(DequantAtomOp op) {
    return dyn_cast<FloatType>(
        cast<VectorType>(op.getResultTypes().front()).getElementType());
  }

  static LogicalResult checkRecipe(DequantAtomOp op) {
    auto codeType = cast<CodeType>(op.getCode());
    Code code = codeType.getCode();
    FloatType type = operandType(op);
    if (!type || type.getWidth() != kHalfBits ||
        !dequantExponent(code, type, /*hasZero=*/false))
      return op.emitOpError("no recipe from ")
             << codeType << " to "
             << cast<VectorType>(op.getResultTypes().front()).getElementType()
             << ": expected an integer code, a table, or a minifloat with at "
                "most as many exponent bits";
    if (readsSharedTable(code, type) && !op.getTable())
      return op.emitOpError("expected a table in shared memory with ")
             << code.size() << " values";
    if (code.kind() != Code::Kind::Unsigned && op.getZero())
      return op.emitOpError("expected no zero point with ")
             << codeType << ", whose codes are signed";
    return success();
  }
};

} // namespace
