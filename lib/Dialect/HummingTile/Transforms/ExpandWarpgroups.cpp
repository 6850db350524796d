//===- ExpandWarpgroups.cpp - pipelines of warpgroups ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The products of one tile run while the codes of the next are read; weights
// are made of them in front of their products, and stay there until
// humming-tile-interleave-products. What the tile makes of products stands
// behind their wait; what that reads besides, such as scales of groups, is read
// while they run. What cp.async cannot copy is copied at once.
//
//===----------------------------------------------------------------------===//

#include "Expander.h"

#include "humming/Dialect/HummingTile/IR/Units.h"
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

Expander::Ahead Expander::splitAhead(WarpgroupMmaOp mma) {
  llvm::SmallPtrSet<Operation *, 16> isRead;
  for (Operation &op :
       llvm::reverse(llvm::make_range(body().begin(), Block::iterator(mma))))
    if (isa<LoadOp>(op) || llvm::any_of(op.getUsers(), [&](Operation *user) {
          return isRead.contains(user);
        }))
      isRead.insert(&op);
  Ahead ahead;
  for (Operation &op : llvm::make_range(body().begin(), Block::iterator(mma))) {
    (isRead.contains(&op) ? ahead.reads : ahead.makes).push_back(&op);
    if (isRead.contains(&op))
      for (Value result : op.getResults())
        if (llvm::any_of(result.getUsers(), [&](Operation *user) {
              return !isRead.contains(user);
            }))
          ahead.codes.push_back(result);
  }
  return ahead;
}

/// Reads what the weights of the tile at k are made of.
SmallVector<Value> Expander::readCodes(WarpgroupMmaOp mma, Value k,
                                       Value stage) {
  Ahead ahead = splitAhead(mma);
  IRMapping mapping;
  mapping.map(body().getArgument(0), k);
  for (Operation *op : ahead.reads)
    cloneConsumed(*op, mapping, stage);
  return llvm::map_to_vector(
      ahead.codes, [&](Value value) { return mapping.lookup(value); });
}

/// The weights of the tile at k as operands.
Value Expander::decode(WarpgroupMmaOp mma, Value k, const Turn &turn) {
  Ahead ahead = splitAhead(mma);
  IRMapping mapping;
  mapping.map(body().getArgument(0), k);
  mapping.map(ahead.codes, turn.codes);
  for (Operation *op : ahead.makes)
    b.clone(*op, mapping);
  return mapping.lookup(mma.getWeights());
}

Value Expander::start(WarpgroupMmaOp mma, Value weights, Value sum,
                      Value stage) {
  return WarpgroupMmaOp::create(b, mma.getLoc(), mma.getType(), weights,
                                mma.getActivations(),
                                mma.getAcc() ? sum : Value(), asIndex(stage),
                                mma.getAtomAttr(), mma.getWarpsAttr());
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

/// Waits until the tile behind the one at k is there, and reads what its
/// weights are made of.
Expander::Turn Expander::advance(WarpgroupMmaOp mma, Value k, const Turn &turn,
                                 bool isLast) {
  Value next = arith::AddIOp::create(b, loc, k, constant(pipeline.getStep()));
  // The first of two tiles is in an even stage, where their number is even: the
  // second is in the same round, its addresses those of the first with offsets.
  bool staysInRound = !isLast && stages % 2 == 0;
  Value nextRead =
      staysInRound
          ? arith::AddIOp::create(b, loc, turn.read, constantLike(turn.read, 1),
                                  arith::IntegerOverflowFlags::nuw)
          : nextStage(turn.read);
  Value from = nextRead, nextWrite, parity;
  if (isBulk())
    nextWrite = parity =
        staysInRound ? turn.write : nextParity(turn.write, nextRead);
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
    if (!isLast)
      endTurn(next);
  } else {
    // The stage that the new copies fill held the tile before this one, whose
    // products every warp has waited for.
    land(stages - 3);
    produceAsync(arith::AddIOp::create(
                     b, loc, k, constant((stages - 1) * pipeline.getStep())),
                 turn.write);
    nextWrite = nextStage(turn.write);
  }
  return {Value(), readCodes(mma, next, from), nextRead, nextWrite};
}

/// The products of the tile at k run while the next tile's codes are read.
Expander::Turn Expander::multiply(WarpgroupMmaOp mma, Value k, const Turn &turn,
                                  bool isLast) {
  IRMapping mapping;
  mapping.map(body().getArgument(0), k);
  mapping.map(body().getArgument(1), turn.sum);
  Value weights = decode(mma, k, turn);
  Value started = start(mma, weights, turn.sum, turn.read);
  cloneTail(mma, mapping, turn.read, /*ofProducts=*/false);
  Turn next = advance(mma, k, turn, isLast);
  // Nothing stays in flight: ptxas moves what reads the sums behind the loop
  // ahead of a wait that stands there.
  auto waited =
      WarpgroupWaitOp::create(b, mma.getLoc(), /*pending=*/0, started, weights);
  if (isBulk())
    leaveStage(turn.read);
  mapping.map(mma.getResult(), waited.getResult(0));
  cloneTail(mma, mapping, turn.read, /*ofProducts=*/true);
  next.sum = mapping.lookupOrDefault(body().getTerminator()->getOperand(0));
  return next;
}

/// Registers of a thread that a fragment takes, 0 where that is not decided.
static int64_t registersOf(Type fragment) {
  constexpr int64_t wordBits = 32;
  auto type = cast<FragType>(fragment);
  LayoutAttr layout = type.getLayout();
  return layout ? layout.getNumRegs() * getElementBits(type.getElementType()) /
                      wordBits
                : 0;
}

/// Whether the products of one tile may follow those of the one before:
/// nothing is done to their sum in between, and there is room for the weights
/// of both.
bool Expander::followsAtOnce(WarpgroupMmaOp mma) {
  // Of a multiprocessor's, and of a thread's (PTX ISA, setmaxnreg, in eights);
  // what copies, addresses and decoding take was read off ptxas.
  constexpr int64_t all = 65536, own = 240, others = 48;
  int64_t most =
      std::min<int64_t>(own, all / (kLanes * mma.getWarps())) - others;
  return mma.getAcc() && mma->getNextNode() == body().getTerminator() &&
         registersOf(mma.getType()) +
                 2 * registersOf(mma.getWeights().getType()) <=
             most;
}

/// The products of two tiles. The second's are started before those of the
/// first are waited for, so the tensor cores go on.
Expander::Turn Expander::multiplyTwo(WarpgroupMmaOp mma, Value k,
                                     const Turn &turn) {
  auto wait = [&](int64_t pending, Value sum, Value weights) -> Value {
    return WarpgroupWaitOp::create(b, mma.getLoc(), pending, sum, weights)
        .getResult(0);
  };
  auto leave = [&](const Turn &turn) {
    if (isBulk())
      leaveStage(turn.read);
  };
  Value even = decode(mma, k, turn);
  Value sum = start(mma, even, turn.sum, turn.read);
  Turn second = advance(mma, k, turn, /*isLast=*/false);
  Value between =
      arith::AddIOp::create(b, loc, k, constant(pipeline.getStep()));
  Value odd = decode(mma, between, second);
  sum = wait(/*pending=*/1, start(mma, odd, sum, second.read), even);
  leave(turn);
  Turn third = advance(mma, between, second, /*isLast=*/true);
  third.sum = wait(/*pending=*/0, sum, odd);
  leave(second);
  return third;
}

void Expander::expandWarpgroups(WarpgroupMmaOp mma) {
  Value read = constant(0), write = constant(stages - 1);
  if (isBulk()) {
    std::tie(read, write) = firstSlot();
    takeTurn();
    awaitTile(read, write);
  } else {
    prefetch();
    land(stages - 2);
  }
  SmallVector<Value> inits = {pipeline.getInits()[0], read, write};
  llvm::append_range(inits, readCodes(mma, pipeline.getLower(), read));
  // Two tiles a turn of the loop, each with weights in registers of its own.
  auto loop =
      scf::ForOp::create(b, loc, pipeline.getLower(), pipeline.getUpper(),
                         constant(2 * pipeline.getStep()), inits);
  b.setInsertionPointToStart(loop.getBody());
  Value k = loop.getInductionVar();
  ValueRange values = loop.getRegionIterArgs();
  Turn turn = {values[0], llvm::to_vector(values.drop_front(3)), values[1],
               values[2]};
  if (followsAtOnce(mma)) {
    turn = multiplyTwo(mma, k, turn);
  } else {
    turn = multiply(mma, k, turn, /*isLast=*/false);
    Value between =
        arith::AddIOp::create(b, loc, k, constant(pipeline.getStep()));
    turn = multiply(mma, between, turn, /*isLast=*/true);
  }
  SmallVector<Value> yielded = {turn.sum, turn.read, turn.write};
  llvm::append_range(yielded, turn.codes);
  scf::YieldOp::create(b, loc, yielded);
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
  if (!mma.getSharedWeights() && lower && upper &&
      (*upper - *lower) % (2 * pipeline.getStep()) != 0)
    return pipeline.emitOpError("expected an even number of steps of ")
           << pipeline.getStep() << ", two a turn of the loop; got " << *lower
           << " to " << *upper;
  return success();
}
