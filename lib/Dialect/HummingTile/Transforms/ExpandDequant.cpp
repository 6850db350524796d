//===- ExpandDequant.cpp - dequant_atom to arithmetic ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Turns packed codes into a 16-bit operand type with integer and packed
// floating arithmetic, two codes (a pair, one register) at a time. First the
// planes of a pair are put together in both halves of a word, one shift and one
// lop3 a plane; the first plane of several pairs shares its shift. Then, by
// properties of the code and of the type:
//
// Integer into mantissa. A float in [2^M, 2^(M+1)), M its fraction bits, steps
// by 1, so writing an integer of at most M bits into the fraction of 2^M adds
// it. At bit `place` of the fraction the integer counts 2^place; multiplying by
// 2^-place is exact:
//
//   fields ^ magic                 2^M + code * 2^place         in the lop3
//   + -(2^M + z)                   code - z, place = 0          one hadd2
//   * 2^-place + -(2^(M-place)+z)  code - z, place > 0          one hfma2
//
// Integer in two parts: as above for each nibble, added; for 8 bits in bf16.
//
// Shift and mask. A minifloat's exponent and fraction, put where those of the
// operand type are, stand for its value times a power of two (subnormals too);
// one multiplication by the inverse power is exact.
//
// Table: looked up, byte by byte (TableLookup.cpp).
//
// Every step is exact, but for a table's values, which are constants rounded to
// the operand type; only the product with the scale rounds.
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
static constexpr unsigned kNumPairs = kTileCodes / 2;
static constexpr unsigned kPairsPerAtom = 4;
static constexpr unsigned kNumRows = 2;

namespace {

/// One plane of the code: `width` bits from `lowBit` on, in words of its own.
struct Plane {
  unsigned width, lowBit, firstWord;

  unsigned perWord() const { return kHalfBits / width; }
  unsigned wordOf(unsigned pair) const { return firstWord + pair / perWord(); }
  unsigned bitOf(unsigned pair) const { return width * (pair % perWord()); }
};

/// One expansion.
class Expansion : PairBuilder {
public:
  Expansion(ImplicitLocOpBuilder &builder, DequantAtomOp op, FloatType type)
      : PairBuilder(builder, type), op(op),
        code(cast<CodeType>(op.getCode()).getCode()) {
    unsigned lowBit = 0;
    for (unsigned width : planeWidths(code.bits())) {
      planes.push_back({width, lowBit, /*firstWord=*/lowBit});
      lowBit += width;
    }
    for (unsigned word = 0; word < code.bits(); ++word)
      words.push_back(vector::ExtractOp::create(builder, op.getWords(), word));
    if (code.kind() == Code::Kind::Table)
      lookedUp = lookUpTable(builder, code, type, words);
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
  /// code - zero of a pair.
  Value value(unsigned pair) {
    if (code.kind() == Code::Kind::Table)
      return lookedUp[pair];
    if (code.kind() == Code::Kind::Float)
      return minifloat(pair);
    if (code.bits() <= fractionBits)
      return integer(pair);
    return integerInParts(pair);
  }

  /// The pair's code at bits [place, place + bits) of both halves, zero
  /// elsewhere. The first plane is shifted as little as possible below `limit`.
  Value fields(unsigned pair, std::optional<unsigned> wanted, unsigned limit,
               unsigned &place) {
    Value result;
    for (const Plane &plane : planes) {
      int position = plane.bitOf(pair);
      if (plane.lowBit == 0) {
        if (wanted)
          place = *wanted;
        else
          place = sharedPlace(position, limit);
      }
      int target = place + plane.lowBit;
      Value moved = shift(words[plane.wordOf(pair)], target - position);
      Value field = mask(moved, ((1u << plane.width) - 1) << target);
      result = result ? arith::OrIOp::create(builder, result, field).getResult()
                      : field;
    }
    return result;
  }

  /// Where a code at `position` of its word goes so that it ends within `limit`
  /// bits: the shift is the position of the first pair that does not fit.
  unsigned sharedPlace(unsigned position, unsigned limit) const {
    unsigned width = planes.front().width, start = 0;
    for (unsigned at = 0; at <= position; at += width)
      if (at - start + code.bits() > limit)
        start = at;
    return position - start;
  }

  /// -(2^(fractionBits - place) + z) in both halves: z goes into the fraction
  /// as codes do, in units of 2^-place.
  Value negatedOffset(unsigned place, unsigned pair) {
    unsigned exponent = fractionBits - place;
    if (Value zero = zeroOf(pair)) {
      Value wide = arith::ExtUIOp::create(builder, builder.getI32Type(), zero);
      Value halves = arith::MulIOp::create(builder, wide,
                                           constant(inBothHalves(1u << place)));
      uint32_t magic = kSignBit | powerOfTwo(exponent);
      return asPair(
          arith::OrIOp::create(builder, halves, constant(inBothHalves(magic))));
    }
    // What an absent zero point stands for; for two's complement it undoes the
    // flipped sign bit.
    return splat(-double(1u << exponent) - double(1u << (code.bits() - 1)));
  }

  /// Flipping the sign bit of a two's complement code makes it the code plus
  /// 2^(bits - 1).
  uint32_t flippedSign(unsigned place) const {
    return code.kind() == Code::Kind::Signed ? 1u << (place + code.bits() - 1)
                                             : 0;
  }

  Value integer(unsigned pair) {
    unsigned place = 0;
    Value codes = fields(pair, std::nullopt, fractionBits, place);
    uint32_t magic = powerOfTwo(fractionBits) | flippedSign(place);
    Value inserted = asPair(
        arith::XOrIOp::create(builder, codes, constant(inBothHalves(magic))));
    Value offset = negatedOffset(place, pair);
    if (place == 0)
      return arith::AddFOp::create(builder, inserted, offset);
    Value unit = splat(1.0 / double(1u << place));
    return vector::FMAOp::create(builder, inserted, unit, offset);
  }

  /// Low and high nibble apart. In units of 16 the high nibble goes into the
  /// fraction of 16 * 2^M.
  Value integerInParts(unsigned pair) {
    constexpr unsigned half = 4, low = (1u << half) - 1;
    unsigned place = 0;
    Value codes = fields(pair, /*wanted=*/0, kHalfBits, place);
    uint32_t ones = powerOfTwo(fractionBits),
             sixteens = powerOfTwo(fractionBits + half);
    Value lowPart = asPair(arith::XOrIOp::create(builder, mask(codes, low),
                                                 constant(inBothHalves(ones))));
    uint32_t flip = flippedSign(0) >> half;
    Value highPart = asPair(
        arith::XOrIOp::create(builder, mask(shift(codes, -int(half)), low),
                              constant(inBothHalves(sixteens | flip))));
    Value sum = arith::AddFOp::create(
        builder,
        arith::SubFOp::create(builder, lowPart,
                              splat(double(1u << fractionBits))),
        arith::SubFOp::create(builder, highPart,
                              splat(double(1u << (fractionBits + half)))));
    if (Value zero = zeroOf(pair)) {
      Value number = arith::UIToFPOp::create(builder, type, zero);
      return arith::SubFOp::create(
          builder, sum,
          vector::BroadcastOp::create(builder, sum.getType(), number));
    }
    return arith::SubFOp::create(builder, sum,
                                 splat(double(1u << (code.bits() - 1))));
  }

  Value minifloat(unsigned pair) {
    unsigned place = fractionBits - code.mantissaBits();
    Value codes = fields(pair, place, kHalfBits, place);
    unsigned signAt = place + code.bits() - 1;
    Value magnitude = mask(codes, ((1u << (code.bits() - 1)) - 1) << place);
    Value sign = mask(shift(codes, int(kHalfBits - 1 - signAt)), kSignBit);
    Value number = asPair(arith::OrIOp::create(builder, magnitude, sign));
    int bias = (1 << (code.exponentBits() - 1)) - 1;
    int typeBias =
        llvm::APFloat::semanticsMaxExponent(type.getFloatSemantics());
    if (bias == typeBias)
      return number;
    return arith::MulFOp::create(builder, number,
                                 splat(std::ldexp(1.0, typeBias - bias)));
  }

  /// The element of a vector with two values (one a row half) for each group.
  Value ofPair(Value perGroup, unsigned pair) {
    unsigned groups =
        cast<VectorType>(perGroup.getType()).getNumElements() / kNumRows;
    // Pairs are (atom, khalf, rowhalf): eight columns for two of them.
    unsigned group = pair / kNumRows * groups / (kNumPairs / kNumRows);
    return vector::ExtractOp::create(builder, perGroup,
                                     group * kNumRows + pair % kNumRows);
  }

  Value zeroOf(unsigned pair) {
    return op.getZero() ? ofPair(op.getZero(), pair) : Value();
  }

  Value scale(Value pair, unsigned number) {
    if (!op.getScale())
      return pair;
    return arith::MulFOp::create(
        builder, pair,
        vector::BroadcastOp::create(builder, pair.getType(),
                                    ofPair(op.getScale(), number)));
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
  SmallVector<Plane> planes;
  SmallVector<Value> words;
  SmallVector<Value> lookedUp; ///< the pairs of a table's codes
};

struct ExpandDequant
    : public humming::tile::impl::ExpandDequantBase<ExpandDequant> {
  using ExpandDequantBase::ExpandDequantBase;

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
             << ": expected an integer code, a table of 16 values, or a "
                "minifloat with fewer exponent bits than f16 or bf16";
    if (code.kind() != Code::Kind::Unsigned && op.getZero())
      return op.emitOpError("expected no zero point with ")
             << codeType << ", whose codes are signed";
    return success();
  }
};

} // namespace
