//===- LowerReduce.cpp - humming-tile-lower-reduce ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Partial tiles go to memory; the last block to arrive adds them in the order
// of the slices. The atomic increment releases the block's stores (all its
// threads are behind a barrier) and acquires those of the others.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/HummingTile/Transforms/Passes.h"

#include "humming/Dialect/HummingTile/IR/Layout.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace humming::tile {
#define GEN_PASS_DEF_LOWERREDUCE
#include "humming/Dialect/HummingTile/Transforms/Passes.h.inc"
} // namespace humming::tile

using namespace mlir;
using namespace humming;
using namespace humming::tile;

/// Registers of one 16-byte access to a partial tile.
static constexpr int64_t kPartialVector = 4;

/// Code of the block's first thread only.
static void onFirstThread(OpBuilder &b, Location loc,
                          function_ref<void(OpBuilder &)> body) {
  Value thread = gpu::ThreadIdOp::create(b, loc, gpu::Dimension::x);
  Value zero = arith::ConstantIndexOp::create(b, loc, 0);
  Value first =
      arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, thread, zero);
  auto guard = scf::IfOp::create(b, loc, first);
  OpBuilder inner = guard.getThenBodyBuilder();
  body(inner);
}

/// The sum of two fragments.
static Value addFragments(OpBuilder &b, Location loc, Value left, Value right) {
  auto type = cast<FragType>(left.getType());
  auto map = MapOp::create(b, loc, type, ValueRange{left, right});
  OpBuilder::InsertionGuard guard(b);
  Type element = type.getElementType();
  Block *body =
      b.createBlock(&map.getBody(), {}, {element, element}, {loc, loc});
  Value first = body->getArgument(0), second = body->getArgument(1);
  Value sum = element.isInteger()
                  ? arith::AddIOp::create(b, loc, first, second).getResult()
                  : arith::AddFOp::create(b, loc, first, second).getResult();
  tile::YieldOp::create(b, loc, ValueRange{sum});
  return map;
}

static void lower(gpu::GPUFuncOp func, ReduceOp reduce) {
  OpBuilder b(reduce);
  Location loc = reduce.getLoc();
  FragType type = reduce.getValue().getType();
  auto index = [&](OpBuilder &at, int64_t value) -> Value {
    return arith::ConstantIndexOp::create(at, loc, value);
  };
  auto i32 = [&](OpBuilder &at, int64_t value) -> Value {
    return arith::ConstantIntOp::create(at, loc, value, 32);
  };

  // Partial tiles lie in the order of the fragment, one behind another along
  // the rows.
  LayoutAttr order = fragmentOrder(type.getLayout(), kPartialVector);
  reduce.getPartials().setType(MemRefType::get(
      {ShapedType::kDynamic, type.getCols()}, type.getElementType(), order));
  SmallVector<Type> argTypes = llvm::map_to_vector(
      func.getArguments(), [](BlockArgument arg) { return arg.getType(); });
  func.setFunctionType(FunctionType::get(func.getContext(), argTypes, {}));
  Value zero = index(b, 0);
  auto partialRow = [&](OpBuilder &at, Value slice) -> Value {
    Value first = arith::MulIOp::create(at, loc, reduce.getTile(),
                                        index(at, reduce.getSplit()));
    Value number = arith::AddIOp::create(at, loc, first, slice);
    return arith::MulIOp::create(at, loc, number, index(at, type.getRows()));
  };
  StoreOp::create(b, loc, reduce.getValue(), reduce.getPartials(),
                  ValueRange{partialRow(b, reduce.getSlice()), zero},
                  /*stage=*/Value(), /*transpose=*/false);
  gpu::BarrierOp::create(b, loc);

  // One thread counts and tells the others.
  auto workgroup =
      gpu::AddressSpaceAttr::get(b.getContext(), gpu::AddressSpace::Workgroup);
  Value arrivals = func.addWorkgroupAttribution(
      MemRefType::get({1}, b.getI32Type(), MemRefLayoutAttrInterface(),
                      workgroup),
      loc);
  onFirstThread(b, loc, [&](OpBuilder &inner) {
    Value before = memref::AtomicRMWOp::create(
        inner, loc, arith::AtomicRMWKind::addi, i32(inner, 1),
        reduce.getCounters(), ValueRange{reduce.getTile()});
    memref::StoreOp::create(inner, loc, before, arrivals,
                            ValueRange{index(inner, 0)});
  });
  gpu::BarrierOp::create(b, loc);
  Value before = memref::LoadOp::create(b, loc, arrivals, ValueRange{zero});
  Value isLast = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, before,
                                       i32(b, reduce.getSplit() - 1));
  auto last = scf::IfOp::create(b, loc, isLast);

  // The last block: all partial sums in order, then everything that followed.
  OpBuilder inner = last.getThenBodyBuilder();
  onFirstThread(inner, loc, [&](OpBuilder &first) {
    memref::StoreOp::create(first, loc, i32(first, 0), reduce.getCounters(),
                            ValueRange{reduce.getTile()});
  });
  auto loadPartial = [&](OpBuilder &at, Value slice) -> Value {
    return LoadOp::create(at, loc, type, reduce.getPartials(),
                          ValueRange{partialRow(at, slice), index(at, 0)},
                          /*stage=*/Value(), /*transpose=*/false);
  };
  Value first = loadPartial(inner, index(inner, 0));
  auto loop = scf::ForOp::create(inner, loc, index(inner, 1),
                                 index(inner, reduce.getSplit()),
                                 index(inner, 1), ValueRange{first});
  OpBuilder turn = OpBuilder::atBlockBegin(loop.getBody());
  Value sum = addFragments(turn, loc, loop.getRegionIterArgs()[0],
                           loadPartial(turn, loop.getInductionVar()));
  scf::YieldOp::create(turn, loc, ValueRange{sum});

  reduce.getResult().replaceAllUsesWith(loop.getResult(0));
  Block *block = reduce->getBlock();
  Operation *end = block->getTerminator();
  last.thenBlock()->getOperations().splice(
      last.thenBlock()->getTerminator()->getIterator(), block->getOperations(),
      std::next(last->getIterator()), end->getIterator());
  reduce.erase();
}

namespace {
struct LowerReduce : public tile::impl::LowerReduceBase<LowerReduce> {
  void runOnOperation() override {
    for (auto func : getOperation().getOps<gpu::GPUFuncOp>()) {
      SmallVector<ReduceOp> reductions;
      func.walk([&](ReduceOp reduce) { reductions.push_back(reduce); });
      for (ReduceOp reduce : reductions) {
        if (!reduce.getValue().getType().getLayout()) {
          reduce.emitOpError("expected layouts to be assigned");
          return signalPassFailure();
        }
        lower(func, reduce);
      }
    }
  }
};
} // namespace
