//===- PackToTile.cpp - the kernel of a packing ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A packing is a load and a store: its meaning is all in the two layouts, and
// in the columns or rows that the load picks.
//
//===----------------------------------------------------------------------===//

#include "HummingToTile.h"

#include "humming/Dialect/HummingTile/IR/PackedLayout.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/bit.h"

using namespace mlir;

namespace humming {

/// Threads of a packing block, and the rows and most columns of its tile.
static constexpr int64_t kPackThreads = 128, kPackTileRows = 64,
                         kPackTileCols = 64;

void createPackKernel(OpBuilder &b, PackOp pack, StringRef name) {
  Location loc = pack.getLoc();
  RankedTensorType packed = pack.getResult().getType();
  SmallVector<Type> types = {toMemRef(pack.getSource().getType())};
  if (pack.getPerm())
    types.push_back(toMemRef(pack.getPerm().getType()));
  types.push_back(toMemRef(packed));
  gpu::GPUFuncOp kernel = createKernel(b, loc, name, types, kPackThreads);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(&kernel.getBody().front());

  // Padding is written too: it must hold codes that exist.
  SmallVector<Value> dests =
      planesOf(b, loc, kernel.getArguments().back(), packed);
  Value gather = pack.getPerm() ? kernel.getArgument(1) : Value();
  SmallVector<tile::PackedPlane> planes = tile::packedPlanes(
      packed.getEncoding(), tile::getElementBits(packed.getElementType()));
  int64_t rows = planes.front().layout.getRows();
  int64_t cols = planes.front().layout.getCols();
  int64_t tileCols = std::min<int64_t>(
      kPackTileCols, int64_t(1)
                         << llvm::countr_zero(static_cast<uint64_t>(cols)));
  auto foreach = tile::ForeachOp::create(
      b, loc, arith::ConstantIndexOp::create(b, loc, rows),
      arith::ConstantIndexOp::create(b, loc, cols),
      b.getDenseI64ArrayAttr({kPackTileRows, tileCols}),
      b.getI64IntegerAttr(1));
  Type index = b.getIndexType();
  Block *body =
      b.createBlock(&foreach.getBody(), {}, {index, index, index, index},
                    {loc, loc, loc, loc});
  ValueRange origin = body->getArguments().take_front(2);
  for (auto [plane, dest] : llvm::zip_equal(planes, dests)) {
    auto fragment = tile::FragType::get(
        b.getContext(), kPackTileRows, tileCols,
        cast<MemRefType>(dest.getType()).getElementType(), {});
    IntegerAttr lowBit =
        planes.size() > 1 ? b.getI64IntegerAttr(plane.lowBit) : IntegerAttr();
    Value values = tile::LoadOp::create(
        b, loc, fragment, kernel.getArgument(0), origin,
        /*stage=*/Value(), gather, /*transpose=*/false, lowBit,
        /*column=*/IntegerAttr(), pack.getRowBlockAttr());
    tile::StoreOp::create(b, loc, values, dest, origin, Value(), false);
  }
  tile::YieldOp::create(b, loc);
}

} // namespace humming
