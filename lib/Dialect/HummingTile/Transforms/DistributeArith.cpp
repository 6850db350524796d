//===- DistributeArith.cpp - arithmetic on fragments ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// splat, mma, dequant and map, on the vectors of one thread.
//
//===----------------------------------------------------------------------===//

#include "DequantBuilder.h"
#include "Distributor.h"

#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/Dialect/HummingTile/IR/PackedLayout.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
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

/// The same registers in pieces as `info` says, each made of whole ones.
static ThreadFragment regrouped(OpBuilder &b, Location loc,
                                const ThreadFragment &fragment,
                                const PieceInfo &info) {
  if (fragment.perPiece == info.perPiece)
    return fragment;
  ThreadFragment result;
  result.perPiece = info.perPiece;
  int64_t parts = info.perPiece / fragment.perPiece;
  for (size_t first = 0; first < fragment.pieces.size(); first += parts) {
    Value piece = arith::ConstantOp::create(b, loc, b.getZeroAttr(info.type));
    for (int64_t part = 0; part < parts; ++part)
      piece = vector::InsertStridedSliceOp::create(
          b, loc, fragment.pieces[first + part], piece,
          part * fragment.perPiece, /*strides=*/1);
    result.pieces.push_back(piece);
  }
  return result;
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
  int64_t firstK = 0, endK = kAtoms;
  if (std::optional<ArrayRef<int64_t>> columns = mma.getColumns()) {
    int64_t atomCols = weightLayout.getCols() / kAtoms;
    firstK = columns->front() / atomCols;
    endK = firstK + columns->back() / atomCols;
  }
  // Scales of blocks lie as the operands do: by atom, those of one together.
  auto scalesOf = [&](int64_t row, int64_t token, int64_t k) {
    SmallVector<Value> scales;
    int64_t firstOf[] = {row * kAtoms + k, token * kAtoms + k};
    for (auto [scale, atom] : llvm::zip(mma.getScales(), firstOf)) {
      int64_t groups = cast<FragType>(scale.getType()).getCols() / kAtoms;
      scales.push_back(fragmentOf(scale).slice(b, loc, atom * groups, groups));
    }
    return scales;
  };
  // k outermost: consecutive instructions write different accumulators.
  for (int64_t k = firstK; k < endK; ++k)
    for (int64_t row = 0; row < rowAtoms; ++row)
      for (int64_t token = 0; token < tokenAtoms; ++token) {
        Value &sum = result.pieces[row * tokenAtoms + token];
        sum = MmaAtomOp::create(
            b, loc, sum.getType(), mma.getAtom(),
            weights.slice(b, loc, (row * kAtoms + k) * regsA, regsA),
            activations.slice(b, loc, (token * kAtoms + k) * regsB, regsB), sum,
            scalesOf(row, token, k));
      }
  fragments[mma.getResult()] =
      regrouped(b, loc, result, getPieceInfo(mma.getResult().getType()));
}

/// The words of one plane from register `first` on: one tile's codes.
static void appendWords(OpBuilder &b, Location loc, const ThreadFragment &plane,
                        int64_t first, SmallVectorImpl<Value> &words) {
  const auto *last =
      plane.pieces.begin() + (first + kTileCodes) / plane.perPiece;
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

/// The first register of `codes` of the 32 that become those from `first` on of
/// `values`, in whichever order; -1 where they are not together.
static int64_t tileRegister(FragType codes, FragType values, int64_t first) {
  int64_t tile = -1;
  for (int64_t reg = first; reg < first + kTileCodes; ++reg) {
    auto [row, col] = values.getLayout().coordinates(/*thread=*/0, reg);
    int64_t of = codes.getLayout().regOf(row, col) / kTileCodes * kTileCodes;
    if (reg != first && of != tile)
      return -1;
    tile = of;
  }
  return tile;
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
  DequantTable table = tableOf(dequant);
  for (int64_t first = 0, e = type.getLayout().getNumRegs(); first < e;
       first += kTileCodes) {
    auto [row, col] = type.getLayout().coordinates(/*thread=*/0, first);
    SmallVector<Value> words;
    for (Value plane : dequant.getCodes()) {
      int64_t reg = tileRegister(cast<FragType>(plane.getType()), type, first);
      if (reg < 0)
        return dequant.emitOpError("expected the codes of a packed tile "
                                   "together, got ")
               << cast<FragType>(plane.getType()).getLayout();
      appendWords(b, loc, fragmentOf(plane), reg, words);
    }
    auto wordsType =
        VectorType::get({static_cast<int64_t>(words.size())}, b.getI32Type());
    auto atom = DequantAtomOp::create(
        b, loc, pieceTypes,
        vector::FromElementsOp::create(b, loc, wordsType, words),
        perGroup(dequant.getScale(), row, col),
        perGroup(dequant.getZero(), row, col), table.memory, table.copy,
        dequant.getCodeAttr(), dequant.getInPlaceAttr());
    llvm::append_range(result.pieces, atom.getResults());
  }
  fragments[dequant.getResult()] = result;
  return success();
}

void Distributor::distributeMap(MapOp map) {
  FragType type = map.getResult().getType();
  PieceInfo info = getPieceInfo(type);
  Block &body = map.getBody().front();
  // The register of an input beside one of the result: the same element, or
  // that of the one row or column.
  auto inputRegister = [&](Value input, int64_t reg) {
    auto inputType = cast<FragType>(input.getType());
    auto [row, col] = type.getLayout().coordinates(/*thread=*/0, reg);
    return inputType.getLayout().regOf(inputType.getRows() == 1 ? 0 : row,
                                       inputType.getCols() == 1 ? 0 : col);
  };
  ThreadFragment result;
  result.perPiece = info.perPiece;
  for (int64_t piece = 0; piece < info.numPieces; ++piece) {
    SmallVector<Value> elements;
    for (int64_t i = 0; i < info.perPiece; ++i) {
      IRMapping element = scalars;
      for (auto [arg, input] :
           llvm::zip_equal(body.getArguments(), map.getInputs()))
        element.map(arg, fragmentOf(input).element(
                             b, map.getLoc(),
                             inputRegister(input, piece * info.perPiece + i)));
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
