//===- LowerForeach.cpp - humming-tile-lower-foreach ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One block for each (tile, slice): the block number, divided. Tokens vary
// fastest, so that the blocks of one weight tile run together and share it in
// the L2 cache; of wide tiles a band of them.
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

static LogicalResult lower(gpu::GPUFuncOp func, ForeachOp foreach) {
  std::optional<int64_t> rows = getConstantIntValue(foreach.getRows());
  if (!rows)
    return foreach.emitOpError("expected a constant number of rows");
  FailureOr<int64_t> threads = getBlockSize(func);
  if (failed(threads))
    return failure();
  std::optional<int64_t> cols = getConstantIntValue(foreach.getCols());
  int64_t tileRows = foreach.getTile()[0], tileCols = foreach.getTile()[1],
          split = foreach.getSplit();
  int64_t rowTiles = llvm::divideCeil(*rows, tileRows);

  IRRewriter b(foreach);
  Location loc = foreach.getLoc();
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(b, loc, value);
  };
  Value block = gpu::BlockIdOp::create(b, loc, gpu::Dimension::x);
  Value colTiles = cols ? constant(llvm::divideCeil(*cols, tileCols))
                        : arith::CeilDivUIOp::create(b, loc, foreach.getCols(),
                                                     constant(tileCols))
                              .getResult();
  Value tile = block, slice = constant(0);
  if (split > 1) {
    Value tiles = arith::MulIOp::create(b, loc, colTiles, constant(rowTiles));
    tile = arith::RemUIOp::create(b, loc, block, tiles);
    slice = arith::DivUIOp::create(b, loc, block, tiles);
  }
  // Tiles side by side along the columns run together: they read the same
  // rows. Of wide tiles only kBand do, so that what all blocks read at a time
  // stays in the L2 cache.
  Value firstCol, inBand = tile, width = colTiles;
  if (tileCols >= kWideCols) {
    Value band =
        arith::DivUIOp::create(b, loc, tile, constant(kBand * rowTiles));
    inBand = arith::RemUIOp::create(b, loc, tile, constant(kBand * rowTiles));
    firstCol = arith::MulIOp::create(b, loc, band, constant(kBand));
    width = arith::MinUIOp::create(
        b, loc, constant(kBand),
        arith::SubIOp::create(b, loc, colTiles, firstCol));
  }
  Value colTile = arith::RemUIOp::create(b, loc, inBand, width);
  Value rowTile = arith::DivUIOp::create(b, loc, inBand, width);
  if (firstCol)
    colTile = arith::AddIOp::create(b, loc, colTile, firstCol);
  Value row = arith::MulIOp::create(b, loc, rowTile, constant(tileRows));
  Value col = arith::MulIOp::create(b, loc, colTile, constant(tileCols));

  Block &body = foreach.getBody().front();
  b.eraseOp(body.getTerminator());
  b.inlineBlockBefore(&body, foreach, {row, col, tile, slice});
  b.eraseOp(foreach);

  int64_t tiles =
      cols ? rowTiles * llvm::divideCeil(*cols, tileCols) : rowTiles;
  func->setAttr(LaunchAttr::getName(),
                LaunchAttr::get(func.getContext(), *threads, /*shared=*/0,
                                tiles, tileRows, cols ? 0 : tileCols, split));
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
