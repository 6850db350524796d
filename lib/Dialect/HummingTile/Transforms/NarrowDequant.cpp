//===- NarrowDequant.cpp - dequant_atom into 8 and 4 bits -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A register at a time: fields of W bits, the operand's width, an element in
// each. What the recipes say of one field holds for all, because nothing
// carries from one into the next. They are in NarrowIntegers.cpp and
// NarrowMinifloats.cpp; ScaledIntegers.cpp has those that are scaled. What is
// packed as operands stays as it is.
//
//===----------------------------------------------------------------------===//

#include "NarrowDequant.h"
#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/Dialect/HummingTile/IR/DequantRecipe.h"
#include "humming/Dialect/HummingTile/IR/PackedLayout.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace humming;
using namespace humming::tile;

static constexpr unsigned kWordBits = 32;

static Type operandType(DequantAtomOp op) {
  return cast<VectorType>(op.getResultTypes().front()).getElementType();
}

static Code codeOf(DequantAtomOp op) {
  return cast<CodeType>(op.getCode()).getCode();
}

NarrowCodes::NarrowCodes(ImplicitLocOpBuilder &builder, DequantAtomOp op)
    : FieldBuilder(builder, operandType(op).getIntOrFloatBitWidth()), op(op),
      code(codeOf(op)), type(operandType(op)),
      numRegisters(kTileCodes * width / kWordBits) {
  for (unsigned word = 0; word < code.bits(); ++word)
    words.push_back(vector::ExtractOp::create(builder, op.getWords(), word));
}

SmallVector<Piece> NarrowCodes::pieces(unsigned number) const {
  SmallVector<Piece> result;
  unsigned lowBit = 0;
  for (unsigned bits : planeWidths(code.bits())) {
    assert(planeSlotBits(code.bits(), bits, width) == bits);
    unsigned perWord = width / bits;
    result.push_back({words[lowBit + number / perWord],
                      bits * (number % perWord), bits, lowBit});
    lowBit += bits;
  }
  return result;
}

Value NarrowCodes::fields(unsigned number, unsigned place, unsigned count) {
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
  Code code = codeOf(op);
  if (op.getScale() && !canFoldScales(code, type, bool(op.getZero())))
    return op.emitOpError("expected a scale only with an integer code and e4m3 "
                          "or e5m2 operands, got ")
           << op.getCode() << " to " << type
           << ": it belongs to the accumulators";
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
  SmallVector<Value> registers;
  if (op.getScale())
    registers = expandScaled(builder, op);
  else if (packsOperands(codeOf(op).bits(),
                         operandType(op).getIntOrFloatBitWidth()))
    for (unsigned word = 0; word < codeOf(op).bits(); ++word)
      registers.push_back(
          vector::ExtractOp::create(builder, op.getWords(), word));
  else
    registers = codeOf(op).kind() == Code::Kind::Float
                    ? expandMinifloats(builder, op)
                    : expandIntegers(builder, op);
  auto words = VectorType::get(kAtomRegisters, builder.getI32Type());
  SmallVector<Value> results;
  for (auto [number, result] : llvm::enumerate(op.getResults())) {
    Value joined = vector::FromElementsOp::create(
        builder, words,
        ArrayRef(registers).slice(number * kAtomRegisters, kAtomRegisters));
    results.push_back(vector::BitCastOp::create(
        builder, cast<VectorType>(result.getType()), joined));
  }
  return results;
}
