//===- ThreadFragment.cpp - a fragment as one thread's vectors ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How many elements a vector of the thread form holds, and registers taken out
// of such vectors.
//
//===----------------------------------------------------------------------===//

#include "Distribution.h"

#include "humming/Dialect/Humming/IR/Humming.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <numeric>

using namespace mlir;

namespace humming::tile {

/// Bits of a packed word of codes.
static constexpr int64_t kWordBits = 32;

Type getMemoryElement(Type element) {
  return getElementBits(element) <= 8
             ? IntegerType::get(element.getContext(), 8)
             : element;
}

PieceInfo getPieceInfo(FragType type) {
  int64_t bits = getElementBits(type.getElementType()),
          regs = type.getLayout().getNumRegs();
  Type element = type.getElementType();
  if (isa<CodeType>(element) && bits < 8) {
    int64_t perWord = kWordBits / bits;
    return {
        VectorType::get({1}, IntegerType::get(type.getContext(), kWordBits)),
        perWord, regs / perWord};
  }
  int64_t most = kCopyBytes * 8 / bits;
  int64_t perPiece = regs <= most ? regs : std::gcd(regs, most);
  if (isa<CodeType>(element))
    element = getMemoryElement(element);
  return {VectorType::get({perPiece}, element), perPiece, regs / perPiece};
}

/// `vector` as one of elements of type `element`.
static Value castTo(OpBuilder &b, Location loc, Type element, Value vector) {
  auto type = cast<VectorType>(vector.getType());
  int64_t bits = type.getNumElements() * type.getElementTypeBitWidth();
  auto result =
      VectorType::get({bits / element.getIntOrFloatBitWidth()}, element);
  return type == result
             ? vector
             : vector::BitCastOp::create(b, loc, result, vector).getResult();
}

/// Elements [start, start + length) of `vector`.
static Value sliceOf(OpBuilder &b, Location loc, Value vector, int64_t start,
                     int64_t length) {
  if (cast<VectorType>(vector.getType()).getNumElements() == length)
    return vector;
  return vector::ExtractStridedSliceOp::create(b, loc, vector, start, length,
                                               1);
}

Value ThreadFragment::slice(OpBuilder &b, Location loc, int64_t start,
                            int64_t length) const {
  auto type = cast<VectorType>(pieces[0].getType());
  if (start / perPiece == (start + length - 1) / perPiece) {
    Value piece = pieces[start / perPiece];
    int64_t bits = type.getElementTypeBitWidth(), first = start % perPiece;
    bool isWords = first * bits % kWordBits == 0 &&
                   length * bits % kWordBits == 0 && length != perPiece;
    if (bits > 8 || !isWords)
      return sliceOf(b, loc, piece, first, length);
    Value words = castTo(b, loc, b.getI32Type(), piece);
    words = sliceOf(b, loc, words, first * bits / kWordBits,
                    length * bits / kWordBits);
    return castTo(b, loc, type.getElementType(), words);
  }
  SmallVector<Value> elements;
  for (int64_t reg = start; reg < start + length; ++reg)
    elements.push_back(element(b, loc, reg));
  return vector::FromElementsOp::create(
      b, loc, VectorType::get({length}, type.getElementType()), elements);
}

Value ThreadFragment::element(OpBuilder &b, Location loc, int64_t reg) const {
  return vector::ExtractOp::create(b, loc, pieces[reg / perPiece],
                                   reg % perPiece);
}

Value ThreadFragment::units(OpBuilder &b, Location loc, int64_t start,
                            int64_t length, unsigned bits) const {
  auto type = cast<VectorType>(pieces[0].getType());
  if (bits >= 8)
    return castTo(b, loc, getMemoryElement(type.getElementType()),
                  slice(b, loc, start, length));
  int64_t bytes = length * bits / 8;
  if (start / perPiece == (start + length - 1) / perPiece)
    return sliceOf(b, loc,
                   castTo(b, loc, b.getI8Type(), pieces[start / perPiece]),
                   start % perPiece * bits / 8, bytes);
  SmallVector<Value> words;
  for (int64_t reg = start; reg < start + length; reg += perPiece)
    words.push_back(
        vector::ExtractOp::create(b, loc, pieces[reg / perPiece], 0));
  auto gathered = VectorType::get({static_cast<int64_t>(words.size())},
                                  type.getElementType());
  return castTo(b, loc, b.getI8Type(),
                vector::FromElementsOp::create(b, loc, gathered, words));
}

} // namespace humming::tile
