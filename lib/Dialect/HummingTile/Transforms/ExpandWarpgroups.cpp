//===- ExpandWarpgroups.cpp - pipelines of warpgroups ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The products of one tile run while the weights of the next become operands.
// What the tile makes of them stands behind their wait; what that reads
// besides, such as scales of groups, is read while they run. What cp.async
// cannot copy is copied at once.
//
//===----------------------------------------------------------------------===//

#include "Expander.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;
using namespace humming;
using namespace humming::tile;

/// All but the last `pending` tiles have landed, for the whole block and for
/// the matrix instructions; and all warps have come so far.
void Expander::land(int64_t pending) {
  AsyncWaitOp::create(b, loc, pending);
  ProxyFenceOp::create(b, loc);
  gpu::BarrierOp::create(b, loc);
}

/// The weights of the tile at k as operands.
Value Expander::fetch(WarpgroupMmaOp mma, Value k, Value stage) {
  IRMapping mapping;
  mapping.map(pipeline.getConsume().getArgument(0), k);
  for (Operation &op : llvm::make_range(body().begin(), Block::iterator(mma)))
    cloneConsumed(op, mapping, stage);
  return mapping.lookup(mma.getWeights());
}

/// Clones what stands behind the products: what is made of them, or the rest.
void Expander::cloneTail(WarpgroupMmaOp mma, IRMapping &mapping, Value stage,
                         bool ofProducts) {
  llvm::SmallPtrSet<Operation *, 16> made = {mma};
  for (Operation &op : llvm::make_range(std::next(Block::iterator(mma)),
                                        std::prev(body().end()))) {
    bool isMade = llvm::any_of(op.getOperands(), [&](Value operand) {
      return made.contains(operand.getDefiningOp());
    });
    if (isMade)
      made.insert(&op);
    if (isMade == ofProducts)
      cloneConsumed(op, mapping, stage);
  }
}

/// The products of the tile at k run while the next tile's weights become
/// operands, in other registers.
Expander::Turn Expander::multiply(WarpgroupMmaOp mma, Value k, Turn turn,
                                  bool isLast) {
  IRMapping mapping;
  mapping.map(body().getArgument(0), k);
  mapping.map(body().getArgument(1), turn.sum);
  Value started = WarpgroupMmaOp::create(
      b, mma.getLoc(), mma.getType(), turn.weights, mma.getActivations(),
      mma.getAcc() ? turn.sum : Value(), turn.read, mma.getAtomAttr(),
      mma.getWarpsAttr());
  cloneTail(mma, mapping, turn.read, /*ofProducts=*/false);

  Value next = arith::AddIOp::create(b, loc, k, constant(pipeline.getStep()));
  Value nextRead = nextStage(turn.read), from = nextRead;
  Value nextWrite, parity;
  if (isBulk())
    nextWrite = parity = nextParity(turn.write, nextRead);
  if (isLast) {
    // Its own weights once more rather than those of a tile beyond the end.
    Value isInside = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult,
                                           next, pipeline.getUpper());
    next = arith::SelectOp::create(b, loc, isInside, next, k);
    from = arith::SelectOp::create(b, loc, isInside, nextRead, turn.read);
    if (isBulk())
      parity = arith::SelectOp::create(b, loc, isInside, nextWrite, turn.write);
  }
  if (isBulk()) {
    awaitTile(from, parity);
  } else {
    // The stage that the new copies fill held the tile before this one, whose
    // products every warp has waited for.
    land(stages - 3);
    produceAsync(arith::AddIOp::create(
                     b, loc, k, constant((stages - 1) * pipeline.getStep())),
                 turn.write);
  }
  Value weights = fetch(mma, next, from);
  // The arrival behind the wait is a branch, behind which LLVM would move what
  // makes the next weights; so the wait reads them.
  SmallVector<Value> taken = {turn.weights};
  if (isBulk())
    taken.push_back(weights);
  // Nothing stays in flight: ptxas moves what reads the sums behind the loop
  // ahead of a wait that stands there.
  auto waited =
      WarpgroupWaitOp::create(b, mma.getLoc(), /*pending=*/0, started, taken);
  if (isBulk())
    leaveStage(turn.read);
  mapping.map(mma.getResult(), waited.getResult(0));
  cloneTail(mma, mapping, turn.read, /*ofProducts=*/true);
  Value sum = mapping.lookupOrDefault(body().getTerminator()->getOperand(0));
  if (!isBulk())
    nextWrite = nextStage(turn.write);
  return {sum, weights, nextRead, nextWrite};
}

void Expander::expandWarpgroups(WarpgroupMmaOp mma) {
  Value read = constant(0), write = constant(stages - 1);
  if (isBulk()) {
    std::tie(read, write) = firstSlot();
    awaitTile(read, write);
  } else {
    prefetch();
    land(stages - 2);
  }
  Value weights = fetch(mma, pipeline.getLower(), read);
  // Two tiles a turn of the loop: weights that were carried into registers that
  // products still read would have to wait for them.
  auto loop = scf::ForOp::create(
      b, loc, pipeline.getLower(), pipeline.getUpper(),
      constant(2 * pipeline.getStep()),
      ValueRange{pipeline.getInits()[0], weights, read, write});
  b.setInsertionPointToStart(loop.getBody());
  Value k = loop.getInductionVar();
  ValueRange carried = loop.getRegionIterArgs();
  Turn turn = {carried[0], carried[1], carried[2], carried[3]};
  if (followsAtOnce(mma)) {
    turn = multiplyTwo(mma, k, turn);
  } else {
    turn = multiply(mma, k, turn, /*isLast=*/false);
    Value between =
        arith::AddIOp::create(b, loc, k, constant(pipeline.getStep()));
    turn = multiply(mma, between, turn, /*isLast=*/true);
  }
  scf::YieldOp::create(
      b, loc, ValueRange{turn.sum, turn.weights, turn.read, turn.write});
  pipeline.replaceAllUsesWith(loop.getResults().take_front(1));
}

WarpgroupMmaOp humming::tile::findWarpgroupMma(PipelineOp pipeline) {
  auto found = pipeline.getConsume().getOps<WarpgroupMmaOp>();
  return found.empty() ? WarpgroupMmaOp() : *found.begin();
}

LogicalResult humming::tile::checkWarpgroups(PipelineOp pipeline,
                                             WarpgroupMmaOp mma) {
  if (pipeline.getCopy() == "sync" || pipeline.getNumResults() != 1)
    return mma.emitOpError("expected a pipeline with copy \"cp_async\" or "
                           "\"tma\" that carries on one sum");
  // The next tile's weights are made before the sum is there.
  Block &body = pipeline.getConsume().front();
  Value sum = body.getArgument(1);
  for (Operation &op : llvm::make_range(body.begin(), Block::iterator(mma)))
    if (llvm::is_contained(op.getOperands(), sum))
      return op.emitOpError(
          "expected the sum of warpgroups to be read by their "
          "product or behind it");
  if (mma.getAcc() && mma.getAcc() != sum)
    return mma.emitOpError("expected a product that goes on from the "
                           "pipeline's sum, or starts from zero");
  if (llvm::count_if(body, llvm::IsaPred<WarpgroupMmaOp>) != 1)
    return mma.emitOpError("expected one product of warpgroups in a pipeline");
  constexpr int64_t least = 3;
  int64_t stages =
      cast<SmemType>(pipeline.getBuffers()[0].getType()).getStages();
  if (stages < least)
    return pipeline.emitOpError("expected at least ")
           << least << " stages: one is multiplied, one made ready, one "
           << "filled; got " << stages;
  auto lower = getConstantIntValue(pipeline.getLower()),
       upper = getConstantIntValue(pipeline.getUpper());
  if (lower && upper && (*upper - *lower) % (2 * pipeline.getStep()) != 0)
    return pipeline.emitOpError("expected an even number of steps of ")
           << pipeline.getStep() << ", two a turn of the loop; got " << *lower
           << " to " << *upper;
  return success();
}
