//===- DistributeBulk.cpp - bulk copies and regions of warps --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A bulk copy is the work of one thread: runs where packed memory and its stage
// lie alike, boxes where a tensor map says how. A region of warps is a branch.
//
//===----------------------------------------------------------------------===//

#include "BlockSize.h"
#include "Distributor.h"

#include "IndexMath.h"
#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/Dialect/HummingTile/IR/Units.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"

using namespace mlir;
using namespace humming;
using namespace humming::tile;

namespace {
/// Runs that lie together in packed memory and in a tile of it, in units of
/// the flat memory.
struct Runs {
  int64_t length = 1;
  SmallVector<std::pair<int64_t, int64_t>> starts = {{0, 0}}; ///< from, to
};
} // namespace

static int64_t extentOf(LayoutAttr layout, int64_t mode) {
  return layout.getMode(mode).extent;
}

/// Modes from the innermost outward lie together as long as the tile has all of
/// them; those beyond are steps between runs.
static Runs findRuns(LayoutAttr memory, LayoutAttr tile) {
  Runs runs;
  bool together = true;
  for (int64_t mode : llvm::reverse(tile.getOffset())) {
    int64_t extent = extentOf(tile, mode);
    if (together) {
      runs.length *= extent;
      together = extent == extentOf(memory, mode);
      continue;
    }
    SmallVector<std::pair<int64_t, int64_t>> starts;
    for (int64_t digit = 0; digit < extent; ++digit)
      for (auto [from, to] : runs.starts)
        starts.emplace_back(from + digit * *memory.getOffsetStride(mode),
                            to + digit * *tile.getOffsetStride(mode));
    runs.starts = std::move(starts);
  }
  return runs;
}

LogicalResult Distributor::distributeBulkCopy(BulkCopyOp copy) {
  Location loc = copy.getLoc();
  SmemType buffer = copy.getBuffer().getType();
  int64_t bits = getElementBits(buffer.getElementType());
  TileMemory to = sharedMemory(copy.getBuffer(), copy.getStage());
  Value barriers = scalars.lookupOrDefault(copy.getBarriers()),
        index = scalars.lookupOrDefault(copy.getIndex()),
        row = scalars.lookupOrDefault(copy.getRow()),
        col = scalars.lookupOrDefault(copy.getCol());
  int64_t unitBits = std::max<int64_t>(bits, 8);
  Value stage = to.origin;
  if (bits < unitBits)
    stage = arith::DivUIOp::create(b, loc, stage, constant(unitBits / bits));

  auto source = dyn_cast<MemRefType>(copy.getSource().getType());
  if (!source) {
    int64_t boxCols = kLineBytes * 8 / bits;
    if (Value part = scalars.lookupOrNull(copy.getPart()))
      stage = arith::AddIOp::create(
          b, loc, stage,
          arith::MulIOp::create(b, loc, part, constant(boxCols)));
    for (int64_t first = 0; first < buffer.getCols(); first += boxCols)
      BulkBoxOp::create(b, loc, scalars.lookupOrDefault(copy.getSource()), row,
                        addConstant(b, loc, col, first), to.flat,
                        addConstant(b, loc, stage, first * buffer.getRows()),
                        barriers, index, scalars.lookupOrNull(copy.getMask()));
    return success();
  }

  auto layout = cast<LayoutAttr>(source.getLayout());
  Runs runs = findRuns(layout, buffer.getLayout());
  if (runs.length * bits % (kRunBytes * 8) != 0)
    return copy.emitOpError("expected runs of whole ")
           << kRunBytes << " bytes, got " << runs.length << " elements of "
           << bits << " bits";
  auto type = FragType::get(b.getContext(), buffer.getRows(), buffer.getCols(),
                            buffer.getElementType(), {});
  TileMemory from =
      globalMemory(type, copy.getSource(), {copy.getRow(), copy.getCol()},
                   /*transpose=*/false, Selection());
  Value origin = from.origin;
  if (bits < unitBits)
    origin = arith::DivUIOp::create(b, loc, origin, constant(unitBits / bits));
  for (auto [first, place] : runs.starts)
    BulkRunOp::create(
        b, loc, from.flat, addConstant(b, loc, origin, first * bits / unitBits),
        to.flat, addConstant(b, loc, stage, place * bits / unitBits),
        b.getI32IntegerAttr(runs.length * bits / 8), barriers, index);
  return success();
}

/// A box for each line of a warpgroup's rows, all started by one thread.
LogicalResult Distributor::distributeBulkStore(BulkStoreOp store) {
  Location loc = store.getLoc();
  SmemType buffer = store.getBuffer().getType();
  int64_t bits = getElementBits(buffer.getElementType());
  int64_t boxCols = kLineBytes * 8 / bits;
  int64_t rows = buffer.getRows() * kWarpgroupThreads / thread.count;
  if (rows % boxCols ||
      buffer.getLayout() != swizzledLines(b.getContext(), buffer.getRows(),
                                          buffer.getCols(), bits))
    return store.emitOpError("expected columns in swizzled lines of ")
           << kLineBytes << " bytes, whole ones for each of "
           << thread.count / kWarpgroupThreads << " warpgroups, got " << buffer;
  TileMemory from = sharedMemory(store.getBuffer(), store.getStage());
  Value map = scalars.lookupOrDefault(store.getMap()),
        row = scalars.lookupOrDefault(store.getRow()),
        col = scalars.lookupOrDefault(store.getCol());
  Value zero = constant(0), origin = from.origin ? from.origin : zero;
  Value number = thread.number;
  if (thread.count > kWarpgroupThreads) {
    Value skipped = arith::MulIOp::create(b, loc, warpgroup(), constant(rows));
    col = arith::AddIOp::create(b, loc, col, skipped);
    origin = arith::AddIOp::create(
        b, loc, origin,
        arith::MulIOp::create(b, loc, skipped, constant(buffer.getCols())));
    number =
        arith::RemUIOp::create(b, loc, number, constant(kWarpgroupThreads));
  }
  Value isFirst =
      arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, number, zero);
  auto branch = scf::IfOp::create(b, loc, isFirst);
  OpBuilder inner = branch.getThenBodyBuilder();
  for (int64_t first = 0; first < rows; first += boxCols)
    BulkBoxStoreOp::create(
        inner, loc, from.flat,
        addConstant(inner, loc, origin, first * buffer.getCols()), map, row,
        addConstant(inner, loc, col, first));
  return success();
}

/// Tries until the phase is complete.
void Distributor::distributeMbarrierWait(MbarrierWaitOp wait) {
  Location loc = wait.getLoc();
  Value barriers = scalars.lookupOrDefault(wait.getBarriers()),
        index = scalars.lookupOrDefault(wait.getIndex()),
        parity = scalars.lookupOrDefault(wait.getParity());
  scf::WhileOp::create(
      b, loc, TypeRange(), ValueRange(),
      [&](OpBuilder &body, Location at, ValueRange) {
        Value done = MbarrierTryWaitOp::create(body, at, body.getI1Type(),
                                               barriers, index, parity);
        Value isTrue = arith::ConstantIntOp::create(body, at, 1, 1);
        Value again = arith::XOrIOp::create(body, at, done, isTrue);
        scf::ConditionOp::create(body, at, again, ValueRange());
      },
      [](OpBuilder &body, Location at, ValueRange) {
        scf::YieldOp::create(body, at);
      });
}

LogicalResult Distributor::distributeWarps(WarpsOp warps) {
  Location loc = warps.getLoc();
  int64_t first = warps.getFirst() * kLanes, count = warps.getCount() * kLanes;
  ThreadContext outer = thread;
  auto compare = [&](arith::CmpIPredicate predicate, int64_t number) -> Value {
    return arith::CmpIOp::create(b, loc, predicate, block.number,
                                 constant(number));
  };
  Value isAmong;
  if (first > 0)
    isAmong = compare(arith::CmpIPredicate::uge, first);
  if (first + count < block.count) {
    Value below = compare(arith::CmpIPredicate::ult, first + count);
    isAmong = isAmong ? arith::AndIOp::create(b, loc, isAmong, below) : below;
  }
  if (!isAmong)
    return distribute(warps.getBody().front());
  auto branch = scf::IfOp::create(b, loc, isAmong);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  thread.count = count;
  if (first > 0)
    thread.number =
        arith::SubIOp::create(b, loc, block.number, constant(first));
  int64_t outerBarrier = std::exchange(barrier, ++numBarriers);
  int64_t outerGroups = std::exchange(groupBarriers, 0);
  LogicalResult result = distribute(warps.getBody().front());
  barrier = outerBarrier;
  groupBarriers = outerGroups;
  thread = outer;
  return result;
}

/// A barrier among the threads of the region.
void Distributor::distributeBarrier(gpu::BarrierOp op) {
  if (barrier == 0)
    gpu::BarrierOp::create(b, op.getLoc());
  else
    NamedBarrierOp::create(b, op.getLoc(), barrier, /*plus=*/Value(),
                           thread.count);
}

/// The number of the thread's warpgroup among those of the region.
Value Distributor::warpgroup() {
  return arith::DivUIOp::create(b, func.getLoc(), thread.number,
                                constant(kWarpgroupThreads));
}

/// Each warpgroup has a barrier of its own, the same at every such op.
void Distributor::distributeWarpgroupBarrier(WarpgroupBarrierOp op) {
  if (groupBarriers == 0) {
    groupBarriers = numBarriers + 1;
    numBarriers += thread.count / kWarpgroupThreads;
  }
  Value plus = thread.count > kWarpgroupThreads ? warpgroup() : Value();
  NamedBarrierOp::create(b, op.getLoc(), groupBarriers, plus,
                         kWarpgroupThreads);
}
