//===- LowerReduce.cpp - humming-tile-lower-reduce ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Partial tiles go to memory; the last block to arrive adds them in the order
// of their slots. The atomic increment releases the block's stores (all its
// threads are behind a barrier) and acquires those of the others. Where tiles
// may come in one piece, that one needs none of it. Blocks of one cluster write
// theirs into the shared memory of the first, whose mbarrier counts the bytes:
// no thread waits for its stores, as it would ahead of a barrier of the
// cluster.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/HummingTile/Transforms/Passes.h"

#include "BlockSize.h"
#include "humming/Dialect/HummingTile/IR/Layout.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
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

namespace {
/// Writes what replaces one reduce.
class ReduceLowering {
public:
  ReduceLowering(gpu::GPUFuncOp func, ReduceOp reduce)
      : func(func), reduce(reduce), loc(reduce.getLoc()),
        type(reduce.getValue().getType()) {}

  void lower();
  LogicalResult lowerInCluster();

private:
  Value index(OpBuilder &at, int64_t value) {
    return arith::ConstantIndexOp::create(at, loc, value);
  }
  Value i32(OpBuilder &at, int64_t value) {
    return arith::ConstantIntOp::create(at, loc, value, 32);
  }
  void setPartialLayout();
  Value partialRow(OpBuilder &b, Value slot) {
    return arith::MulIOp::create(b, loc, slot, index(b, type.getRows()));
  }
  Value loadPartial(OpBuilder &b, Value slot) {
    return LoadOp::create(b, loc, type, reduce.getPartials(),
                          ValueRange{partialRow(b, slot), index(b, 0)},
                          /*stage=*/Value(), /*transpose=*/false);
  }
  Value arrive(OpBuilder &b);
  Value addPartials(OpBuilder &b);
  Value startCounting(SmemType buffer);
  void moveRest(Block *destination);

  gpu::GPUFuncOp func;
  ReduceOp reduce;
  Location loc;
  FragType type;
};
} // namespace

/// Partial tiles lie in the order of the fragment, one behind another along
/// the rows.
void ReduceLowering::setPartialLayout() {
  LayoutAttr order = fragmentOrder(type.getLayout(), kPartialVector);
  reduce.getPartials().setType(MemRefType::get(
      {ShapedType::kDynamic, type.getCols()}, type.getElementType(), order));
  SmallVector<Type> argTypes = llvm::map_to_vector(
      func.getArguments().take_front(func.getFunctionType().getNumInputs()),
      [](BlockArgument arg) { return arg.getType(); });
  func.setFunctionType(FunctionType::get(func.getContext(), argTypes, {}));
}

/// Stores the partial sum; whether all others are there.
Value ReduceLowering::arrive(OpBuilder &b) {
  Value zero = index(b, 0);
  StoreOp::create(b, loc, reduce.getValue(), reduce.getPartials(),
                  ValueRange{partialRow(b, reduce.getSlot()), zero},
                  /*stage=*/Value(), /*transpose=*/false);
  gpu::BarrierOp::create(b, loc);

  // One thread counts and tells the others: those of its set.
  int64_t sets = countSets(func);
  Value ours = sets > 1 ? WarpSetsOp::create(b, loc, sets).getNumber() : zero;
  auto workgroup =
      gpu::AddressSpaceAttr::get(b.getContext(), gpu::AddressSpace::Workgroup);
  Value arrivals = func.addWorkgroupAttribution(
      MemRefType::get({sets}, b.getI32Type(), MemRefLayoutAttrInterface(),
                      workgroup),
      loc);
  onFirstThread(b, loc, [&](OpBuilder &inner) {
    Value before = memref::AtomicRMWOp::create(
        inner, loc, arith::AtomicRMWKind::addi, i32(inner, 1),
        reduce.getCounters(), ValueRange{reduce.getTile()});
    memref::StoreOp::create(inner, loc, before, arrivals, ValueRange{ours});
  });
  gpu::BarrierOp::create(b, loc);
  Value before = memref::LoadOp::create(b, loc, arrivals, ValueRange{ours});
  Value pieces =
      arith::IndexCastUIOp::create(b, loc, b.getI32Type(), reduce.getPieces());
  return arith::CmpIOp::create(
      b, loc, arith::CmpIPredicate::eq, before,
      arith::SubIOp::create(b, loc, pieces, i32(b, 1)));
}

/// All partial sums in the order of their slots. The counter is left as it was
/// found.
Value ReduceLowering::addPartials(OpBuilder &b) {
  onFirstThread(b, loc, [&](OpBuilder &inner) {
    memref::StoreOp::create(inner, loc, i32(inner, 0), reduce.getCounters(),
                            ValueRange{reduce.getTile()});
  });
  Value first = loadPartial(b, reduce.getFirst());
  // The slots behind it, in 32 bits: two wide tiles leave few registers.
  auto narrow = [&](Value number) -> Value {
    return arith::IndexCastUIOp::create(b, loc, b.getI32Type(), number);
  };
  Value slot = narrow(reduce.getFirst()), one = i32(b, 1);
  auto loop = scf::ForOp::create(
      b, loc, arith::AddIOp::create(b, loc, slot, one),
      arith::AddIOp::create(b, loc, slot, narrow(reduce.getPieces())), one,
      ValueRange{first});
  OpBuilder turn = OpBuilder::atBlockBegin(loop.getBody());
  Value next = arith::IndexCastUIOp::create(turn, loc, turn.getIndexType(),
                                            loop.getInductionVar());
  Value sum = addFragments(turn, loc, loop.getRegionIterArgs()[0],
                           loadPartial(turn, next));
  scf::YieldOp::create(turn, loc, ValueRange{sum});
  return loop.getResult(0);
}

void ReduceLowering::lower() {
  OpBuilder b(reduce);
  setPartialLayout();
  bool isShared = getConstantIntValue(reduce.getPieces()).has_value();
  // The results of two branches: for a tile in one piece, and for others.
  auto unlessWhole = [&](OpBuilder &at, Value isWhole, Value ofWhole,
                         function_ref<Value(OpBuilder &)> make) -> Value {
    if (isShared)
      return make(at);
    auto branch =
        scf::IfOp::create(at, loc, TypeRange{ofWhole.getType()}, isWhole,
                          /*withElseRegion=*/true);
    OpBuilder then = branch.getThenBodyBuilder(),
              otherwise = branch.getElseBodyBuilder();
    scf::YieldOp::create(then, loc, ValueRange{ofWhole});
    scf::YieldOp::create(otherwise, loc, ValueRange{make(otherwise)});
    return branch.getResult(0);
  };
  Value isWhole;
  if (!isShared)
    isWhole = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq,
                                    reduce.getPieces(), index(b, 1));
  Value isLast = unlessWhole(b, isWhole, isWhole,
                             [&](OpBuilder &at) { return arrive(at); });
  // The last block: the whole sum, then everything that followed.
  auto last = scf::IfOp::create(b, loc, isLast);
  OpBuilder inner = last.getThenBodyBuilder();
  reduce.getResult().replaceAllUsesWith(
      unlessWhole(inner, isWhole, reduce.getValue(),
                  [&](OpBuilder &at) { return addPartials(at); }));
  moveRest(last.thenBlock());
}

/// Everything that followed goes to the end of `destination`, up to the
/// barriers of the cluster, in which all blocks take part.
void ReduceLowering::moveRest(Block *destination) {
  Block *block = reduce->getBlock();
  auto end = std::find_if(
      std::next(reduce->getIterator()), block->end(), [](Operation &op) {
        return isa<ClusterArriveOp>(op) || op.hasTrait<OpTrait::IsTerminator>();
      });
  destination->getOperations().splice(
      destination->getTerminator()->getIterator(), block->getOperations(),
      std::next(reduce->getIterator()), end);
  reduce.erase();
}

/// An mbarrier that counts the sums of `buffer`, from the start of the kernel
/// on.
Value ReduceLowering::startCounting(SmemType buffer) {
  MLIRContext *context = func.getContext();
  auto workgroup =
      gpu::AddressSpaceAttr::get(context, gpu::AddressSpace::Workgroup);
  Value barrier = func.addWorkgroupAttribution(
      MemRefType::get({1}, IntegerType::get(context, 64),
                      MemRefLayoutAttrInterface(), workgroup),
      loc);
  OpBuilder start = OpBuilder::atBlockBegin(&func.getBody().front());
  onFirstThread(start, loc, [&](OpBuilder &inner) {
    Value zero = index(inner, 0);
    MbarrierInitOp::create(inner, loc, barrier, zero, /*count=*/1);
    MbarrierFenceOp::create(inner, loc);
    MbarrierArriveOp::create(inner, loc, barrier, zero, /*rank=*/Value(),
                             inner.getI32IntegerAttr(buffer.getBytes()));
  });
  // Who has met the other blocks knows that all have come to this.
  if (func.getBody().front().getOps<ClusterWaitOp>().empty())
    ClusterArriveOp::create(start, loc, /*relaxed=*/true);
  return barrier;
}

LogicalResult ReduceLowering::lowerInCluster() {
  OpBuilder b(reduce);
  auto launch = func->getAttrOfType<LaunchAttr>(LaunchAttr::getName());
  int64_t blocks = launch ? launch.getCluster() : 1;
  int64_t slices = getConstantIntValue(reduce.getPieces()).value_or(0);
  if (slices < 2 || blocks % slices)
    return reduce.emitOpError("expected the pieces of a tile to be a constant "
                              "that divides the ")
           << blocks << " blocks of a cluster";
  auto bufferType = SmemType::get(
      b.getContext(), slices - 1, type.getRows(), type.getCols(),
      type.getElementType(), fragmentOrder(type.getLayout(), kPartialVector));
  bool meetsAtStart = !func.getBody().front().getOps<ClusterWaitOp>().empty();
  Value barrier = startCounting(bufferType);
  Value buffer = AllocOp::create(b, loc, bufferType, IntegerAttr());
  // Who sends knows that the blocks run; and, where sums take the place of
  // stages, that these have been left.
  if (!meetsAtStart)
    ClusterWaitOp::create(b, loc);
  if (bufferType.getBytes() > kOwnSumBytes) {
    ProxyFenceOp::create(b, loc);
    ClusterArriveOp::create(b, loc, /*relaxed=*/false);
    ClusterWaitOp::create(b, loc);
  }
  // Ranks are slices of the tiles side by side.
  Value rank = ClusterRankOp::create(b, loc, b.getIndexType());
  Value side = index(b, blocks / slices), one = index(b, 1);
  Value slice = arith::DivUIOp::create(b, loc, rank, side),
        first = arith::RemUIOp::create(b, loc, rank, side);
  Value isFirst =
      arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, slice, one);
  auto branch = scf::IfOp::create(b, loc, isFirst, /*withElseRegion=*/true);
  OpBuilder sends = branch.getElseBodyBuilder(),
            adds = branch.getThenBodyBuilder();
  StoreOp::create(sends, loc, reduce.getValue(), buffer, ValueRange(),
                  /*stage=*/arith::SubIOp::create(sends, loc, slice, one),
                  /*rank=*/first, barrier, index(sends, 0),
                  /*transpose=*/false);
  MbarrierWaitOp::create(adds, loc, barrier, index(adds, 0),
                         /*parity=*/i32(adds, 0));
  Value sum = reduce.getValue();
  for (int64_t other = 0; other < slices - 1; ++other)
    sum = addFragments(adds, loc, sum,
                       LoadOp::create(adds, loc, type, buffer, ValueRange(),
                                      /*stage=*/index(adds, other),
                                      /*transpose=*/false));
  reduce.getResult().replaceAllUsesWith(sum);
  moveRest(branch.thenBlock());
  return success();
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
        ReduceLowering lowering(func, reduce);
        if (reduce.getPartials())
          lowering.lower();
        else if (failed(lowering.lowerInCluster()))
          return signalPassFailure();
      }
    }
  }
};
} // namespace
