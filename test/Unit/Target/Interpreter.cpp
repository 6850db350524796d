//===- Interpreter.cpp - Values of expanded dequantization ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One branch an op; floating operations in double, then rounded once.
//
//===----------------------------------------------------------------------===//

#include "Interpreter.h"
#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "humming/Numerics/Float.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace humming;

static ScalarKind kindOf(Type type) {
  return getElementTypeOrSelf(type).isF16() ? ScalarKind::F16
                                            : ScalarKind::BF16;
}

static uint32_t truncateTo(Type type, uint32_t bits) {
  unsigned width = getElementTypeOrSelf(type).getIntOrFloatBitWidth();
  return width == 32 ? bits : bits & ((1u << width) - 1);
}

/// The elements of `from` elements, little-endian, read as `to` elements.
static Bits reinterpret(const Bits &bits, unsigned from, unsigned to) {
  Bits result(bits.size() * from / to);
  for (size_t bit = 0; bit < bits.size() * from; ++bit)
    result[bit / to] |= (bits[bit / from] >> (bit % from) & 1u) << (bit % to);
  return result;
}

/// PTX ISA 9.7.9.7, prmt in its default mode: bit 3 of a selector asks for the
/// sign of the byte.
static uint32_t permuteBytes(uint32_t a, uint32_t b, uint32_t selector) {
  uint8_t bytes[8];
  for (unsigned i = 0; i < 4; ++i) {
    bytes[i] = uint8_t(a >> 8 * i);
    bytes[4 + i] = uint8_t(b >> 8 * i);
  }
  uint32_t result = 0;
  for (unsigned i = 0; i < 4; ++i) {
    uint8_t byte = bytes[selector >> 4 * i & 7];
    if (selector >> 4 * i & 8)
      byte = byte >> 7 ? 0xff : 0;
    result |= uint32_t(byte) << 8 * i;
  }
  return result;
}

/// PTX ISA, dp4a.u32.u32.
static uint32_t dotBytes(uint32_t a, uint32_t b, uint32_t c) {
  for (unsigned bit = 0; bit < 32; bit += 8)
    c += (a >> bit & 0xff) * (b >> bit & 0xff);
  return c;
}

static Bits constantBits(Attribute attribute, Type type) {
  auto bitsOf = [](Attribute element) {
    if (auto number = dyn_cast<FloatAttr>(element))
      return uint32_t(number.getValue().bitcastToAPInt().getZExtValue());
    return uint32_t(cast<IntegerAttr>(element).getValue().getZExtValue());
  };
  if (!isa<VectorType>(type))
    return {bitsOf(attribute)};
  Bits result;
  for (Attribute element :
       cast<DenseElementsAttr>(attribute).getValues<Attribute>())
    result.push_back(bitsOf(element));
  return result;
}

void Interpreter::elementwise(Operation &op) {
  Type type = op.getResult(0).getType();
  ScalarKind kind = kindOf(type);
  Bits result;
  for (size_t i = 0; i < operand(op, 0).size(); ++i) {
    auto bits = [&](unsigned index) { return operand(op, index)[i]; };
    auto number = [&](unsigned index) { return decode(kind, bits(index)); };
    uint32_t value =
        llvm::TypeSwitch<Operation *, uint32_t>(&op)
            .Case([&](arith::AndIOp) { return bits(0) & bits(1); })
            .Case([&](arith::OrIOp) { return bits(0) | bits(1); })
            .Case([&](arith::XOrIOp) { return bits(0) ^ bits(1); })
            .Case([&](arith::ShRUIOp) { return bits(0) >> bits(1); })
            .Case([&](arith::ShLIOp) { return bits(0) << bits(1); })
            .Case([&](arith::AddIOp) { return bits(0) + bits(1); })
            .Case([&](arith::SubIOp) { return bits(0) - bits(1); })
            .Case([&](arith::MulIOp) { return bits(0) * bits(1); })
            .Case([&](arith::ExtUIOp) { return bits(0); })
            .Case([&](arith::TruncIOp) { return bits(0); })
            .Case([&](arith::CmpIOp compare) {
              EXPECT_EQ(compare.getPredicate(), arith::CmpIPredicate::uge);
              return uint32_t(bits(0) >= bits(1));
            })
            .Case([&](arith::SelectOp) { return bits(0) ? bits(1) : bits(2); })
            .Case([&](tile::BytePermuteOp) {
              return permuteBytes(bits(0), bits(1), bits(2));
            })
            .Case([&](tile::DotBytesOp) {
              return dotBytes(bits(0), bits(1), bits(2));
            })
            .Case([&](arith::AddFOp) {
              return encode(kind, number(0) + number(1));
            })
            .Case([&](arith::SubFOp) {
              return encode(kind, number(0) - number(1));
            })
            .Case(
                [&](arith::UIToFPOp) { return encode(kind, double(bits(0))); })
            .Case([&](arith::MulFOp) {
              return encode(kind, number(0) * number(1));
            })
            .Case([&](vector::FMAOp) {
              return encode(kind, number(0) * number(1) + number(2));
            });
    result.push_back(truncateTo(type, value));
  }
  values[op.getResult(0)] = result;
}

bool Interpreter::step(Operation &op) {
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    values[constant] = constantBits(constant.getValue(), constant.getType());
    return true;
  }
  if (isa<arith::AndIOp, arith::OrIOp, arith::XOrIOp, arith::ShRUIOp,
          arith::ShLIOp, arith::AddIOp, arith::SubIOp, arith::SubFOp,
          arith::UIToFPOp, arith::MulIOp, arith::ExtUIOp, arith::TruncIOp,
          arith::AddFOp, arith::MulFOp, arith::CmpIOp, arith::SelectOp,
          vector::FMAOp, tile::BytePermuteOp, tile::DotBytesOp>(op)) {
    elementwise(op);
    return true;
  }
  // PTX ISA 9.7.9.21, cvt.rn.satfinite; no test converts infinity.
  if (auto convert = dyn_cast<tile::ConvertPairOp>(op)) {
    ScalarKind to = isa<Float8E5M2Type>(convert.getTo()) ? ScalarKind::E5M2
                                                         : ScalarKind::E4M3;
    uint32_t bytes = 0;
    for (unsigned half : {0u, 1u})
      bytes |= encode(to, decode(ScalarKind::F16, operand(op, 0)[half]))
               << 8 * half;
    values[convert] = {bytes};
    return true;
  }
  if (isa<arith::IndexCastUIOp>(op)) {
    Bits bits = operand(op, 0); // A new value may move the others.
    values[op.getResult(0)] = bits;
    return true;
  }
  // Bytes from one on, as a number.
  if (auto view = dyn_cast<memref::ViewOp>(op)) {
    const Bits &memory = operand(op, 0);
    uint32_t first = operand(op, 1).front();
    uint32_t bytes = view.getType().getElementTypeBitWidth() / 8;
    EXPECT_EQ(first % bytes, 0u);
    EXPECT_LE(first + bytes, memory.size());
    uint32_t number = 0;
    for (uint32_t i = 0; i < bytes && first + i < memory.size(); ++i)
      number |= memory[first + i] << 8 * i;
    values[view] = {number};
    return true;
  }
  if (auto load = dyn_cast<memref::LoadOp>(op)) {
    Bits memory = operand(op, 0);
    uint32_t index = operand(op, 1).front();
    EXPECT_LT(index, memory.size());
    values[load] = {index < memory.size() ? memory[index] : 0};
    return true;
  }
  if (auto extract = dyn_cast<vector::ExtractOp>(op)) {
    values[extract] = {operand(op, 0)[extract.getStaticPosition().front()]};
    return true;
  }
  if (auto elements = dyn_cast<vector::FromElementsOp>(op)) {
    Bits result;
    for (Value element : elements.getElements())
      result.push_back(values[element].front());
    values[elements] = result;
    return true;
  }
  if (auto cast = dyn_cast<vector::BitCastOp>(op)) {
    values[cast] = reinterpret(
        operand(op, 0), cast.getSourceVectorType().getElementTypeBitWidth(),
        cast.getResultVectorType().getElementTypeBitWidth());
    return true;
  }
  if (auto broadcast = dyn_cast<vector::BroadcastOp>(op)) {
    values[broadcast] = Bits(broadcast.getResultVectorType().getNumElements(),
                             operand(op, 0).front());
    return true;
  }
  if (auto shuffle = dyn_cast<vector::ShuffleOp>(op)) {
    Bits both = operand(op, 0);
    both.insert(both.end(), operand(op, 1).begin(), operand(op, 1).end());
    Bits result;
    for (int64_t position : shuffle.getMask())
      result.push_back(both[position]);
    values[shuffle] = result;
    return true;
  }
  return false;
}

std::vector<Bits> Interpreter::run(Block &block, ArrayRef<Bits> arguments) {
  values.clear();
  for (auto [argument, bits] : llvm::zip_equal(block.getArguments(), arguments))
    values[argument] = bits;
  for (Operation &op : block.without_terminator())
    if (!step(op)) {
      ADD_FAILURE() << "no rule for " << op.getName().getStringRef().str();
      return {};
    }
  std::vector<Bits> results;
  for (Value value : block.getTerminator()->getOperands())
    results.push_back(values[value]);
  return results;
}
