//===- TileLoad.cpp - loads of one thread ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Fragments read from memory: runs of registers at once, or codes one by one.
//
//===----------------------------------------------------------------------===//

#include "Distribution.h"

#include "IndexMath.h"
#include "humming/Dialect/Humming/IR/Humming.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/DenseMap.h"

using namespace mlir;

namespace humming::tile {

/// Bits of a register of PTX.
static constexpr int64_t kWordBits = 32;

/// `value()` where `condition` holds (null: everywhere), else zero.
static Value valueOrZero(OpBuilder &b, Location loc, Value condition, Type type,
                         function_ref<Value(OpBuilder &)> value) {
  if (!condition)
    return value(b);
  auto guard =
      scf::IfOp::create(b, loc, type, condition, /*withElseRegion=*/true);
  OpBuilder then = guard.getThenBodyBuilder();
  scf::YieldOp::create(then, loc, value(then));
  OpBuilder otherwise = guard.getElseBodyBuilder();
  scf::YieldOp::create(
      otherwise, loc,
      arith::ConstantOp::create(otherwise, loc,
                                cast<TypedAttr>(otherwise.getZeroAttr(type)))
          .getResult());
  return guard.getResult(0);
}

/// One run of registers, as a vector of units.
Value TileAccess::loadRun(OpBuilder &b, Location loc, int64_t reg) const {
  Constant at = constantOf(reg);
  auto vector = VectorType::get({run * bits / unitBits},
                                getMemoryElement(memory.element));
  return valueOrZero(
      b, loc, inBounds(b, loc, at), vector, [&](OpBuilder &inner) -> Value {
        return vector::LoadOp::create(inner, loc, vector, memory.flat,
                                      ValueRange{sourceIndex(inner, loc, at)});
      });
}

/// One code (or its plane) as an i32, from row-major memory where codes follow
/// one another bit by bit. Behind the last row the first is read: without
/// branches, loads of one column share what says where in a byte it begins.
/// Columns that may not exist have nothing to share, and do branch.
Value TileAccess::loadCode(OpBuilder &b, Location loc, int64_t reg) const {
  constexpr int64_t byteBits = 8;
  Constant at = constantOf(reg);
  Type i32 = b.getI32Type();
  Value condition = inBounds(b, loc, at);
  bool branches = condition && memory.colBound;
  // Eight codes fill bytes.
  int64_t wholeBytes = 0;
  if (!memory.gather) {
    wholeBytes = at.col / byteBits * bits;
    at.col %= byteBits;
  }
  auto load = [&](OpBuilder &inner) -> Value {
    auto [row, col] = placeOf(inner, loc, at, branches || !condition);
    Value bit =
        addConstant(inner, loc, multiply(inner, loc, col, bits), memory.lowBit);
    Value eight = constant(inner, loc, byteBits);
    Value place = arith::RemUIOp::create(inner, loc, bit, eight);
    Value index = addConstant(
        inner, loc,
        add(inner, loc,
            multiply(inner, loc, row, memory.codeRowBits / byteBits),
            arith::DivUIOp::create(inner, loc, bit, eight)),
        wholeBytes);
    auto byteAt = [&](Value where) -> Value {
      Value byte =
          memref::LoadOp::create(inner, loc, memory.flat, ValueRange{where});
      return arith::ExtUIOp::create(inner, loc, i32, byte);
    };
    Value window = byteAt(index);
    int64_t width =
        std::min<int64_t>(bits, getElementBits(type.getElementType()));
    if (byteBits % bits != 0 && width > 1) {
      // The code may end in the next byte, which is read only if it does.
      Value ends =
          arith::CmpIOp::create(inner, loc, arith::CmpIPredicate::ugt, place,
                                constant(inner, loc, byteBits - width));
      Value next = arith::SelectOp::create(
          inner, loc, ends, addConstant(inner, loc, index, 1), index);
      Value high = arith::ShLIOp::create(
          inner, loc, byteAt(next),
          arith::ConstantIntOp::create(inner, loc, byteBits, 32));
      window = arith::OrIOp::create(inner, loc, window, high);
    }
    Value shift = arith::IndexCastUIOp::create(inner, loc, i32, place);
    return arith::AndIOp::create(
        inner, loc, arith::ShRUIOp::create(inner, loc, window, shift),
        arith::ConstantIntOp::create(inner, loc, (int64_t(1) << width) - 1,
                                     32));
  };
  if (branches)
    return valueOrZero(b, loc, condition, i32, load);
  Value code = load(b);
  if (!condition)
    return code;
  return arith::SelectOp::create(b, loc, condition, code,
                                 arith::ConstantIntOp::create(b, loc, 0, 32));
}

/// Codes one by one: packed into words, or a byte each.
ThreadFragment TileAccess::loadCodes(OpBuilder &b, Location loc) const {
  PieceInfo info = getPieceInfo(type);
  ThreadFragment result;
  result.perPiece = info.perPiece;
  int64_t width = getElementBits(type.getElementType());
  Type element = b.getIntegerType(width < 8 ? kWordBits : 8);
  int64_t perUnit = width < 8 ? kWordBits / width : 1;
  auto unitAt = [&](int64_t first) -> Value {
    Value unit = loadCode(b, loc, first);
    if (perUnit == 1)
      return arith::TruncIOp::create(b, loc, element, unit);
    for (int64_t i = 1; i < perUnit; ++i) {
      Value placed = arith::ShLIOp::create(
          b, loc, loadCode(b, loc, first + i),
          arith::ConstantIntOp::create(b, loc, i * width, kWordBits));
      unit = arith::OrIOp::create(b, loc, unit, placed);
    }
    return unit;
  };
  for (int64_t piece = 0; piece < info.numPieces; ++piece) {
    SmallVector<Value> units;
    for (int64_t i = 0; i < info.perPiece; i += perUnit)
      units.push_back(unitAt(piece * info.perPiece + i));
    auto gathered =
        VectorType::get({static_cast<int64_t>(units.size())}, element);
    Value vector = vector::FromElementsOp::create(b, loc, gathered, units);
    if (gathered != info.type)
      vector = vector::BitCastOp::create(b, loc, info.type, vector);
    result.pieces.push_back(vector);
  }
  return result;
}

ThreadFragment TileAccess::load(OpBuilder &b, Location loc) const {
  if (memory.codeRowBits)
    return loadCodes(b, loc);
  PieceInfo info = getPieceInfo(type);
  ThreadFragment result;
  result.perPiece = info.perPiece;
  int64_t regs = info.perPiece * info.numPieces;
  Type element = info.type.getElementType();

  if (run >= info.perPiece) {
    // One access fills one or several pieces.
    for (int64_t reg = 0; reg < regs; reg += run) {
      Value loaded = loadRun(b, loc, reg);
      int64_t unitsPerRun = run * bits / info.type.getElementTypeBitWidth();
      if (cast<VectorType>(loaded.getType()).getElementType() != element)
        loaded = vector::BitCastOp::create(
            b, loc, VectorType::get({unitsPerRun}, element), loaded);
      int64_t length = info.type.getNumElements();
      for (int64_t start = 0; start < unitsPerRun; start += length)
        result.pieces.push_back(length == unitsPerRun
                                    ? loaded
                                    : vector::ExtractStridedSliceOp::create(
                                          b, loc, loaded, start, length, 1)
                                          .getResult());
    }
    return result;
  }

  // Several accesses fill one piece; equal addresses (broadcasts) are read
  // once.
  llvm::DenseMap<int64_t, Value> seen;
  int64_t unitsPerRun = run * bits / unitBits;
  for (int64_t first = 0; first < regs; first += info.perPiece) {
    SmallVector<Value> units;
    for (int64_t reg = first; reg < first + info.perPiece; reg += run) {
      Value &loaded = seen[constantOf(reg).offset];
      if (!loaded || memory.colBound)
        loaded = loadRun(b, loc, reg);
      for (int64_t i = 0; i < unitsPerRun; ++i)
        units.push_back(vector::ExtractOp::create(b, loc, loaded, i));
    }
    auto gathered = VectorType::get({static_cast<int64_t>(units.size())},
                                    units.front().getType());
    Value piece = vector::FromElementsOp::create(b, loc, gathered, units);
    if (gathered != info.type)
      piece = vector::BitCastOp::create(b, loc, info.type, piece);
    result.pieces.push_back(piece);
  }
  return result;
}

} // namespace humming::tile
