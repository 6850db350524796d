//===- PackToTile.cpp - the kernel of a packing ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A packing is a load and a store: its meaning is all in the two layouts.
//
//===----------------------------------------------------------------------===//

#include "HummingToTile.h"

#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/bit.h"

using namespace mlir;

namespace humming {

/// Threads of a packing block, and the rows and most columns of its tile.
static constexpr int64_t kPackThreads = 128, kPackTileRows = 64,
                         kPackTileCols = 64;

void createPackKernel(OpBuilder &b, PackOp pack, StringRef name) {
  Location loc = pack.getLoc();
  MemRefType source = toMemRef(pack.getSource().getType()),
             dest = toMemRef(pack.getResult().getType());
  gpu::GPUFuncOp kernel =
      createKernel(b, loc, name, {source, dest}, kPackThreads);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(&kernel.getBody().front());

  // Padding is written too: it must hold codes that exist.
  auto layout = cast<tile::LayoutAttr>(dest.getLayout());
  int64_t cols = layout.getCols();
  int64_t tileCols = std::min<int64_t>(
      kPackTileCols, int64_t(1)
                         << llvm::countr_zero(static_cast<uint64_t>(cols)));
  Value rowBound = arith::ConstantIndexOp::create(b, loc, layout.getRows());
  Value colBound = arith::ConstantIndexOp::create(b, loc, cols);
  auto foreach =
      tile::ForeachOp::create(b, loc, rowBound, colBound,
                              b.getDenseI64ArrayAttr({kPackTileRows, tileCols}),
                              b.getI64IntegerAttr(1));
  Type index = b.getIndexType();
  Block *body =
      b.createBlock(&foreach.getBody(), {}, {index, index, index, index},
                    {loc, loc, loc, loc});
  ValueRange origin = body->getArguments().take_front(2);
  auto fragment = tile::FragType::get(b.getContext(), kPackTileRows, tileCols,
                                      dest.getElementType(), {});
  Value values = tile::LoadOp::create(b, loc, fragment, kernel.getArgument(0),
                                      origin, Value(), false);
  tile::StoreOp::create(b, loc, values, kernel.getArgument(1), origin, Value(),
                        false);
  tile::YieldOp::create(b, loc);
}

} // namespace humming
