//===- DistributeWarpgroup.cpp - products of warpgroups -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The registers of one thread in a product of warpgroups, and descriptors of
// the activations' shared tile.
//
//===----------------------------------------------------------------------===//

#include "Distributor.h"

#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/Dialect/HummingTile/IR/Units.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace humming;
using namespace humming::tile;

/// What a descriptor counts in.
static constexpr int64_t kDescriptorBytes = 16;

LogicalResult Distributor::distributeWarpgroupMma(WarpgroupMmaOp mma) {
  Location loc = mma.getLoc();
  SmemType tokens = mma.getActivations().getType();
  if (tokens.getLayout().getSwizzle() != kLineBytes)
    return mma.emitOpError("expected activations in swizzled lines of ")
           << kLineBytes << " bytes, got " << tokens;

  ThreadFragment weights = fragmentOf(mma.getWeights());
  LayoutAttr layout = mma.getWeights().getType().getLayout();
  // Registers are [row atoms, column atoms, atom], so atoms follow one another.
  int64_t rowAtoms = layout.getRowModes()[1], kAtoms = layout.getColModes()[1];
  int64_t regsA = layout.getNumRegs() / (rowAtoms * kAtoms);
  FragType accType = mma.getResult().getType();
  int64_t regsC = accType.getLayout().getNumRegs() / rowAtoms;
  auto sumType = VectorType::get(regsC, accType.getElementType());
  // Without sums to go on from, the first product of each starts from zero.
  SmallVector<Value> sums(rowAtoms);
  if (mma.getAcc())
    for (int64_t row = 0; row < rowAtoms; ++row)
      sums[row] = fragmentOf(mma.getAcc()).slice(b, loc, row * regsC, regsC);

  TileMemory memory =
      sharedMemory(mma.getActivations(), mma.getStage(), /*column=*/0);
  Value origin = memory.origin ? memory.origin : constant(0);
  Value base = MatrixDescriptorOp::create(b, loc, memory.flat, origin);
  int64_t stepBytes =
      tokens.getCols() / kAtoms * getElementBits(tokens.getElementType()) / 8;
  WarpgroupFenceOp::create(b, loc);
  // k outermost: consecutive instructions write different accumulators.
  for (int64_t k = 0; k < kAtoms; ++k) {
    int64_t byte = k * stepBytes;
    int64_t offset =
        byte / kLineBytes * tokens.getRows() * kLineBytes + byte % kLineBytes;
    Value moved = arith::ConstantIntOp::create(b, loc, b.getI64Type(),
                                               offset / kDescriptorBytes);
    Value matrix = arith::AddIOp::create(b, loc, base, moved);
    for (int64_t row = 0; row < rowAtoms; ++row)
      sums[row] = WarpgroupAtomOp::create(
          b, loc, sumType, mma.getAtom(),
          weights.slice(b, loc, (row * kAtoms + k) * regsA, regsA), matrix,
          sums[row]);
  }
  WarpgroupCommitOp::create(b, loc);

  PieceInfo info = getPieceInfo(accType);
  ThreadFragment result;
  result.perPiece = info.perPiece;
  for (Value sum : sums)
    for (int64_t reg = 0; reg < regsC; reg += info.perPiece)
      result.pieces.push_back(vector::ExtractStridedSliceOp::create(
          b, loc, sum, reg, info.perPiece, 1));
  fragments[mma.getResult()] = result;
  return success();
}

void Distributor::distributeWarpgroupWait(WarpgroupWaitOp wait) {
  auto waited = WarpgroupWaitOp::create(b, wait.getLoc(), wait.getPending(),
                                        flatten(wait.getValues()),
                                        flatten(wait.getWeights()));
  ValueRange pieces = waited.getResults();
  for (Value result : wait.getResults()) {
    size_t count = getPieceInfo(cast<FragType>(result.getType())).numPieces;
    setPieces(result, pieces.take_front(count));
    pieces = pieces.drop_front(count);
  }
}
