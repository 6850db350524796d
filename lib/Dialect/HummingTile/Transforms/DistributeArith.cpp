//===- DistributeArith.cpp - arithmetic on fragments ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// splat, mma, dequant and map, on the vectors of one thread.
//
//===----------------------------------------------------------------------===//

#include "Distributor.h"

#include "humming/Dialect/Humming/IR/Humming.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace humming;
using namespace humming::tile;

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

LogicalResult Distributor::distributeDequant(DequantOp dequant) {
  FragType type = dequant.getResult().getType(),
           codesType = dequant.getCodes().getType();
  ThreadFragment codes = fragmentOf(dequant.getCodes());
  PieceInfo info = getPieceInfo(type);
  Location loc = dequant.getLoc();

  // Two rows' values of a group, as the atom wants them.
  auto perRow = [&](Value fragment, int64_t row, int64_t col) -> Value {
    if (!fragment)
      return {};
    auto fragType = cast<FragType>(fragment.getType());
    int64_t group = type.getCols() / fragType.getCols();
    return fragmentOf(fragment).slice(
        b, loc, fragType.getLayout().regOf(row, col / group), 2);
  };
  ThreadFragment result;
  result.perPiece = info.perPiece;
  for (int64_t piece = 0; piece < info.numPieces; ++piece) {
    auto [row, col] =
        type.getLayout().coordinates(/*thread=*/0, piece * info.perPiece);
    int64_t reg = codesType.getLayout().regOf(row, col);
    if (reg % codes.perPiece != 0 || info.perPiece != codes.perPiece)
      return dequant.emitOpError(
                 "expected the codes of an atom in one word, got register ")
             << reg << " first";
    result.pieces.push_back(DequantAtomOp::create(
        b, loc, info.type, codes.pieces[reg / codes.perPiece],
        perRow(dequant.getScale(), row, col),
        perRow(dequant.getZero(), row, col),
        TypeAttr::get(codesType.getElementType())));
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
