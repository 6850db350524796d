//===- ExpandPipeline.cpp - humming-tile-expand-pipeline ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A pipeline becomes a loop over staged buffers. With cp.async the copies of
// stages - 1 tiles are in flight; without, one tile waits in registers. So does
// a tile that cp.async cannot copy: it is read ahead of the products and stored
// behind them, in the stage that all threads have left; the next barrier
// publishes it.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/HummingTile/Transforms/Passes.h"

#include "Expander.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace humming::tile {
#define GEN_PASS_DEF_EXPANDPIPELINE
#include "humming/Dialect/HummingTile/Transforms/Passes.h.inc"
} // namespace humming::tile

using namespace mlir;
using namespace humming;
using namespace humming::tile;

/// Bytes of the shortest cp.async (PTX ISA, cp.async).
static constexpr int64_t kLeastAsyncBytes = 4;

bool humming::tile::canBeAsync(CopyOp copy) {
  auto source = cast<MemRefType>(copy.getSource().getType());
  if (copy.getGather())
    return false;
  if (!source.getLayout().isIdentity())
    return true;
  int64_t bits = getElementBits(source.getElementType());
  auto isWhole = [&](int64_t cols) {
    return cols * bits % (kLeastAsyncBytes * 8) == 0;
  };
  return isWhole(source.getDimSize(1)) &&
         isWhole(copy.getBuffer().getType().getCols());
}

/// stage + 1, or 0 behind the last stage; of the type that `stage` has.
Value Expander::nextStage(Value stage) {
  Value next = arith::AddIOp::create(b, loc, stage, constantLike(stage, 1));
  Value wraps = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, next,
                                      constantLike(stage, stages));
  return arith::SelectOp::create(b, loc, wraps, constantLike(stage, 0), next);
}

Value Expander::narrow(Value index) {
  return arith::IndexCastUIOp::create(b, loc, b.getI32Type(), index);
}

Value Expander::asIndex(Value number) {
  return number.getType().isIndex()
             ? number
             : arith::IndexCastUIOp::create(b, loc, b.getIndexType(), number);
}

/// Starts the copies of the tile at k, if there is one, as one group (which may
/// be empty, so that groups can be counted).
void Expander::produceAsync(Value k, Value stage, Copies which) {
  Value inside = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, k,
                                       pipeline.getUpper());
  auto guard = scf::IfOp::create(b, loc, inside);
  {
    OpBuilder::InsertionGuard inGuard(b);
    b.setInsertionPointToStart(guard.thenBlock());
    IRMapping mapping;
    mapping.map(pipeline.getProduce().getArgument(0), k);
    for (Operation &op : pipeline.getProduce().front().without_terminator()) {
      if (auto copy = dyn_cast<CopyOp>(op); copy && !isAmong(copy, which))
        continue;
      Operation *clone = b.clone(op, mapping);
      if (auto copy = dyn_cast<CopyOp>(clone)) {
        copy.getStageMutable().assign(stage);
        copy.setAsync(canBeAsync(copy));
      }
    }
  }
  AsyncCommitOp::create(b, loc);
}

/// Reads the tile at k into registers.
SmallVector<std::pair<CopyOp, Value>> Expander::loadTiles(Value k,
                                                          Copies which) {
  IRMapping mapping;
  mapping.map(pipeline.getProduce().getArgument(0), k);
  SmallVector<std::pair<CopyOp, Value>> tiles;
  for (Operation &op : pipeline.getProduce().front().without_terminator()) {
    auto copy = dyn_cast<CopyOp>(op);
    if (!copy) {
      b.clone(op, mapping);
      continue;
    }
    if (!isAmong(copy, which))
      continue;
    auto smem = copy.getBuffer().getType();
    auto frag = FragType::get(b.getContext(), smem.getRows(), smem.getCols(),
                              smem.getElementType(), copy.getViaAttr());
    Value tile =
        LoadOp::create(b, copy.getLoc(), frag, copy.getSource(),
                       ValueRange{mapping.lookupOrDefault(copy.getRow()),
                                  mapping.lookupOrDefault(copy.getCol())},
                       /*stage=*/Value(), copy.getGather(), /*transpose=*/false,
                       /*plane=*/IntegerAttr(), /*column=*/IntegerAttr(),
                       /*row_block=*/IntegerAttr());
    tiles.emplace_back(copy, tile);
  }
  return tiles;
}

void Expander::storeTiles(ArrayRef<std::pair<CopyOp, Value>> tiles,
                          Value stage) {
  for (auto [copy, tile] : tiles)
    StoreOp::create(b, copy.getLoc(), tile, copy.getBuffer(), ValueRange(),
                    stage, /*transpose=*/false);
}

/// An op of the consume region, on a stage.
void Expander::cloneConsumed(Operation &op, IRMapping &mapping, Value stage) {
  auto load = dyn_cast<LoadOp>(op);
  if (!load || !isa<SmemType>(load.getSource().getType())) {
    b.clone(op, mapping);
    return;
  }
  Value number = asIndex(stage);
  cast<LoadOp>(b.clone(op, mapping)).getStageMutable().assign(number);
}

/// One run of the consume region on a stage.
SmallVector<Value> Expander::consume(Value k, Value stage, ValueRange carried) {
  IRMapping mapping;
  mapping.map(body().getArgument(0), k);
  mapping.map(body().getArguments().drop_front(), carried);
  for (Operation &op : body().without_terminator())
    cloneConsumed(op, mapping, stage);
  return llvm::map_to_vector(
      body().getTerminator()->getOperands(),
      [&](Value value) { return mapping.lookupOrDefault(value); });
}

/// Starts the copies of the first stages - 1 tiles. A table is written while
/// they are on their way.
void Expander::prefetch() {
  for (int64_t stage = 0; stage < stages - 1; ++stage) {
    Value k = arith::AddIOp::create(b, loc, pipeline.getLower(),
                                    constant(stage * pipeline.getStep()));
    produceAsync(k, constant(stage));
  }
  for (TabulateOp table :
       llvm::make_early_inc_range(pipeline->getBlock()->getOps<TabulateOp>()))
    table->moveBefore(pipeline);
}

void Expander::expandCpAsync() {
  Value step = constant(pipeline.getStep());
  prefetch();
  bool hasRest = llvm::any_of(pipeline.getProduce().getOps<CopyOp>(),
                              [](CopyOp copy) { return !canBeAsync(copy); });
  Value last;
  if (hasRest)
    last = arith::SubIOp::create(b, loc, pipeline.getUpper(), step);
  SmallVector<Value> inits(pipeline.getInits());
  inits.append({narrow(constant(0)), narrow(constant(stages - 1))});
  auto loop =
      scf::ForOp::create(b, loc, narrow(pipeline.getLower()),
                         narrow(pipeline.getUpper()), narrow(step), inits);
  b.setInsertionPointToStart(loop.getBody());
  ValueRange carried = loop.getRegionIterArgs().drop_back(2);
  Value readNumber = loop.getRegionIterArgs()[carried.size()],
        writeNumber = loop.getRegionIterArgs()[carried.size() + 1];
  Value k = asIndex(loop.getInductionVar()), read = asIndex(readNumber),
        write = asIndex(writeNumber);

  // The oldest group has landed for this thread; behind the barrier, for all,
  // and all have left the stage that the new copies fill.
  AsyncWaitOp::create(b, loc, stages - 2);
  gpu::BarrierOp::create(b, loc);
  Value ahead = arith::AddIOp::create(
      b, loc, k, constant((stages - 1) * pipeline.getStep()));
  produceAsync(ahead, write, Copies::Async);
  SmallVector<std::pair<CopyOp, Value>> tiles;
  if (hasRest) // Beyond the end the last tile, for a stage that nobody reads.
    tiles =
        loadTiles(arith::MinUIOp::create(b, loc, ahead, last), Copies::Rest);
  SmallVector<Value> results = consume(k, read, carried);
  storeTiles(tiles, write);
  // The next copies fill the stage that has just been read.
  results.append({nextStage(readNumber), readNumber});
  scf::YieldOp::create(b, loc, results);
  pipeline.replaceAllUsesWith(loop.getResults().drop_back(2));
}

void Expander::expandSync() {
  Value step = constant(pipeline.getStep());
  storeTiles(loadTiles(pipeline.getLower(), Copies::All), constant(0));
  gpu::BarrierOp::create(b, loc);

  // The last turn reads its own tile again rather than one beyond the end.
  Value last = arith::SubIOp::create(b, loc, pipeline.getUpper(), step);
  SmallVector<Value> inits(pipeline.getInits());
  inits.push_back(constant(0));
  auto loop = scf::ForOp::create(b, loc, pipeline.getLower(),
                                 pipeline.getUpper(), step, inits);
  b.setInsertionPointToStart(loop.getBody());
  ValueRange carried = loop.getRegionIterArgs().drop_back();
  Value read = loop.getRegionIterArgs().back();
  Value ahead = arith::AddIOp::create(b, loc, loop.getInductionVar(), step);
  auto tiles =
      loadTiles(arith::MinUIOp::create(b, loc, ahead, last), Copies::All);
  SmallVector<Value> results = consume(loop.getInductionVar(), read, carried);
  Value write = nextStage(read);
  storeTiles(tiles, write);
  gpu::BarrierOp::create(b, loc);
  results.push_back(write);
  scf::YieldOp::create(b, loc, results);
  pipeline.replaceAllUsesWith(loop.getResults().drop_back());
}

namespace {
struct ExpandPipeline : public tile::impl::ExpandPipelineBase<ExpandPipeline> {
  void runOnOperation() override {
    WalkResult walk =
        getOperation().walk([](PipelineOp pipeline) -> WalkResult {
          if (WarpgroupMmaOp mma = findWarpgroupMma(pipeline)) {
            if (failed(checkWarpgroups(pipeline, mma)))
              return failure();
            Expander expander(pipeline);
            if (pipeline.getCopy() == "tma" && failed(expander.startBulk()))
              return failure();
            if (mma.getSharedWeights())
              expander.expandShared(mma);
            else
              expander.expandWarpgroups(mma);
          } else if (pipeline.getCopy() == "cp_async")
            Expander(pipeline).expandCpAsync();
          else if (pipeline.getCopy() == "sync")
            Expander(pipeline).expandSync();
          else
            return pipeline.emitOpError(
                       "expected copy \"sync\" or \"cp_async\", got \"")
                   << pipeline.getCopy() << "\"";
          pipeline.erase();
          return WalkResult::skip();
        });
    if (walk.wasInterrupted())
      signalPassFailure();
  }
};
} // namespace
