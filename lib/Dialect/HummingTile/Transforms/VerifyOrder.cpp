//===- VerifyOrder.cpp - humming-tile-verify-order ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads from a kernel in which order it adds the products of an element, and
// follows the number of tokens and a tile's place among them through it: they
// may say where something lies, and nothing else. Every op on fragments but
// loads and stores acts on each column by itself, so a token's results then
// depend on that token alone.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/HummingTile/Transforms/Passes.h"

#include "Expander.h"
#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

namespace humming::tile {
#define GEN_PASS_DEF_VERIFYORDER
#include "humming/Dialect/HummingTile/Transforms/Passes.h.inc"
} // namespace humming::tile

using namespace mlir;
using namespace humming;
using namespace humming::tile;

//===----------------------------------------------------------------------===//
// Order over k
//===----------------------------------------------------------------------===//

/// Slices of the promised length, whatever the number of tokens.
static LogicalResult verifySlices(ForeachOp foreach, OrderAttr order) {
  if (foreach.getBlocks())
    return foreach.emitOpError("expected slices of ")
           << order.getSlice() << " values of k for any number of tokens, got "
           << foreach.getBlocks() << " blocks that share k by that number";
  std::optional<int64_t> depth = getConstantIntValue(foreach.getDepth());
  if (!depth)
    return foreach.emitOpError("expected a constant length of k");
  int64_t unit = foreach.getTile()[2] * foreach.getTurn();
  int64_t units = llvm::divideCeil(*depth, unit);
  int64_t slice = llvm::divideCeil(units, foreach.getSplit()) * unit;
  if (slice != order.getSlice())
    return foreach.emitOpError("expected slices of ")
           << order.getSlice() << " values of k, got " << slice;
  return success();
}

/// The map that adds `product` to `sum`, or null.
static MapOp findSum(Value product, Value sum) {
  for (Operation *user : product.getUsers())
    if (auto map = dyn_cast<MapOp>(user))
      if (llvm::is_contained(map.getInputs(), sum))
        return map;
  return {};
}

namespace {
/// One product of a pipeline.
struct Product {
  Operation *op;
  StringRef atom;
  Value acc, result;
  int64_t first, count; ///< columns of the tile

  Product(MmaOp mma, int64_t step)
      : op(mma), atom(mma.getAtom()), acc(mma.getAcc()),
        result(mma.getResult()), first(0), count(step) {
    if (std::optional<ArrayRef<int64_t>> columns = mma.getColumns()) {
      first = (*columns)[0];
      count = (*columns)[1];
    }
  }
  Product(WarpgroupMmaOp mma, int64_t step)
      : op(mma), atom(mma.getAtom()), acc(mma.getAcc()),
        result(mma.getResult()), first(0), count(step) {}
};
} // namespace

/// Products by the promised instruction, each behind the one before it, each in
/// the sum that the pipeline carries or in a part of it.
static LogicalResult verifyParts(PipelineOp pipeline, OrderAttr order) {
  int64_t step = pipeline.getStep(), next = 0;
  Block &consume = pipeline.getConsume().front();
  if (consume.getNumArguments() != 2)
    return pipeline.emitOpError("expected one sum, got ")
           << consume.getNumArguments() - 1;
  SmallVector<Product> products;
  consume.walk([&](Operation *op) {
    if (auto mma = dyn_cast<MmaOp>(op))
      products.emplace_back(mma, step);
    else if (auto mma = dyn_cast<WarpgroupMmaOp>(op))
      products.emplace_back(mma, step);
  });
  Value sum = consume.getArgument(1);
  for (const Product &product : products) {
    if (product.atom != order.getMma())
      return product.op->emitOpError("expected mma ")
             << order.getMma() << ", got " << product.atom;
    if (product.first != next)
      return product.op->emitOpError("expected the columns from ")
             << next << " on, got those from " << product.first;
    next += product.count;
    if (product.acc == sum && order.getPart() == order.getSlice()) {
      sum = product.result;
      continue;
    }
    MapOp map = findSum(product.result, sum);
    if (!isZero(product.acc) || product.count != order.getPart() || !map)
      return product.op->emitOpError("expected sums of ")
             << order.getPart() << " values of k, added to "
             << "that of the slice, got "
             << (isZero(product.acc) ? "a part of " : "a sum that goes on for ")
             << product.count << " values";
    sum = map.getResult();
  }
  Operation *yield = consume.getTerminator();
  if (next != step)
    return yield->emitOpError("expected the products of all ")
           << step << " columns, got " << next;
  if (yield->getOperand(0) != sum)
    return yield->emitOpError("expected the sum of all parts");
  return success();
}

/// The pipeline goes through the whole piece, and its sum is added to those of
/// the other slices in their order.
static LogicalResult verifySum(ForeachOp foreach, OrderAttr order) {
  auto pipelines = llvm::to_vector(foreach.getOps<PipelineOp>());
  if (pipelines.size() != 1)
    return foreach.emitOpError("expected one pipeline, got ")
           << pipelines.size();
  PipelineOp pipeline = pipelines.front();
  if (pipeline.getLower() != foreach.get(ForeachOp::Lower) ||
      pipeline.getUpper() != foreach.get(ForeachOp::Upper))
    return pipeline.emitOpError("expected the range of k of the piece");
  auto sums = llvm::to_vector(foreach.getOps<ReduceOp>());
  if (sums.size() != (foreach.getSplit() > 1 ? 1 : 0))
    return foreach.emitOpError("expected ")
           << (sums.empty() ? "a sum over " : "no sum over ")
           << foreach.getSplit() << " slices";
  for (ReduceOp sum : sums)
    if (sum.getSlot() != foreach.get(ForeachOp::Slot) ||
        sum.getFirst() != foreach.get(ForeachOp::First) ||
        sum.getPieces() != foreach.get(ForeachOp::Pieces))
      return sum.emitOpError("expected the slots of the piece");
  return verifyParts(pipeline, order);
}

//===----------------------------------------------------------------------===//
// Use of the number of tokens
//===----------------------------------------------------------------------===//

/// Whether `use` says no more than where something lies, or which tiles there
/// are.
static bool isPlace(OpOperand &use) {
  return isa<ForeachOp, ReduceOp>(use.getOwner()) ||
         (isa<CopyOp, LoadOp, StoreOp, BulkStoreOp>(use.getOwner()) &&
          use.get().getType().isIndex());
}

/// Everything that is computed from the number of tokens or from which of them
/// a tile has is a place.
static LogicalResult verifyPlaces(gpu::GPUFuncOp kernel, ForeachOp foreach) {
  SmallVector<Value> worklist = {kernel.getArguments().back()};
  for (ForeachOp::Argument argument :
       {ForeachOp::Col, ForeachOp::Tile, ForeachOp::Slot, ForeachOp::First,
        ForeachOp::Done})
    worklist.push_back(foreach.get(argument));
  while (!worklist.empty()) {
    Value value = worklist.pop_back_val();
    for (OpOperand &use : value.getUses()) {
      Operation *owner = use.getOwner();
      if (isPlace(use))
        continue;
      if (!isa_and_nonnull<arith::ArithDialect>(owner->getDialect()) ||
          owner->getParentOfType<MapOp>())
        return owner->emitOpError("expected results that do not depend on the "
                                  "number of tokens, got it in operand ")
               << use.getOperandNumber();
      llvm::append_range(worklist, owner->getResults());
    }
  }
  return success();
}

namespace {
struct VerifyOrder : public tile::impl::VerifyOrderBase<VerifyOrder> {
  void runOnOperation() override {
    for (auto kernel : getOperation().getOps<gpu::GPUFuncOp>()) {
      auto order = kernel->getAttrOfType<OrderAttr>(OrderAttr::getName());
      if (!order)
        continue;
      auto tiles = llvm::to_vector(kernel.getOps<ForeachOp>());
      if (tiles.size() != 1) {
        kernel.emitOpError("expected one foreach, got ") << tiles.size();
        return signalPassFailure();
      }
      if (failed(verifySlices(tiles.front(), order)) ||
          failed(verifySum(tiles.front(), order)) ||
          failed(verifyPlaces(kernel, tiles.front())))
        return signalPassFailure();
      kernel->removeAttr(OrderAttr::getName());
    }
  }
};
} // namespace
