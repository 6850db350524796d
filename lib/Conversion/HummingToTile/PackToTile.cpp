//===- PackToTile.cpp - the kernel of a packing ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A packing is a load and a store of each plane: its meaning is all in the two
// layouts, and in the columns or rows that the load picks; codes that become
// operands are replaced in between.
//
//===----------------------------------------------------------------------===//

#include "HummingToTile.h"

#include "humming/Dialect/HummingTile/IR/DequantRecipe.h"
#include "humming/Dialect/HummingTile/IR/PackedLayout.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/bit.h"

using namespace mlir;

namespace humming {

/// Threads of a packing block, and the rows and most columns of its tile.
static constexpr int64_t kPackThreads = 256, kPackTileRows = 64,
                         kPackTileCols = 64;

/// Codes of 8 bits as the bytes of numbers of `type`: value - zero of an
/// unsigned code, a minifloat no further than the greatest number.
static Value toOperands(OpBuilder &b, Location loc, Value codes,
                        const Code &code, Type type) {
  if (code.kind() == Code::Kind::Signed)
    return codes;
  auto map = tile::MapOp::create(b, loc, codes.getType(), codes);
  OpBuilder::InsertionGuard guard(b);
  Type i8 = b.getI8Type();
  Value byte = b.createBlock(&map.getBody(), {}, {i8}, {loc})->getArgument(0);
  auto number = [&](int64_t value) -> Value {
    return arith::ConstantIntOp::create(b, loc, i8, value);
  };
  constexpr int64_t top = 0x80;
  Value result;
  if (code.kind() == Code::Kind::Unsigned) {
    result = arith::XOrIOp::create(b, loc, byte, number(top));
  } else {
    Value sign = arith::AndIOp::create(b, loc, byte, number(top));
    Value magnitude = arith::AndIOp::create(b, loc, byte, number(top - 1));
    tile::NarrowFloat operand(cast<FloatType>(type));
    result = arith::OrIOp::create(
        b, loc, sign,
        arith::MinUIOp::create(b, loc, magnitude, number(operand.largest)));
  }
  tile::YieldOp::create(b, loc, ValueRange{result});
  return map;
}

/// Memory of a tensor of the packing; of codes that become operands: bytes.
static MemRefType memoryOf(PackOp pack, RankedTensorType type) {
  MemRefType memory = toMemRef(type);
  if (!pack.getOperand())
    return memory;
  return MemRefType::get(memory.getShape(),
                         IntegerType::get(pack.getContext(), 8),
                         memory.getLayout());
}

void createPackKernel(OpBuilder &b, PackOp pack, StringRef name) {
  Location loc = pack.getLoc();
  RankedTensorType packed = pack.getResult().getType();
  SmallVector<Type> types = {memoryOf(pack, pack.getSource().getType())};
  if (pack.getPerm())
    types.push_back(toMemRef(pack.getPerm().getType()));
  types.push_back(memoryOf(pack, packed));
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
  // Each plane has blocks of its own, behind those of the plane before: the
  // codes of one plane are as many as the registers take.
  int64_t numPlanes = planes.size();
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(b, loc, value);
  };
  auto foreach = tile::ForeachOp::create(b, loc, constant(numPlanes * rows),
                                         constant(cols), constant(1),
                                         {kPackTileRows, tileCols, 1});
  Block *body = &foreach.getBody().front();
  b.setInsertionPointToStart(body);
  SmallVector<Value> origin(body->getArguments().take_front(2));
  Value planeNumber;
  if (numPlanes > 1) {
    planeNumber = arith::DivUIOp::create(b, loc, origin[0], constant(rows));
    origin[0] = arith::RemUIOp::create(b, loc, origin[0], constant(rows));
  }
  for (auto [number, plane, dest] : llvm::enumerate(planes, dests)) {
    OpBuilder::InsertionGuard behind(b);
    IntegerAttr lowBit;
    if (numPlanes > 1) {
      Value isChosen = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq,
                                             planeNumber, constant(number));
      auto branch = scf::IfOp::create(b, loc, isChosen);
      b.setInsertionPointToStart(branch.thenBlock());
      lowBit = b.getI64IntegerAttr(plane.lowBit);
    }
    auto fragment = tile::FragType::get(
        b.getContext(), kPackTileRows, tileCols,
        cast<MemRefType>(dest.getType()).getElementType(), {});
    Value values = tile::LoadOp::create(
        b, loc, fragment, kernel.getArgument(0), origin,
        /*stage=*/Value(), gather, /*transpose=*/false, lowBit,
        /*column=*/IntegerAttr(), pack.getRowBlockAttr());
    if (std::optional<Type> operand = pack.getOperand())
      values = toOperands(b, loc, values,
                          cast<CodeType>(packed.getElementType()).getCode(),
                          *operand);
    tile::StoreOp::create(b, loc, values, dest, origin, Value(), false);
  }
  tile::YieldOp::create(b, loc);
}

} // namespace humming
