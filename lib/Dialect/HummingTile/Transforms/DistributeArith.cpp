//===- DistributeArith.cpp - arithmetic on fragments ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// splat, mma, dequant and map, on the vectors of one thread.
//
//===----------------------------------------------------------------------===//

#include "Distributor.h"

#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/Dialect/HummingTile/IR/PackedLayout.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace humming;
using namespace humming::tile;

/// Bits of a packed word of codes.
static constexpr int64_t kWordBits = 32;

void Distributor::distributeSplat(SplatOp splat) {
  PieceInfo info = getPieceInfo(splat.getResult().getType());
  Value piece = vector::BroadcastOp::create(
      b, splat.getLoc(), info.type, scalars.lookupOrDefault(splat.getValue()));
  fragments[splat.getResult()] =
      ThreadFragment{SmallVector<Value>(info.numPieces, piece), info.perPiece};
}

void Distributor::distributeMma(MmaOp mma) {
  ThreadFragment weights = fragmentOf(mma.getWeights()),
                 activations = fragmentOf(mma.getActivations());
  ThreadFragment acc = fragmentOf(mma.getAcc());
  LayoutAttr weightLayout = mma.getWeights().getType().getLayout();
  LayoutAttr tokenLayout = mma.getActivations().getType().getLayout();
  // Registers are [row atoms, column atoms, atom], so atoms follow one another.
  int64_t rowAtoms = weightLayout.getRowModes()[1],
          kAtoms = weightLayout.getColModes()[1];
  int64_t tokenAtoms = tokenLayout.getRowModes()[1];
  int64_t regsA = weightLayout.getNumRegs() / (rowAtoms * kAtoms);
  int64_t regsB = tokenLayout.getNumRegs() / (tokenAtoms * kAtoms);
  int64_t regsC =
      mma.getAcc().getType().getLayout().getNumRegs() / (rowAtoms * tokenAtoms);
  Location loc = mma.getLoc();
  ThreadFragment result;
  result.perPiece = regsC;
  for (int64_t row = 0; row < rowAtoms; ++row)
    for (int64_t token = 0; token < tokenAtoms; ++token)
      result.pieces.push_back(
          acc.slice(b, loc, (row * tokenAtoms + token) * regsC, regsC));
  // k outermost: consecutive instructions write different accumulators.
  for (int64_t k = 0; k < kAtoms; ++k)
    for (int64_t row = 0; row < rowAtoms; ++row)
      for (int64_t token = 0; token < tokenAtoms; ++token) {
        Value &sum = result.pieces[row * tokenAtoms + token];
        sum = MmaAtomOp::create(
            b, loc, sum.getType(), mma.getAtom(),
            weights.slice(b, loc, (row * kAtoms + k) * regsA, regsA),
            activations.slice(b, loc, (token * kAtoms + k) * regsB, regsB),
            sum);
      }
  fragments[mma.getResult()] = result;
}

/// The words of one plane from register `first` on: one tile's codes.
static void appendWords(OpBuilder &b, Location loc, const ThreadFragment &plane,
                        int64_t first, SmallVectorImpl<Value> &words) {
  auto last = plane.pieces.begin() + (first + kTileCodes) / plane.perPiece;
  for (auto *it = plane.pieces.begin() + first / plane.perPiece; it != last;
       ++it) {
    auto bits = cast<VectorType>(it->getType());
    int64_t count =
        bits.getNumElements() * bits.getElementTypeBitWidth() / kWordBits;
    Value vector = *it;
    auto wordType = VectorType::get({count}, b.getI32Type());
    if (bits != wordType)
      vector = vector::BitCastOp::create(b, loc, wordType, vector);
    for (int64_t word = 0; word < count; ++word)
      words.push_back(vector::ExtractOp::create(b, loc, vector, word));
  }
}

/// Both rows' values for each group of columns in the tile at (row, col).
static Value valuesOfTile(OpBuilder &b, Location loc, FragType type,
                          const ThreadFragment &fragment, int64_t row,
                          int64_t col, int64_t cols) {
  int64_t group = cols / type.getCols();
  SmallVector<Value> values;
  for (int64_t at = col; at < col + kPackedCols; at += group) {
    int64_t reg = type.getLayout().regOf(row, at / group);
    if (group >= kPackedCols)
      return fragment.slice(b, loc, reg, 2);
    for (int64_t half : {0, 1})
      values.push_back(fragment.element(b, loc, reg + half));
  }
  auto vector = VectorType::get({static_cast<int64_t>(values.size())},
                                values.front().getType());
  return vector::FromElementsOp::create(b, loc, vector, values);
}

LogicalResult Distributor::distributeDequant(DequantOp dequant) {
  FragType type = dequant.getResult().getType();
  PieceInfo info = getPieceInfo(type);
  Location loc = dequant.getLoc();
  auto perGroup = [&](Value fragment, int64_t row, int64_t col) -> Value {
    return fragment
               ? valuesOfTile(b, loc, cast<FragType>(fragment.getType()),
                              fragmentOf(fragment), row, col, type.getCols())
               : Value();
  };
  ThreadFragment result;
  result.perPiece = info.perPiece;
  SmallVector<Type> pieceTypes(kTileCodes / info.perPiece, info.type);
  for (int64_t first = 0, e = type.getLayout().getNumRegs(); first < e;
       first += kTileCodes) {
    auto [row, col] = type.getLayout().coordinates(/*thread=*/0, first);
    SmallVector<Value> words;
    for (Value plane : dequant.getCodes()) {
      auto planeType = cast<FragType>(plane.getType());
      int64_t reg = planeType.getLayout().regOf(row, col);
      if (reg % kTileCodes != 0)
        return dequant.emitOpError("expected the codes of a packed tile "
                                   "together, got register ")
               << reg << " first";
      appendWords(b, loc, fragmentOf(plane), reg, words);
    }
    auto wordsType =
        VectorType::get({static_cast<int64_t>(words.size())}, b.getI32Type());
    auto atom = DequantAtomOp::create(
        b, loc, pieceTypes,
        vector::FromElementsOp::create(b, loc, wordsType, words),
        perGroup(dequant.getScale(), row, col),
        perGroup(dequant.getZero(), row, col), dequant.getCodeAttr());
    llvm::append_range(result.pieces, atom.getResults());
  }
  fragments[dequant.getResult()] = result;
  return success();
}

void Distributor::distributeMap(MapOp map) {
  PieceInfo info = getPieceInfo(map.getResult().getType());
  Block &body = map.getBody().front();
  ThreadFragment result;
  result.perPiece = info.perPiece;
  for (int64_t piece = 0; piece < info.numPieces; ++piece) {
    SmallVector<Value> elements;
    for (int64_t i = 0; i < info.perPiece; ++i) {
      IRMapping element = scalars;
      for (auto [arg, input] :
           llvm::zip_equal(body.getArguments(), map.getInputs()))
        element.map(arg, fragmentOf(input).element(b, map.getLoc(),
                                                   piece * info.perPiece + i));
      for (Operation &op : body.without_terminator())
        b.clone(op, element);
      elements.push_back(
          element.lookupOrDefault(body.getTerminator()->getOperand(0)));
    }
    result.pieces.push_back(
        vector::FromElementsOp::create(b, map.getLoc(), info.type, elements));
  }
  fragments[map.getResult()] = result;
}
