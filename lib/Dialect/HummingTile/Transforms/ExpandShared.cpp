//===- ExpandShared.cpp - pipelines of weights that stay in memory --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Warpgroups that read both operands from shared memory hold sums alone. So the
// products of a tile may start before those of the tile before are waited for,
// from turn to turn; where something is made of each tile's products, they are
// waited for at once.
//
//===----------------------------------------------------------------------===//

#include "Expander.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace humming;
using namespace humming::tile;

bool humming::tile::isZero(Value sum) {
  if (!sum)
    return true;
  auto splat = sum.getDefiningOp<SplatOp>();
  return splat && (matchPattern(splat.getValue(), m_AnyZeroFloat()) ||
                   matchPattern(splat.getValue(), m_Zero()));
}

/// The stage behind that of `turn`, and with bulk copies the parity there.
Expander::Turn Expander::nextTurn(const Turn &turn) {
  Value read = nextStage(turn.read);
  return {
      turn.sum, {}, read, isBulk() ? nextParity(turn.write, read) : turn.write};
}

/// Starts the copies of the tile at k into the stage that all have left, where
/// threads copy.
void Expander::refill(Value k, Turn &turn) {
  if (isBulk())
    return;
  produceAsync(k, turn.write);
  turn.write = nextStage(turn.write);
}

/// Waits until the tile at k is there, so many behind it in flight.
void Expander::awaitTurn(Value k, const Turn &turn, int64_t pending) {
  if (!isBulk())
    return land(pending);
  awaitTile(turn.read, turn.write);
  endTurn(k);
}

/// Waits for all products but those of the last `pending` tiles.
Value Expander::finish(WarpgroupMmaOp mma, int64_t pending, Value sum) {
  return WarpgroupWaitOp::create(b, mma.getLoc(), pending, sum, ValueRange())
      .getResult(0);
}

/// A loop over the tiles from `lower` on, with `turn` from one to the next.
Expander::Turn
Expander::loopOver(Value lower, const Turn &turn,
                   function_ref<Turn(Value, const Turn &)> body) {
  auto loop = scf::ForOp::create(b, loc, lower, pipeline.getUpper(),
                                 constant(pipeline.getStep()),
                                 ValueRange{turn.sum, turn.read, turn.write});
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  ValueRange values = loop.getRegionIterArgs();
  Turn next =
      body(loop.getInductionVar(), {values[0], {}, values[1], values[2]});
  scf::YieldOp::create(b, loc, ValueRange{next.sum, next.read, next.write});
  return {loop.getResult(0), {}, loop.getResult(1), loop.getResult(2)};
}

/// The products of a tile start behind those of the one before, which are
/// waited for then; so its stage is free a turn later.
Value Expander::streamShared(WarpgroupMmaOp mma, Turn turn) {
  auto ahead = [&](Value k, int64_t tiles) -> Value {
    return arith::AddIOp::create(b, loc, k,
                                 constant(tiles * pipeline.getStep()));
  };
  awaitTurn(pipeline.getLower(), turn, stages - 2);
  // No register is written once products run.
  Value init = isZero(turn.sum) ? Value() : turn.sum;
  turn.sum = start(mma, mma.getWeights(), init, turn.read);
  turn = loopOver(
      ahead(pipeline.getLower(), 1), turn, [&](Value k, const Turn &before) {
        Turn next = nextTurn(before);
        awaitTurn(k, next, stages - 3);
        Value sum = start(mma, mma.getWeights(), before.sum, next.read);
        refill(ahead(k, stages - 2), next);
        next.sum = finish(mma, /*pending=*/1, sum);
        if (isBulk())
          leaveStage(before.read);
        return next;
      });
  Value sum = finish(mma, /*pending=*/0, turn.sum);
  if (isBulk())
    leaveStage(turn.read);
  return sum;
}

/// The products of a tile are waited for, and what is made of them is made.
Value Expander::finishEach(WarpgroupMmaOp mma, Turn turn) {
  return loopOver(
             pipeline.getLower(), turn,
             [&](Value k, const Turn &turn) {
               awaitTurn(k, turn, stages - 2);
               IRMapping mapping;
               mapping.map(body().getArgument(0), k);
               mapping.map(body().getArgument(1), turn.sum);
               Value sum = start(mma, mma.getWeights(), turn.sum, turn.read);
               cloneTail(mma, mapping, turn.read, /*ofProducts=*/false);
               Turn next = nextTurn(turn);
               refill(
                   arith::AddIOp::create(
                       b, loc, k, constant((stages - 1) * pipeline.getStep())),
                   next);
               mapping.map(mma.getResult(), finish(mma, /*pending=*/0, sum));
               if (isBulk())
                 leaveStage(turn.read);
               cloneTail(mma, mapping, turn.read, /*ofProducts=*/true);
               next.sum = mapping.lookupOrDefault(
                   body().getTerminator()->getOperand(0));
               return next;
             })
      .sum;
}

void Expander::expandShared(WarpgroupMmaOp mma) {
  Turn turn = {pipeline.getInits()[0], {}, constant(0), constant(stages - 1)};
  if (isBulk()) {
    std::tie(turn.read, turn.write) = firstSlot();
    takeTurn();
  } else {
    prefetch();
  }
  bool goesOn = mma.getAcc() && mma->getNextNode() == body().getTerminator();
  Value sum = goesOn ? streamShared(mma, turn) : finishEach(mma, turn);
  pipeline.replaceAllUsesWith(ValueRange{sum});
}
