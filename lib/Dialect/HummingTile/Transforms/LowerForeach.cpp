//===- LowerForeach.cpp - humming-tile-lower-foreach ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One block for each (tile, slice): the block number, divided. Or a fixed
// number of blocks that share all tiles evenly, each in one loop over its
// pieces. Tokens vary fastest, so that the blocks of one weight tile run
// together and share it in the L2 cache; of wide tiles a band of them.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/HummingTile/Transforms/Passes.h"

#include "BlockSize.h"
#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/Support/MathExtras.h"

namespace humming::tile {
#define GEN_PASS_DEF_LOWERFOREACH
#include "humming/Dialect/HummingTile/Transforms/Passes.h.inc"
} // namespace humming::tile

using namespace mlir;
using namespace humming;
using namespace humming::tile;

/// Columns from which on a tile is wide, and wide tiles of a band.
static constexpr int64_t kWideCols = 128, kBand = 4;

namespace {
/// Writes what replaces one foreach.
class ForeachLowering {
public:
  ForeachLowering(ForeachOp foreach, int64_t rows, int64_t depth)
      : foreach (foreach), b(foreach), loc(foreach.getLoc()),
        cluster(foreach.getCluster()),
        rowTiles(llvm::divideCeil(rows, foreach.getTile()[0]) / cluster),
        unitDepth(foreach.getTile()[2] * foreach.getTurn()), depth(depth),
        units(depth / unitDepth), type(b.getIndexType()) {}

  void lower();
  LaunchAttr launch(int64_t threads);

private:
  std::optional<int64_t> constantCols() {
    return getConstantIntValue(foreach.getCols());
  }
  Value placed(Value number);
  Value clusterOf(Value block);
  void runSlice(Value block);
  void sharePieces(Value block);
  void orderPieces();
  std::pair<Value, Value> origin(Value tile);
  void inlineBody(Value tile, ArrayRef<Value> piece);

  Value constant(int64_t value) {
    return arith::ConstantOp::create(b, loc, b.getIntegerAttr(type, value));
  }
  Value add(Value left, Value right) {
    return arith::AddIOp::create(b, loc, left, right);
  }
  Value sub(Value left, Value right) {
    return arith::SubIOp::create(b, loc, left, right);
  }
  Value mul(Value left, int64_t right) { return mul(left, constant(right)); }
  Value mul(Value left, Value right) {
    return arith::MulIOp::create(b, loc, left, right);
  }
  Value div(Value left, Value right) {
    return arith::DivUIOp::create(b, loc, left, right);
  }
  Value rem(Value left, Value right) {
    return arith::RemUIOp::create(b, loc, left, right);
  }
  Value least(Value left, Value right) {
    return arith::MinUIOp::create(b, loc, left, right);
  }

  ForeachOp foreach;
  IRRewriter b;
  Location loc;
  int64_t cluster;   ///< tiles below one another that run at the same time
  int64_t rowTiles;  ///< of which each is `cluster` tiles
  int64_t unitDepth; ///< values of k in a unit
  int64_t depth, units;
  Type type; ///< in which numbers are computed
  Value colTiles;
  Value place; ///< of this block's tile among those of a cluster, or null
};
} // namespace

/// What this block has of `number`, which the blocks of a cluster share.
Value ForeachLowering::placed(Value number) {
  return place ? add(mul(number, cluster), place) : number;
}

/// The number of the blocks that run the same piece of tiles below one another;
/// sets this one's place among them.
Value ForeachLowering::clusterOf(Value block) {
  if (cluster == 1)
    return block;
  place = rem(block, constant(cluster));
  return div(block, constant(cluster));
}

/// Tiles side by side along the columns run together: they read the same rows.
/// Of wide tiles only kBand do, so that what all blocks read at a time stays in
/// the L2 cache.
std::pair<Value, Value> ForeachLowering::origin(Value tile) {
  int64_t tileRows = foreach.getTile()[0], tileCols = foreach.getTile()[1];
  Value firstCol, inBand = tile, width = colTiles;
  if (tileCols >= kWideCols) {
    Value band = div(tile, constant(kBand * rowTiles));
    inBand = rem(tile, constant(kBand * rowTiles));
    firstCol = mul(band, kBand);
    width = least(constant(kBand), sub(colTiles, firstCol));
  }
  Value colTile = rem(inBand, width);
  Value rowTile = placed(div(inBand, width));
  if (firstCol)
    colTile = add(colTile, firstCol);
  return {mul(rowTile, tileRows), mul(colTile, tileCols)};
}

/// Puts the body at the insertion point; `piece` is what it sees behind the
/// tile's number.
void ForeachLowering::inlineBody(Value tile, ArrayRef<Value> piece) {
  auto [row, col] = origin(tile);
  SmallVector<Value> arguments = {row, col, placed(tile)};
  llvm::append_range(arguments, piece);
  if (!type.isIndex())
    for (Value &argument : arguments)
      argument =
          arith::IndexCastUIOp::create(b, loc, b.getIndexType(), argument);
  Block &body = foreach.getBody().front();
  b.eraseOp(body.getTerminator());
  b.inlineBlockBefore(&body, b.getInsertionBlock(), b.getInsertionPoint(),
                      arguments);
}

/// One tile, one slice of it.
void ForeachLowering::runSlice(Value block) {
  int64_t split = foreach.getSplit();
  Value zero = constant(0), one = constant(1);
  block = clusterOf(block);
  if (split == 1)
    return inlineBody(block, {zero, constant(depth), block, block, one, zero});
  Value tile, slice;
  if (foreach.getJoined()) {
    tile = div(block, constant(split));
    slice = rem(block, constant(split));
  } else {
    Value tiles = mul(colTiles, rowTiles);
    tile = rem(block, tiles);
    slice = div(block, tiles);
  }
  int64_t sliceDepth = llvm::divideCeil(units, split) * unitDepth;
  Value lower = mul(slice, sliceDepth);
  Value upper = least(constant(depth), add(lower, constant(sliceDepth)));
  Value first = mul(placed(tile), split);
  inlineBody(tile,
             {lower, upper, add(first, slice), first, constant(split), zero});
}

/// Whether threads write a buffer in shared memory by `op`. Bulk copies do not
/// count: mbarriers order them with what is read, over all pieces.
static bool writesShared(Operation *op) {
  auto effects = dyn_cast<MemoryEffectOpInterface>(op);
  return effects && !isa<BulkCopyOp>(op) &&
         llvm::any_of(op->getOperands(), [&](Value operand) {
           return isa<SmemType>(operand.getType()) &&
                  effects.getEffectOnValue<MemoryEffects::Write>(operand);
         });
}

/// Ahead of the first write all threads have left the shared memory of the
/// piece before, and bulk stores have read theirs ahead of the first write
/// there, in which warpgroups have places of their own. No earlier, so that
/// warps whose stages others fill need not wait for each other.
void ForeachLowering::orderPieces() {
  llvm::SmallDenseSet<Value> stored;
  Block &body = foreach.getBody().front();
  body.walk([&](BulkStoreOp store) { stored.insert(store.getBuffer()); });
  bool hasWritten = false;
  for (Operation &op : body) {
    bool writes = false, writesStored = false;
    op.walk([&](Operation *inner) {
      if (!writesShared(inner))
        return;
      writes = true;
      writesStored |= llvm::any_of(inner->getOperands(), [&](Value operand) {
        return stored.contains(operand);
      });
    });
    if (!writes || (hasWritten && !writesStored))
      continue;
    OpBuilder before(&op);
    if (writesStored) {
      BulkStoreWaitOp::create(before, loc);
      WarpgroupBarrierOp::create(before, loc);
    } else {
      gpu::BarrierOp::create(before, loc);
    }
    hasWritten = true;
  }
}

/// Whole tiles in turn, as long as another two are left for every block; then
/// an even share of the units of the tiles that are left. In 32 bits: these
/// numbers keep their registers through all pieces.
void ForeachLowering::sharePieces(Value block) {
  type = b.getI32Type();
  auto narrow = [&](Value value) -> Value {
    return arith::IndexCastUIOp::create(b, loc, type, value);
  };
  block = clusterOf(narrow(block));
  colTiles = narrow(colTiles);
  int64_t blocks = foreach.getBlocks() / cluster;
  Value tiles = mul(colTiles, rowTiles), one = constant(1), zero = constant(0);
  Value sharers = constant(blocks);
  if (units < blocks)
    sharers = least(sharers, mul(least(tiles, sharers), units));
  Value each = div(tiles, constant(blocks));
  Value rounds = sub(arith::MaxUIOp::create(b, loc, each, one), one);
  Value whole = mul(rounds, blocks);
  Value line = mul(sub(tiles, whole), units);
  Value begin = div(mul(block, line), sharers);
  Value end = div(mul(add(block, one), line), sharers);
  Value firstShared = div(begin, constant(units));
  Value lastShared = div(sub(end, one), constant(units));
  Value numPieces = add(add(rounds, one), sub(lastShared, firstShared));

  int64_t sets = foreach.getSets();
  Value firstPiece = zero, step = one;
  if (sets > 1) {
    auto ours = WarpSetsOp::create(b, loc, sets);
    firstPiece = narrow(ours.getNumber());
    step = narrow(ours.getSets());
  }
  auto loop = scf::ForOp::create(b, loc, firstPiece, numPieces, step);
  b.setInsertionPoint(loop.getBody()->getTerminator());
  Value piece = loop.getInductionVar();
  Value isWhole =
      arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, piece, rounds);
  auto either = [&](Value ofWhole, Value ofShared) -> Value {
    return arith::SelectOp::create(b, loc, isWhole, ofWhole, ofShared);
  };
  // A shared tile, its place on the line, and what of it is this block's.
  Value shared = add(firstShared, sub(piece, rounds));
  Value at = mul(shared, units);
  Value from = arith::MaxUIOp::create(b, loc, begin, at);
  Value to = least(end, add(at, constant(units)));
  Value tile = either(add(block, mul(piece, blocks)), add(whole, shared));
  Value lower = either(zero, sub(from, at));
  Value upper = either(constant(units), sub(to, at));
  Value done =
      either(mul(piece, units), add(mul(rounds, units), sub(from, begin)));
  // The block of a unit is the last that begins at it or before.
  auto blockOf = [&](Value behind) {
    return div(sub(mul(behind, sharers), one), line);
  };
  Value firstBlock = blockOf(add(at, one));
  Value lastBlock = blockOf(add(at, constant(units)));
  Value pieces = either(one, add(sub(lastBlock, firstBlock), one));
  // Slots of tiles at the same place follow one another.
  Value slots = shared;
  if (place)
    slots =
        add(slots,
            mul(place, add(sharers, least(tiles, constant(2 * blocks - 1)))));
  orderPieces();
  SmallVector<Value> arguments = {mul(lower, unitDepth),
                                  mul(upper, unitDepth),
                                  add(slots, block),
                                  add(slots, firstBlock),
                                  pieces,
                                  mul(done, foreach.getTurn())};
  if (sets > 1)
    arguments.push_back(piece);
  inlineBody(tile, arguments);
}

void ForeachLowering::lower() {
  Value block = gpu::BlockIdOp::create(b, loc, gpu::Dimension::x);
  std::optional<int64_t> cols = constantCols();
  int64_t tileCols = foreach.getTile()[1];
  colTiles = cols ? constant(llvm::divideCeil(*cols, tileCols))
                  : arith::CeilDivUIOp::create(b, loc, foreach.getCols(),
                                               constant(tileCols))
                        .getResult();
  if (foreach.getBlocks())
    sharePieces(block);
  else
    runSlice(block);
  b.eraseOp(foreach);
}

LaunchAttr ForeachLowering::launch(int64_t threads) {
  std::optional<int64_t> cols = constantCols();
  int64_t tileCols = foreach.getTile()[1];
  int64_t tiles =
      cols ? rowTiles * llvm::divideCeil(*cols, tileCols) : rowTiles;
  bool isShared = foreach.getBlocks() > 0;
  // Slices of a cluster need no memory: to the host they are blocks as others.
  int64_t joined = foreach.getJoined() ? foreach.getSplit() : 1;
  return LaunchAttr::get(
      foreach.getContext(), threads, /*shared=*/0, tiles * cluster * joined,
      foreach.getTile()[0], cols ? 0 : tileCols, foreach.getSplit() / joined,
      foreach.getBlocks(), isShared ? units : 1, foreach.getClusterBlocks());
}

static LogicalResult lower(gpu::GPUFuncOp func, ForeachOp foreach) {
  std::optional<int64_t> rows = getConstantIntValue(foreach.getRows()),
                         depth = getConstantIntValue(foreach.getDepth());
  if (!rows || !depth)
    return foreach.emitOpError("expected a constant number of rows and depth");
  int64_t tiles = llvm::divideCeil(*rows, foreach.getTile()[0]);
  if (tiles % foreach.getCluster())
    return foreach.emitOpError("expected a multiple of ")
           << foreach.getCluster() << " tiles along the rows, got " << tiles;
  int64_t unit = foreach.getTile()[2] * foreach.getTurn();
  if (*depth % unit)
    return foreach.emitOpError("expected a depth of whole units of ")
           << unit << ", got " << *depth;
  // Blocks share less than two tiles each, a line of units; the block's number
  // times that is the largest number that they compute (sharePieces).
  int64_t blocks = foreach.getBlocks(), units = *depth / unit;
  if (!llvm::isUInt<32>(2 * blocks * blocks * units))
    return foreach.emitOpError("expected 2 x blocks x blocks x units of k to "
                               "have 32 bits at most, got ")
           << blocks << " blocks and " << units << " units";
  FailureOr<int64_t> threads = getBlockSize(func);
  if (failed(threads))
    return failure();
  ForeachLowering lowering(foreach, *rows, *depth);
  func->setAttr(LaunchAttr::getName(), lowering.launch(*threads));
  lowering.lower();
  return success();
}

namespace {
struct LowerForeach : public tile::impl::LowerForeachBase<LowerForeach> {
  void runOnOperation() override {
    for (auto func : getOperation().getOps<gpu::GPUFuncOp>()) {
      SmallVector<ForeachOp> loops;
      func.walk([&](ForeachOp foreach) { loops.push_back(foreach); });
      if (loops.size() != 1) {
        func.emitOpError("expected one humming_tile.foreach in a kernel, got ")
            << loops.size();
        return signalPassFailure();
      }
      if (failed(lower(func, loops.front())))
        return signalPassFailure();
    }
  }
};
} // namespace
