//===- FieldBuilder.cpp - Arithmetic on the fields of a word --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each function is one instruction of a GPU; spread() is two or three.
//
//===----------------------------------------------------------------------===//

#include "NarrowDequant.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace humming;
using namespace humming::tile;

/// A selector of byte_permute: of bytes 0 to 3 the sign, bit 3 of each nibble.
static constexpr uint32_t kSigns = 0xba98;

Value FieldBuilder::constant(uint32_t bits) {
  return arith::ConstantIntOp::create(builder, builder.getI32Type(),
                                      int64_t(bits));
}

uint32_t FieldBuilder::repeated(uint32_t bits, unsigned pitch) {
  uint32_t result = 0;
  for (unsigned at = 0; at < 32; at += pitch)
    result |= bits << at;
  return result;
}

Value FieldBuilder::shift(Value word, int by) {
  if (by == 0)
    return word;
  Value amount = constant(std::abs(by));
  if (by > 0)
    return arith::ShLIOp::create(builder, word, amount);
  return arith::ShRUIOp::create(builder, word, amount);
}

Value FieldBuilder::keep(Value word, uint32_t bits) {
  if (bits == ~0u)
    return word;
  return arith::AndIOp::create(builder, word, constant(bits));
}

Value FieldBuilder::flip(Value word, uint32_t bits) {
  return arith::XOrIOp::create(builder, word, constant(bits));
}

Value FieldBuilder::join(Value a, Value b) {
  if (!a || !b)
    return a ? a : b;
  return arith::OrIOp::create(builder, a, b);
}

Value FieldBuilder::multiply(Value word, uint32_t factor) {
  return arith::MulIOp::create(builder, word, constant(factor));
}

Value FieldBuilder::add(Value word, uint32_t bits) {
  return arith::AddIOp::create(builder, word, constant(bits));
}

Value FieldBuilder::spread(Value word, int at) {
  if (width == 8) {
    Value signs = shift(word, 7 - at);
    return BytePermuteOp::create(builder, signs, signs, constant(kSigns));
  }
  return multiply(keep(shift(word, -at), repeated(1)), (1u << width) - 1);
}

Value FieldBuilder::addWhere(Value mask, Value word, uint32_t amount) {
  // mask = (2^width - 1) * ones, and (2^width - 1) * repeated(1) = -1.
  uint32_t factor = amount * -repeated(1);
  if (word == mask)
    return multiply(mask, factor + 1);
  return arith::AddIOp::create(builder, multiply(mask, factor), word);
}
