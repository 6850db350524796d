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

using namespace mlir;

namespace humming::tile {

/// Bits of a packed word of codes.
static constexpr int64_t kWordBits = 32;

Type getMemoryElement(Type element) {
  return isa<CodeType>(element) ? IntegerType::get(element.getContext(), 8)
                                : element;
}

PieceInfo getPieceInfo(FragType type) {
  int64_t bits = getElementBits(type.getElementType()),
          regs = type.getLayout().getNumRegs();
  if (bits < 8) {
    int64_t perWord = kWordBits / bits;
    return {
        VectorType::get({1}, IntegerType::get(type.getContext(), kWordBits)),
        perWord, regs / perWord};
  }
  int64_t perPiece = std::min<int64_t>(regs, kCopyBytes * 8 / bits);
  return {VectorType::get({perPiece}, getMemoryElement(type.getElementType())),
          perPiece, regs / perPiece};
}

Value ThreadFragment::slice(OpBuilder &b, Location loc, int64_t start,
                            int64_t length) const {
  if (length == perPiece && start % perPiece == 0)
    return pieces[start / perPiece];
  if (start / perPiece == (start + length - 1) / perPiece)
    return vector::ExtractStridedSliceOp::create(
        b, loc, pieces[start / perPiece], start % perPiece, length, 1);
  SmallVector<Value> elements;
  for (int64_t reg = start; reg < start + length; ++reg)
    elements.push_back(element(b, loc, reg));
  auto type = cast<VectorType>(pieces[0].getType());
  return vector::FromElementsOp::create(
      b, loc, VectorType::get({length}, type.getElementType()), elements);
}

Value ThreadFragment::element(OpBuilder &b, Location loc, int64_t reg) const {
  return vector::ExtractOp::create(b, loc, pieces[reg / perPiece],
                                   reg % perPiece);
}

Value ThreadFragment::units(OpBuilder &b, Location loc, int64_t start,
                            int64_t length, unsigned bits) const {
  if (bits >= 8)
    return slice(b, loc, start, length);
  SmallVector<Value> words;
  for (int64_t reg = start; reg < start + length; reg += perPiece)
    words.push_back(
        vector::ExtractOp::create(b, loc, pieces[reg / perPiece], 0));
  Type wordType = words.front().getType();
  auto gathered =
      VectorType::get({static_cast<int64_t>(words.size())}, wordType);
  Value vector = vector::FromElementsOp::create(b, loc, gathered, words);
  int64_t bytes = length * bits / 8;
  return vector::BitCastOp::create(
      b, loc, VectorType::get({bytes}, b.getI8Type()), vector);
}

} // namespace humming::tile
