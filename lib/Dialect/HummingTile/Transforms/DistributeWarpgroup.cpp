//===- DistributeWarpgroup.cpp - products of warpgroups -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The registers of one thread in a product of warpgroups, and descriptors of
// the shared tiles of activations and of weights that need no decoding.
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

/// What a descriptor counts in, and the bytes of k that an instruction takes.
static constexpr int64_t kDescriptorBytes = 16, kStepBytes = 32;
/// Rows and bytes of a row of a core matrix; rows of an instruction, and its
/// threads.
static constexpr int64_t kCoreRows = 8, kCoreBytes = 16, kInstructionRows = 64,
                         kWarpgroup = 4 * kLanes;

/// Moves a descriptor by so many bytes.
static Value moved(OpBuilder &b, Location loc, Value matrix, int64_t bytes) {
  Value units = arith::ConstantIntOp::create(b, loc, b.getI64Type(),
                                             bytes / kDescriptorBytes);
  return arith::AddIOp::create(b, loc, matrix, units);
}

/// The weights of a warpgroup's first rows and step of k in a shared tile of
/// core matrices.
FailureOr<Value> Distributor::describeWeights(WarpgroupMmaOp mma,
                                              int64_t rowAtoms) {
  Location loc = mma.getLoc();
  LayoutAttr layout = mma.getSharedWeights().getLayout();
  if (layout.getSwizzle() || layout.offsetOf(0, 1) != 1 ||
      layout.offsetOf(1, 0) != kCoreBytes)
    return mma.emitOpError("expected weights in core matrices of ")
           << kCoreRows << " rows of " << kCoreBytes << " bytes, got "
           << mma.getSharedWeights();
  TileMemory memory =
      sharedMemory(mma.getWeights(), mma.getStage(), /*column=*/0);
  Value group =
      arith::DivUIOp::create(b, loc, thread.number, constant(kWarpgroup));
  int64_t rows = rowAtoms * layout.offsetOf(kInstructionRows, 0);
  Value origin = arith::MulIOp::create(b, loc, group, constant(rows));
  if (memory.origin)
    origin = arith::AddIOp::create(b, loc, memory.origin, origin);
  int64_t strides[] = {layout.offsetOf(0, kCoreBytes),
                       layout.offsetOf(kCoreRows, 0)};
  return MatrixDescriptorOp::create(b, loc, memory.flat, origin,
                                    b.getDenseI64ArrayAttr(strides))
      .getResult();
}

LogicalResult Distributor::distributeWarpgroupMma(WarpgroupMmaOp mma) {
  Location loc = mma.getLoc();
  SmemType tokens = mma.getActivations().getType();
  if (tokens.getLayout().getSwizzle() != kLineBytes)
    return mma.emitOpError("expected activations in swizzled lines of ")
           << kLineBytes << " bytes, got " << tokens;

  // Registers are [row atoms, column atoms, atom], so atoms follow one another.
  FragType accType = mma.getResult().getType();
  int64_t rowAtoms = accType.getLayout().getRowModes()[1];
  int64_t kAtoms =
      mma.getDepth() * getElementBits(mma.getElementType()) / (kStepBytes * 8);
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
  Value base = MatrixDescriptorOp::create(b, loc, memory.flat, origin,
                                          DenseI64ArrayAttr());
  ThreadFragment fragment;
  Value weights;
  TypeAttr element;
  if (mma.getSharedWeights()) {
    FailureOr<Value> described = describeWeights(mma, rowAtoms);
    if (failed(described))
      return failure();
    weights = *described;
    element = TypeAttr::get(mma.getElementType());
  } else {
    fragment = fragmentOf(mma.getWeights());
  }
  auto weightsAt = [&](int64_t row, int64_t k) -> Value {
    if (weights) {
      LayoutAttr layout = mma.getSharedWeights().getLayout();
      return moved(b, loc, weights,
                   layout.offsetOf(row * kInstructionRows, k * kStepBytes));
    }
    int64_t perAtom = fragment.perPiece * int64_t(fragment.pieces.size()) /
                      (rowAtoms * kAtoms);
    return fragment.slice(b, loc, (row * kAtoms + k) * perAtom, perAtom);
  };
  WarpgroupFenceOp::create(b, loc);
  // k outermost: consecutive instructions write different accumulators.
  for (int64_t k = 0; k < kAtoms; ++k) {
    int64_t byte = k * kStepBytes;
    Value matrix = moved(b, loc, base,
                         byte / kLineBytes * tokens.getRows() * kLineBytes +
                             byte % kLineBytes);
    for (int64_t row = 0; row < rowAtoms; ++row)
      sums[row] = WarpgroupAtomOp::create(b, loc, sumType, mma.getAtom(),
                                          weightsAt(row, k), matrix, sums[row],
                                          element);
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
