//===- ExpandDequant.cpp - dequant_atom to arithmetic ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Turns packed codes into the operand type with integer and packed floating
// arithmetic. The recipe follows from properties of the code and of the type:
//
// Integer into mantissa. A float in [2^M, 2^(M+1)), M its fraction bits, steps
// by 1, so writing an integer of at most M bits into the fraction of 2^M adds
// it. At bit `place` of the fraction the integer counts 2^place; multiplying by
// 2^-place is exact. Two codes share each word, in its two halves:
//
//   word & fields ^ magic          2^M + code * 2^place         one lop3
//   - (2^M + z)                    code - z, place = 0          one hadd2
//   * 2^-place - (2^(M-place)+z)   code - z, place > 0          one hfma2
//
// Every step is exact; only the product with the scale rounds.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "humming/Dialect/HummingTile/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace humming::tile {
#define GEN_PASS_DEF_EXPANDDEQUANT
#include "humming/Dialect/HummingTile/Transforms/Passes.h.inc"
} // namespace humming::tile

using namespace mlir;
using namespace humming;
using namespace humming::tile;

/// A packed word, and the half that each of its two codes of a pair is in.
static constexpr unsigned kWordBits = 32;
static constexpr unsigned kHalfBits = 16;
/// Codes of one thread in one 16 x 16 atom, and the pairs (one register of the
/// A operand each) they make. Pair r = khalf*2 + rowhalf is at bit r * bits of
/// both halves.
static constexpr unsigned kNumCodes = 8;
static constexpr unsigned kNumPairs = 4;
static constexpr unsigned kNumRows = 2;

namespace {

/// One expansion of one atom.
class MantissaRecipe {
public:
  MantissaRecipe(ImplicitLocOpBuilder &builder, DequantAtomOp op)
      : builder(builder), op(op), code(cast<CodeType>(op.getCode()).getCode()),
        type(cast<FloatType>(
            cast<VectorType>(op.getResult().getType()).getElementType())),
        fractionBits(type.getFPMantissaWidth() - 1) {}

  /// True where the recipe reproduces the table of `code` in `type`: integers
  /// whose code and zero point fit the fraction, eight of them in a word.
  static bool applies(const Code &code, FloatType type) {
    bool isInteger = code.kind() == Code::Kind::Unsigned ||
                     code.kind() == Code::Kind::Signed;
    return isInteger && type.getWidth() == kHalfBits &&
           code.bits() < type.getFPMantissaWidth() &&
           code.bits() * kNumCodes == kWordBits;
  }

  Value expand() {
    Value word = vector::ExtractOp::create(builder, op.getWords(), 0);
    Value shifted = word;
    unsigned shift = 0;
    SmallVector<Value> pairs;
    for (unsigned pair = 0; pair < kNumPairs; ++pair) {
      unsigned position = pair * code.bits();
      if (position - shift + code.bits() > fractionBits) {
        shift = position;
        shifted = arith::ShRUIOp::create(builder, word, constant(shift));
      }
      unsigned row = pair % kNumRows;
      Value difference = subtractZero(insertFields(shifted, position - shift),
                                      position - shift, row);
      pairs.push_back(scale(difference, row));
    }
    return concatenate(pairs);
  }

private:
  Value constant(uint32_t bits) {
    return arith::ConstantIntOp::create(builder, builder.getI32Type(),
                                        int64_t(bits));
  }

  /// The same 16 bits in both halves of a word.
  static uint32_t inBothHalves(uint32_t bits) {
    return bits << kHalfBits | bits;
  }

  /// The bits of 2^exponent in `type`.
  uint32_t powerOfTwo(unsigned exponent) const {
    llvm::APFloat value =
        scalbn(llvm::APFloat::getOne(type.getFloatSemantics()), int(exponent),
               llvm::APFloat::rmNearestTiesToEven);
    return uint32_t(value.bitcastToAPInt().getZExtValue());
  }

  /// A word as two elements of `type`.
  Value asPair(Value word) {
    Value vector = vector::FromElementsOp::create(
        builder, VectorType::get(1, builder.getI32Type()), word);
    return vector::BitCastOp::create(builder, VectorType::get(2, type), vector);
  }

  Value splat(double value) {
    llvm::APFloat number(value);
    bool inexact = false;
    number.convert(type.getFloatSemantics(), llvm::APFloat::rmNearestTiesToEven,
                   &inexact);
    assert(!inexact && "constants of a recipe are exact in the operand type");
    auto pair = VectorType::get(2, type);
    return arith::ConstantOp::create(builder, pair,
                                     DenseElementsAttr::get(pair, number));
  }

  /// Both halves as 2^fractionBits + code * 2^place. Flipping the sign bit of a
  /// two's complement code makes it the code plus 2^(bits - 1).
  Value insertFields(Value word, unsigned place) {
    uint32_t field = ((1u << code.bits()) - 1) << place;
    uint32_t magic = powerOfTwo(fractionBits);
    if (code.kind() == Code::Kind::Signed)
      magic |= 1u << (place + code.bits() - 1);
    Value fields =
        arith::AndIOp::create(builder, word, constant(inBothHalves(field)));
    return asPair(
        arith::XOrIOp::create(builder, fields, constant(inBothHalves(magic))));
  }

  /// 2^(fractionBits - place) + z in both halves: z goes into the fraction as
  /// codes do, in units of 2^-place.
  Value offset(unsigned place, unsigned row) {
    unsigned exponent = fractionBits - place;
    if (Value zeros = op.getZero()) {
      Value zero = vector::ExtractOp::create(builder, zeros, row);
      Value wide = arith::ExtUIOp::create(builder, builder.getI32Type(), zero);
      Value halves = arith::MulIOp::create(builder, wide,
                                           constant(inBothHalves(1u << place)));
      return asPair(arith::OrIOp::create(
          builder, halves, constant(inBothHalves(powerOfTwo(exponent)))));
    }
    // What an absent zero point stands for; for two's complement it undoes the
    // flipped sign bit.
    return splat(double(1u << exponent) + double(1u << (code.bits() - 1)));
  }

  Value subtractZero(Value fields, unsigned place, unsigned row) {
    Value zero = offset(place, row);
    if (place == 0)
      return arith::SubFOp::create(builder, fields, zero);
    Value unit = splat(1.0 / double(1u << place));
    Value negated = arith::NegFOp::create(builder, zero);
    return vector::FMAOp::create(builder, fields, unit, negated);
  }

  Value scale(Value pair, unsigned row) {
    Value scales = op.getScale();
    if (!scales)
      return pair;
    Value factor = vector::ExtractOp::create(builder, scales, row);
    return arith::MulFOp::create(
        builder, pair,
        vector::BroadcastOp::create(builder, pair.getType(), factor));
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

  ImplicitLocOpBuilder &builder;
  DequantAtomOp op;
  Code code;
  FloatType type;
  /// Explicit bits of the fraction: 10 for f16, 7 for bf16.
  unsigned fractionBits;
};

struct ExpandDequant
    : public humming::tile::impl::ExpandDequantBase<ExpandDequant> {
  using ExpandDequantBase::ExpandDequantBase;

  void runOnOperation() override {
    // All recipes are known before anything changes.
    SmallVector<DequantAtomOp> atoms;
    bool known = true;
    getOperation().walk([&](DequantAtomOp op) {
      known &= succeeded(checkRecipe(op));
      atoms.push_back(op);
    });
    if (!known)
      return signalPassFailure();

    IRRewriter rewriter(&getContext());
    for (DequantAtomOp op : atoms) {
      ImplicitLocOpBuilder builder(op.getLoc(), op);
      rewriter.replaceOp(op, MantissaRecipe(builder, op).expand());
    }
  }

private:
  static LogicalResult checkRecipe(DequantAtomOp op) {
    auto codeType = cast<CodeType>(op.getCode());
    auto type = cast<VectorType>(op.getResult().getType()).getElementType();
    auto floatType = dyn_cast<FloatType>(type);
    if (!floatType || !MantissaRecipe::applies(codeType.getCode(), floatType))
      return op.emitOpError("no recipe from ")
             << codeType << " to " << type
             << ": expected an integer code of 4 bits and f16 or bf16";
    if (codeType.getCode().kind() == Code::Kind::Signed && op.getZero())
      return op.emitOpError("expected no zero point with ")
             << codeType << ", whose codes are signed";
    return success();
  }
};

} // namespace
