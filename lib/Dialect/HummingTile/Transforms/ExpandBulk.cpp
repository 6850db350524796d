//===- ExpandBulk.cpp - pipelines filled by a warp of their own -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One lane of a warp behind the others starts all copies. Each stage has two
// mbarriers: `full` counts the bytes of its tile, `empty` the warps that have
// left it. Both sides count tiles, over all pieces of a block: the stage is the
// count modulo the stages, and the phase's parity that of the rounds before.
// Where sets of warps take pieces in turn, an mbarrier of each says that the
// set before has seen all tiles of its piece: a parity names the phases of two
// rounds only as long as nobody is a round ahead.
// Blocks of a cluster that read the same activations copy a part of them each,
// for all; so `empty` counts the warps of the others too.
//
//===----------------------------------------------------------------------===//

#include "Expander.h"

#include "BlockSize.h"
#include "humming/Dialect/HummingTile/IR/TensorMap.h"
#include "humming/Dialect/HummingTile/IR/Units.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace humming;
using namespace humming::tile;

/// PTX ISA, "Tensor-map": the most elements of a box along a dimension.
static constexpr int64_t kBoxRows = 256;
/// Lines after which a swizzle repeats.
static constexpr int64_t kSwizzledRows = 8;

/// Whether the source has a packed layout: then copies are runs of it.
static bool isPacked(CopyOp copy) {
  return isa<LayoutAttr>(
      cast<MemRefType>(copy.getSource().getType()).getLayout());
}

/// A copy that is neither runs of 16 bytes nor boxes of lines is refused; so
/// are boxes whose parts do not start where the swizzle's pattern does.
static LogicalResult checkBulk(CopyOp copy, int64_t cluster) {
  if (isPacked(copy))
    return success();
  auto source = cast<MemRefType>(copy.getSource().getType());
  SmemType buffer = copy.getBuffer().getType();
  int64_t bits = getElementBits(source.getElementType()),
          rowBits = source.getDimSize(1) * bits;
  if (copy.getGather() || !isa<BlockArgument>(copy.getSource()) ||
      rowBits % (kRunBytes * 8) || buffer.getRows() > kBoxRows ||
      buffer.getLayout().getSwizzle() != kLineBytes)
    return copy.emitOpError("expected an argument of the kernel in rows of "
                            "whole 16 bytes, at most ")
           << kBoxRows << " rows of lines of " << kLineBytes
           << " bytes, and no gather with copy \"tma\"";
  if (buffer.getRows() % (kSwizzledRows * cluster))
    return copy.emitOpError("expected a multiple of ")
           << kSwizzledRows << " rows for each of " << cluster
           << " blocks of a cluster, got " << buffer.getRows() << " rows";
  return success();
}

/// Warps from `first` on run what `body` writes.
static void onWarps(OpBuilder &b, Location loc, int64_t first,
                    function_ref<void()> body) {
  auto warps = WarpsOp::create(b, loc, first, /*count=*/1);
  OpBuilder::InsertionGuard guard(b);
  b.createBlock(&warps.getBody());
  body();
}

/// So many lanes of each warp run what `body` writes: one, or the first ones.
static void onLanes(OpBuilder &b, Location loc, int64_t count,
                    function_ref<void()> body) {
  Value leads = ElectOp::create(b, loc, b.getI1Type(), count);
  auto guard = scf::IfOp::create(b, loc, leads);
  OpBuilder::InsertionGuard inGuard(b);
  b.setInsertionPointToStart(guard.thenBlock());
  body();
}

void Expander::initBarriers(gpu::GPUFuncOp func, int64_t warps) {
  auto workgroup =
      gpu::AddressSpaceAttr::get(b.getContext(), gpu::AddressSpace::Workgroup);
  barriers = func.addWorkgroupAttribution(
      MemRefType::get({2 * stages + (sets > 1 ? sets : 0)}, b.getI64Type(),
                      MemRefLayoutAttrInterface(), workgroup),
      loc);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(&func.getBody().front());
  onWarps(b, loc, /*first=*/0, [&] {
    onLanes(b, loc, /*count=*/1, [&] {
      for (int64_t stage = 0; stage < stages; ++stage) {
        MbarrierInitOp::create(b, loc, barriers, constant(stage), /*count=*/1);
        MbarrierInitOp::create(b, loc, barriers, constant(stages + stage),
                               warps * (kLanes + cluster - 1));
      }
      for (int64_t set = 0; sets > 1 && set < sets; ++set)
        MbarrierInitOp::create(b, loc, barriers, constant(2 * stages + set),
                               warps * kLanes);
      MbarrierFenceOp::create(b, loc);
    });
  });
  if (cluster == 1) {
    gpu::BarrierOp::create(b, loc);
    return;
  }
  // No block reaches for a barrier that is not there yet, or is no more.
  // That they are there is all that others have to see.
  meetCluster(/*isRelaxed=*/true);
  if (sharesTiles()) {
    b.setInsertionPoint(func.getBody().back().getTerminator());
    meetCluster(/*isRelaxed=*/false);
  }
}

/// All threads of a cluster meet.
void Expander::meetCluster(bool isRelaxed) {
  ClusterArriveOp::create(b, loc, isRelaxed);
  ClusterWaitOp::create(b, loc);
}

/// Whether a block goes on to other pieces.
bool Expander::sharesTiles() {
  return pipeline->getParentOfType<ForeachOp>().getBlocks() > 0;
}

/// The least rank of the blocks that share activations with this one, and this
/// one's place among them.
std::pair<Value, Value> Expander::placeInCluster() {
  Value rank = ClusterRankOp::create(b, loc, b.getIndexType());
  if (!pipeline->getParentOfType<ForeachOp>().getJoined())
    return {constant(0), rank};
  Value place = arith::RemUIOp::create(b, loc, rank, constant(cluster));
  return {arith::SubIOp::create(b, loc, rank, place), place};
}

/// The barrier that counts who has left a stage.
Value Expander::emptyBarrier(Value stage) {
  return arith::AddIOp::create(b, loc, asIndex(stage), constant(stages));
}

/// The parity of the phase behind `parity` in `next`: another round begins at
/// the first stage.
Value Expander::nextParity(Value parity, Value next) {
  Value wraps = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, next,
                                      constantLike(next, 0));
  Value one = arith::ExtUIOp::create(b, loc, b.getI32Type(), wraps);
  return arith::XOrIOp::create(b, loc, parity, one);
}

/// The stage and parity of the first tile of this piece, of 32 bits both.
std::pair<Value, Value> Expander::firstSlot() {
  Value done = pipeline->getParentOfType<ForeachOp>().get(ForeachOp::Done);
  Value stage = narrow(arith::RemUIOp::create(b, loc, done, constant(stages)));
  Value round = arith::DivUIOp::create(b, loc, done, constant(stages));
  Value parity = arith::AndIOp::create(
      b, loc, narrow(round), arith::ConstantIntOp::create(b, loc, 1, 32));
  return {stage, parity};
}

/// The copies of all tiles, by one lane of the warp behind the others.
void Expander::produceBulk(ArrayRef<Value> sources, int64_t warps) {
  int64_t bytes = 0;
  for (CopyOp copy : pipeline.getProduce().getOps<CopyOp>())
    bytes += copy.getBuffer().getType().getStageBytes();
  onWarps(b, loc, sets * warps, [&] {
    onLanes(b, loc, /*count=*/1, [&] {
      Value place, mask;
      if (cluster > 1) {
        Value first;
        std::tie(first, place) = placeInCluster();
        mask = arith::ShLIOp::create(
            b, loc,
            arith::ConstantIntOp::create(b, loc, (1 << cluster) - 1, 16),
            arith::IndexCastUIOp::create(b, loc, b.getI16Type(), first));
      }
      auto [stage, parity] = firstSlot();
      auto loop = scf::ForOp::create(
          b, loc, pipeline.getLower(), pipeline.getUpper(),
          constant(pipeline.getStep()), ValueRange{stage, parity});
      // A block stays until all others have left its last tiles: they still
      // arrive there.
      if (cluster > 1 && !sharesTiles()) {
        Value left = loop.getResult(0), round = loop.getResult(1);
        for (int64_t tile = 0; tile < stages; ++tile) {
          awaitLeft(left, round);
          left = nextStage(left);
          round = nextParity(round, left);
        }
      }
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(loop.getBody());
      stage = loop.getRegionIterArgs()[0];
      parity = loop.getRegionIterArgs()[1];
      awaitLeft(stage, parity);
      Value number = asIndex(stage);
      MbarrierArriveOp::create(b, loc, barriers, number, /*rank=*/Value(),
                               b.getI32IntegerAttr(bytes));
      IRMapping mapping;
      mapping.map(pipeline.getProduce().getArgument(0), loop.getInductionVar());
      const Value *source = sources.begin();
      for (Operation &op : pipeline.getProduce().front().without_terminator()) {
        auto copy = dyn_cast<CopyOp>(op);
        if (!copy) {
          b.clone(op, mapping);
          continue;
        }
        Value row = mapping.lookupOrDefault(copy.getRow()), part;
        bool isShared = cluster > 1 && !isPacked(copy);
        if (isShared) {
          int64_t rows = copy.getBuffer().getType().getRows() / cluster;
          part = arith::MulIOp::create(b, loc, place, constant(rows));
          row = arith::AddIOp::create(b, loc, row, part);
        }
        BulkCopyOp::create(b, copy.getLoc(), *source++, row,
                           mapping.lookupOrDefault(copy.getCol()),
                           copy.getBuffer(), number, barriers, number, part,
                           isShared ? mask : Value());
      }
      Value next = nextStage(stage);
      scf::YieldOp::create(b, loc, ValueRange{next, nextParity(parity, next)});
    });
  });
}

/// Waits until all have left the tile of the round before the one of `parity`.
void Expander::awaitLeft(Value stage, Value parity) {
  Value barrier = emptyBarrier(stage);
  Value before = arith::XOrIOp::create(
      b, loc, parity, arith::ConstantIntOp::create(b, loc, 1, 32));
  MbarrierWaitOp::create(b, loc, barriers, barrier, before);
}

/// Waits until the set of warps before this one has seen the last tile of its
/// piece. Of the first piece that is the phase before the barrier's first.
void Expander::takeTurn() {
  if (sets == 1)
    return;
  Value piece = pipeline->getParentOfType<ForeachOp>().get(ForeachOp::Piece);
  Value set = WarpSetsOp::create(b, loc, sets).getNumber();
  Value rounds = arith::CeilDivUIOp::create(b, loc, piece, constant(sets));
  Value before = arith::AddIOp::create(b, loc, rounds, constant(1));
  Value parity = arith::AndIOp::create(
      b, loc, narrow(before), arith::ConstantIntOp::create(b, loc, 1, 32));
  Value barrier = arith::AddIOp::create(b, loc, set, constant(2 * stages));
  MbarrierWaitOp::create(b, loc, barriers, barrier, parity);
}

/// Lets the next set of warps go on to its piece, when the tile at k, which has
/// been waited for, is the last.
void Expander::endTurn(Value k) {
  if (sets == 1)
    return;
  Value next = arith::AddIOp::create(b, loc, k, constant(pipeline.getStep()));
  Value isLast = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::uge, next,
                                       pipeline.getUpper());
  auto branch = scf::IfOp::create(b, loc, isLast);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  Value set = WarpSetsOp::create(b, loc, sets).getNumber();
  Value other = arith::RemUIOp::create(
      b, loc, arith::AddIOp::create(b, loc, set, constant(1)), constant(sets));
  MbarrierArriveOp::create(
      b, loc, barriers,
      arith::AddIOp::create(b, loc, other, constant(2 * stages)),
      /*rank=*/Value(), /*expect=*/IntegerAttr());
}

/// Waits until the tile in a stage is there.
void Expander::awaitTile(Value stage, Value parity) {
  MbarrierWaitOp::create(b, loc, barriers, asIndex(stage), parity);
}

/// Gives a stage back: each lane for what it has read of it, behind a wait for
/// the products of its tile. To each other block that copies into it, a lane
/// for its warp.
void Expander::leaveStage(Value stage) {
  auto arrive = [&](Value rank) {
    MbarrierArriveOp::create(b, loc, barriers, emptyBarrier(stage), rank,
                             /*expect=*/IntegerAttr());
  };
  arrive(/*rank=*/Value());
  if (cluster == 1)
    return;
  onLanes(b, loc, cluster - 1, [&] {
    auto [first, place] = placeInCluster();
    Value behind = arith::AddIOp::create(b, loc, place, constant(1));
    // One lane alone is whichever was elected.
    if (cluster > 2) {
      Value thread = gpu::ThreadIdOp::create(b, loc, gpu::Dimension::x);
      Value lane = arith::RemUIOp::create(b, loc, thread, constant(kLanes));
      behind = arith::AddIOp::create(b, loc, behind, lane);
    }
    Value other = arith::RemUIOp::create(b, loc, behind, constant(cluster));
    arrive(arith::AddIOp::create(b, loc, first, other));
  });
}

LogicalResult Expander::startBulk() {
  auto func = pipeline->getParentOfType<gpu::GPUFuncOp>();
  auto foreach = pipeline->getParentOfType<ForeachOp>();
  if (!foreach)
    return pipeline.emitOpError(
        "expected a foreach around a pipeline with copy \"tma\"");
  cluster = foreach.getCluster();
  sets = foreach.getSets();
  FailureOr<int64_t> threads = getBlockSize(func);
  if (failed(threads))
    return failure();
  SmallVector<Value> sources;
  for (CopyOp copy : pipeline.getProduce().getOps<CopyOp>()) {
    if (failed(checkBulk(copy, cluster)))
      return failure();
    FailureOr<Value> source = copy.getSource();
    // Its box is what one block of a cluster copies.
    if (!isPacked(copy))
      source = addTensorMap(func, cast<BlockArgument>(copy.getSource()),
                            copy.getBuffer().getType().getRows() / cluster);
    if (failed(source))
      return failure();
    sources.push_back(*source);
  }
  int64_t warps = *threads / kLanes;
  initBarriers(func, warps);
  produceBulk(sources, warps);
  // No barrier of the block stands between a table and its readers.
  func.walk([&](TabulateOp tabulate) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointAfter(tabulate);
    gpu::BarrierOp::create(b, loc);
  });
  return success();
}
