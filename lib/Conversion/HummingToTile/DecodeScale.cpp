//===- DecodeScale.cpp - scales of one byte to the operand type -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Exact conversions in integer arithmetic, since no architecture before sm_89
// has 8-bit floats. One scale serves a group of weights, so these few
// instructions are not what a kernel waits for.
//
//===----------------------------------------------------------------------===//

#include "HummingToTile.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/ADT/APFloat.h"

using namespace mlir;

namespace {
/// 16-bit words that become a float of type `to`.
class Decoder {
public:
  Decoder(ImplicitLocOpBuilder &b, FloatType to)
      : b(b), to(to), fractionBits(to.getFPMantissaWidth() - 1),
        bias(llvm::APFloat::semanticsMaxExponent(to.getFloatSemantics())) {}

  /// Powers of two, 2^(byte - 127); 255 is NaN. Of the operand types only bf16
  /// has all of them; its smallest is subnormal.
  Value e8m0(Value byte) {
    Value wide = arith::ExtUIOp::create(b, b.getI16Type(), byte);
    Value number = shiftLeft(wide, fractionBits);
    number = where(equals(wide, 0), 1 << (fractionBits - 1), number);
    return asFloat(where(equals(wide, 0xff), nan(), number));
  }

  /// Sign, four exponent bits of bias 7, three fraction bits; 0x7f is NaN.
  /// Exponent and fraction, where those of `to` are, stand for the value times
  /// a power of two.
  Value e4m3(Value byte) {
    constexpr int magnitudeMask = 0x7f, signMask = 0x80, scaleBias = 7;
    Value wide = arith::ExtUIOp::create(b, b.getI16Type(), byte);
    Value magnitude = mask(wide, magnitudeMask);
    Value number =
        arith::OrIOp::create(b, shiftLeft(magnitude, fractionBits - 3),
                             shiftLeft(mask(wide, signMask), 8));
    Value scaled = arith::MulFOp::create(
        b, asFloat(number),
        arith::ConstantOp::create(
            b, b.getFloatAttr(to, std::ldexp(1.0, bias - scaleBias))));
    return arith::SelectOp::create(b, equals(magnitude, magnitudeMask),
                                   asFloat(constant(nan())), scaled);
  }

private:
  Value constant(int64_t bits) {
    return arith::ConstantIntOp::create(b, b.getI16Type(), bits);
  }
  Value shiftLeft(Value word, int64_t by) {
    return arith::ShLIOp::create(b, word, constant(by));
  }
  Value mask(Value word, int64_t bits) {
    return arith::AndIOp::create(b, word, constant(bits));
  }
  Value equals(Value word, int64_t bits) {
    return arith::CmpIOp::create(b, arith::CmpIPredicate::eq, word,
                                 constant(bits));
  }
  Value where(Value condition, int64_t bits, Value otherwise) {
    return arith::SelectOp::create(b, condition, constant(bits), otherwise);
  }
  Value asFloat(Value word) { return arith::BitcastOp::create(b, to, word); }
  /// The bits of a quiet NaN of type `to`.
  int64_t nan() const {
    return llvm::APFloat::getQNaN(to.getFloatSemantics())
        .bitcastToAPInt()
        .getZExtValue();
  }

  ImplicitLocOpBuilder &b;
  FloatType to;
  int fractionBits, bias;
};
} // namespace

Value humming::decodeScale(OpBuilder &builder, Location loc, Value value,
                           Type from, Type to) {
  if (from == to)
    return value;
  ImplicitLocOpBuilder b(loc, builder);
  Decoder decoder(b, cast<FloatType>(to));
  if (isa<Float8E8M0FNUType>(from))
    return decoder.e8m0(value);
  assert(isa<Float8E4M3FNType>(from) && "humming-check-target refuses others");
  return decoder.e4m3(value);
}
