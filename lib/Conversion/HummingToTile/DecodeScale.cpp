//===- DecodeScale.cpp - scales to a wider type ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Exact conversions of scales to the operand type, or to f32 beside
// accumulators. Those of one byte are done in integer arithmetic, since no
// architecture before sm_89 has 8-bit floats: one scale serves a group of
// weights, so these few instructions are not what most kernels wait for. One
// that folds scales into operands of 8 bits does wait, and has a target that
// converts.
//
//===----------------------------------------------------------------------===//

#include "HummingToTile.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/ADT/APFloat.h"

using namespace mlir;

namespace {
/// Bytes that become a float of type `to`, in words of its width.
class Decoder {
public:
  Decoder(ImplicitLocOpBuilder &b, FloatType to)
      : b(b), to(to), word(b.getIntegerType(to.getWidth())),
        fractionBits(to.getFPMantissaWidth() - 1),
        bias(llvm::APFloat::semanticsMaxExponent(to.getFloatSemantics())) {}

  /// Powers of two, 2^(byte - 127); 255 is NaN. Of the types with 16 bits only
  /// bf16 has all of them; its smallest is subnormal, as that of f32. In f32
  /// infinity, where 255 goes, becomes NaN by a product with zero.
  Value e8m0(Value byte) {
    Value wide = arith::ExtUIOp::create(b, word, byte);
    Value number =
        arith::MaxUIOp::create(b, shiftLeft(wide, fractionBits),
                               constant(int64_t(1) << (fractionBits - 1)));
    if (!to.isF32())
      return asFloat(where(equals(wide, 0xff), nan(), number));
    Value zero = arith::ConstantOp::create(b, b.getZeroAttr(to));
    return math::FmaOp::create(b, asFloat(number), zero, asFloat(number));
  }

  /// Sign, four exponent bits of bias 7, three fraction bits; 0x7f is NaN.
  /// Exponent and fraction, where those of `to` are, stand for the value times
  /// a power of two.
  Value e4m3(Value byte) {
    constexpr int magnitudeMask = 0x7f, signMask = 0x80, scaleBias = 7;
    Value wide = arith::ExtUIOp::create(b, word, byte);
    Value magnitude = mask(wide, magnitudeMask);
    Value number = arith::OrIOp::create(
        b, shiftLeft(magnitude, fractionBits - 3),
        shiftLeft(mask(wide, signMask), int64_t(to.getWidth()) - 8));
    Value scaled = arith::MulFOp::create(
        b, asFloat(number),
        arith::ConstantOp::create(
            b, b.getFloatAttr(to, std::ldexp(1.0, bias - scaleBias))));
    return arith::SelectOp::create(b, equals(magnitude, magnitudeMask),
                                   asFloat(constant(nan())), scaled);
  }

private:
  Value constant(int64_t bits) {
    return arith::ConstantIntOp::create(b, word, bits);
  }
  Value shiftLeft(Value bits, int64_t by) {
    return arith::ShLIOp::create(b, bits, constant(by));
  }
  Value mask(Value bits, int64_t kept) {
    return arith::AndIOp::create(b, bits, constant(kept));
  }
  Value equals(Value left, int64_t right) {
    return arith::CmpIOp::create(b, arith::CmpIPredicate::eq, left,
                                 constant(right));
  }
  Value where(Value condition, int64_t bits, Value otherwise) {
    return arith::SelectOp::create(b, condition, constant(bits), otherwise);
  }
  Value asFloat(Value bits) { return arith::BitcastOp::create(b, to, bits); }
  /// The bits of a quiet NaN of type `to`.
  int64_t nan() const {
    return llvm::APFloat::getQNaN(to.getFloatSemantics())
        .bitcastToAPInt()
        .getZExtValue();
  }

  ImplicitLocOpBuilder &b;
  FloatType to;
  IntegerType word;
  int fractionBits, bias;
};
} // namespace

/// `value` as a float of another type that holds it.
static Value convert(ImplicitLocOpBuilder &b, Value value, Type to) {
  Type from = value.getType();
  if (from == to)
    return value;
  if (!from.isF32())
    value = arith::ExtFOp::create(b, b.getF32Type(), value);
  return to.isF32() ? value : arith::TruncFOp::create(b, to, value).getResult();
}

Value humming::decodeScale(OpBuilder &builder, Location loc, Value value,
                           Type from, Type to) {
  ImplicitLocOpBuilder b(loc, builder);
  Decoder decoder(b, cast<FloatType>(to));
  if (isa<Float8E8M0FNUType>(from))
    return decoder.e8m0(value);
  if (isa<Float8E4M3FNType>(from))
    return decoder.e4m3(value);
  if (!isa<Float8E5M2Type>(from))
    return convert(b, value, to);
  // The upper byte of an f16.
  Type i16 = b.getI16Type();
  Value half = arith::BitcastOp::create(
      b, b.getF16Type(),
      arith::ShLIOp::create(b, arith::ExtUIOp::create(b, i16, value),
                            arith::ConstantIntOp::create(b, i16, 8)));
  return convert(b, half, to);
}

Value humming::extendScale(OpBuilder &b, Location loc, Value byte, Type from,
                           Type to) {
  Value value = arith::BitcastOp::create(b, loc, from, byte);
  return arith::ExtFOp::create(b, loc, to, value);
}
