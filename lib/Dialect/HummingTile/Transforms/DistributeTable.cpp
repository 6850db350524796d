//===- DistributeTable.cpp - tables in shared memory ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Values: the first thread of each warp writes constants. Pairs: each thread
// looks some up in registers and writes all copies of them.
//
//===----------------------------------------------------------------------===//

#include "DequantBuilder.h"
#include "Distributor.h"
#include "IndexMath.h"

#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/Dialect/HummingTile/IR/DequantRecipe.h"
#include "humming/Dialect/HummingTile/IR/Units.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace humming;
using namespace humming::tile;

/// Elements of 16 bits in a store of 16 bytes.
static constexpr int64_t kPerStore = 16 / 2;

void Distributor::distributeTabulate(TabulateOp tabulate) {
  if (tabulate.getBuffer().getType().getRows() > 1)
    return tabulatePairs(tabulate);
  Location loc = tabulate.getLoc();
  auto type = cast<FloatType>(tabulate.getBuffer().getType().getElementType());
  Code code = cast<CodeType>(tabulate.getCode()).getCode();
  Value table = scalars.lookup(tabulate.getBuffer());
  int64_t warps =
      std::min<int64_t>(thread.count / kLanes, code.size() / kPerStore);
  for (int64_t warp = 0; warp < warps; ++warp) {
    Value isFirst =
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, thread.number,
                              constant(warp * kLanes));
    auto branch = scf::IfOp::create(b, loc, isFirst);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(branch.thenBlock());
    for (int64_t first = warp * kPerStore; first < code.size();
         first += warps * kPerStore) {
      SmallVector<llvm::APFloat> values;
      for (int64_t entry = first; entry < first + kPerStore; ++entry)
        values.push_back(tableEntry(code, type, entry));
      auto vector = VectorType::get(kPerStore, type);
      Value constants = arith::ConstantOp::create(
          b, loc, DenseElementsAttr::get(vector, values));
      vector::StoreOp::create(b, loc, constants, table, constant(first));
    }
  }
}

/// Lanes write different chunks of 16 bytes, so that eight of them reach all
/// banks.
void Distributor::tabulatePairs(TabulateOp tabulate) {
  Location loc = tabulate.getLoc();
  SmemType buffer = tabulate.getBuffer().getType();
  auto type = cast<FloatType>(buffer.getElementType());
  Code code = cast<CodeType>(tabulate.getCode()).getCode();
  Value table = scalars.lookup(tabulate.getBuffer());
  int64_t chunks = buffer.getCols() / kPerStore;
  for (int64_t first = 0; first < buffer.getRows(); first += thread.count) {
    OpBuilder::InsertionGuard guard(b);
    Value number = addConstant(b, loc, thread.number, first);
    if (first + thread.count > buffer.getRows()) {
      Value exists = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult,
                                           number, constant(buffer.getRows()));
      b.setInsertionPointToStart(scf::IfOp::create(b, loc, exists).thenBlock());
    }
    ImplicitLocOpBuilder builder(loc, b);
    Value entry = pairEntry(
        builder, code, type,
        arith::IndexCastUIOp::create(builder, b.getI32Type(), number));
    Value words = vector::BroadcastOp::create(
        builder, VectorType::get(kPerStore / 2, b.getI32Type()), entry);
    Value values = vector::BitCastOp::create(
        builder, VectorType::get(kPerStore, type), words);
    Value place =
        add(b, loc, multiply(b, loc, number, buffer.getCols()),
            multiply(b, loc, digit(b, loc, number, 1, chunks), kPerStore));
    for (int64_t chunk = 0; chunk < chunks; ++chunk)
      vector::StoreOp::create(
          builder, values, table,
          arith::XOrIOp::create(builder, place, constant(chunk * kPerStore))
              .getResult());
  }
}

DequantTable Distributor::tableOf(DequantOp dequant) {
  if (!dequant.getTable())
    return {};
  Location loc = dequant.getLoc();
  Value memory = scalars.lookup(dequant.getTable());
  SmemType type = dequant.getTable().getType();
  // What all lanes share is left to the address of the view.
  auto view = memory.getDefiningOp<memref::ViewOp>();
  Value bytes = memref::ViewOp::create(b, loc, view.getSource().getType(),
                                       view.getSource(), view.getByteShift(),
                                       ValueRange{constant(type.getBytes())});
  if (type.getRows() == 1)
    return {bytes, Value()};
  constexpr int64_t wordBytes = 4;
  Value lane = digit(b, loc, thread.number, 1, kPairCopies);
  return {bytes, multiply(b, loc, lane, wordBytes)};
}
