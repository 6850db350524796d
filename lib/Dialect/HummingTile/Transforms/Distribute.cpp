//===- Distribute.cpp - humming-tile-distribute ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes one thread's program: walks the block's program in order, keeping for
// each fragment the vectors of one thread. Ops on scalars are cloned.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/HummingTile/Transforms/Passes.h"

#include "BlockSize.h"
#include "Distributor.h"
#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/Target/Arch.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/TypeSwitch.h"

namespace humming::tile {
#define GEN_PASS_DEF_DISTRIBUTE
#include "humming/Dialect/HummingTile/Transforms/Passes.h.inc"
} // namespace humming::tile

using namespace mlir;
using namespace humming;
using namespace humming::tile;

//===----------------------------------------------------------------------===//
// Function and control flow
//===----------------------------------------------------------------------===//

/// A memref as the thread form knows it: flat, of unknown length.
static MemRefType flatten(MemRefType type) {
  auto global =
      gpu::AddressSpaceAttr::get(type.getContext(), gpu::AddressSpace::Global);
  return MemRefType::get(
      {ShapedType::kDynamic}, getMemoryElement(type.getElementType()),
      MemRefLayoutAttrInterface(),
      type.getMemorySpace() ? type.getMemorySpace() : global);
}

/// What the passes before this one decide must be there.
static LogicalResult checkDecided(gpu::GPUFuncOp func) {
  // Rows beyond the number of tokens are masked.
  auto isBounded = [](Type type) {
    auto memory = dyn_cast<MemRefType>(type);
    return memory && memory.getRank() == 2 && !memory.hasStaticShape() &&
           memory.getLayout().isIdentity();
  };
  if (llvm::any_of(func.getArgumentTypes(), isBounded) &&
      !func.getArgumentTypes().back().isInteger(32))
    return func.emitOpError(
        "expected the number of tokens, an i32, as the last argument");
  WalkResult walk = func.walk([&](Operation *op) -> WalkResult {
    for (Type type : op->getResultTypes()) {
      auto frag = dyn_cast<FragType>(type);
      auto smem = dyn_cast<SmemType>(type);
      if ((frag && !frag.getLayout()) || (smem && !smem.getLayout()))
        return op->emitOpError(
            "expected a layout; run humming-tile-assign-layouts first");
    }
    if (auto copy = dyn_cast<CopyOp>(op); copy && !copy.getVia())
      return op->emitOpError("expected the threads' shares (via); run "
                             "humming-tile-assign-layouts first");
    if (auto alloc = dyn_cast<AllocOp>(op); alloc && !alloc.getBase())
      return op->emitOpError("expected a place in shared memory; run "
                             "humming-tile-allocate-shared first");
    return success();
  });
  return failure(walk.wasInterrupted());
}

LogicalResult Distributor::run() {
  Location loc = func.getLoc();
  FailureOr<int64_t> threads = getBlockSize(func);
  if (failed(threads) || failed(checkDecided(func)))
    return failure();
  SmallVector<Type> types;
  for (Type type : func.getArgumentTypes())
    types.push_back(isa<MemRefType>(type) ? ::flatten(cast<MemRefType>(type))
                                          : type);
  auto thin = gpu::GPUFuncOp::create(
      b, loc, func.getName(), FunctionType::get(func.getContext(), types, {}));
  for (NamedAttribute attr : func->getAttrs())
    if (attr.getName() != func.getFunctionTypeAttrName())
      thin->setAttr(attr.getName(), attr.getValue());

  b.setInsertionPointToStart(&thin.getBody().front());
  scalars.map(func.getArguments(), thin.getArguments());
  thread = {gpu::ThreadIdOp::create(b, loc, gpu::Dimension::x), *threads};
  block = thread;
  if (thin.getNumArguments() > 0 &&
      thin.getArguments().back().getType().isInteger(32))
    tokens = arith::IndexCastUIOp::create(b, loc, b.getIndexType(),
                                          thin.getArguments().back());
  if (failed(distribute(func.getBody().front()))) {
    thin.erase();
    return failure();
  }
  func.erase();
  return success();
}

LogicalResult Distributor::distribute(Block &block) {
  for (Operation &op : block)
    if (failed(distribute(op)))
      return failure();
  return success();
}

LogicalResult Distributor::distribute(Operation &op) {
  return llvm::TypeSwitch<Operation *, LogicalResult>(&op)
      .Case<scf::ForOp>([&](auto loop) { return distributeLoop(loop); })
      .Case<scf::IfOp>([&](auto branch) { return distributeIf(branch); })
      .Case<CopyOp>([&](auto copy) { return distributeCopy(copy); })
      .Case<LoadOp>([&](auto load) { return distributeLoad(load); })
      .Case<StoreOp>([&](auto store) { return distributeStore(store); })
      .Case<DequantOp>([&](auto dequant) { return distributeDequant(dequant); })
      .Case<AllocOp>([&](auto alloc) { return placeAlloc(alloc), success(); })
      .Case<ViewOp>([&](auto view) { return placeView(view), success(); })
      .Case<PrefetchOp>([&](auto prefetch) {
        return distributePrefetch(prefetch), success();
      })
      .Case<TabulateOp>([&](auto tabulate) {
        return distributeTabulate(tabulate), success();
      })
      .Case<SplatOp>(
          [&](auto splat) { return distributeSplat(splat), success(); })
      .Case<MmaOp>([&](auto mma) { return distributeMma(mma), success(); })
      .Case<WarpgroupMmaOp>(
          [&](auto mma) { return distributeWarpgroupMma(mma); })
      .Case<WarpgroupWaitOp>(
          [&](auto wait) { return distributeWarpgroupWait(wait), success(); })
      .Case<WarpsOp>([&](auto warps) { return distributeWarps(warps); })
      .Case<BulkCopyOp>([&](auto copy) { return distributeBulkCopy(copy); })
      .Case<BulkStoreOp>([&](auto store) { return distributeBulkStore(store); })
      .Case<MbarrierWaitOp>(
          [&](auto wait) { return distributeMbarrierWait(wait), success(); })
      .Case<gpu::ThreadIdOp>([&](auto id) {
        scalars.map(id.getResult(), thread.number);
        return success();
      })
      .Case<gpu::BarrierOp>(
          [&](auto barrier) { return distributeBarrier(barrier), success(); })
      .Case<WarpgroupBarrierOp>([&](auto barrier) {
        return distributeWarpgroupBarrier(barrier), success();
      })
      .Case<MapOp>([&](auto map) { return distributeMap(map), success(); })
      .Case<scf::YieldOp>([&](auto yield) {
        // A branch without results has its terminator already.
        if (yield.getNumOperands() > 0 || isa<scf::ForOp>(yield->getParentOp()))
          scf::YieldOp::create(b, yield.getLoc(), flatten(yield.getOperands()));
        return success();
      })
      .Default([&](Operation *other) -> LogicalResult {
        if (isa<HummingTileDialect>(other->getDialect()) &&
            !isa<AsyncCommitOp, AsyncWaitOp, ProxyFenceOp, ReleaseDependentsOp,
                 AwaitDependenciesOp, ElectOp, MaxRegistersOp, MbarrierInitOp,
                 MbarrierFenceOp, MbarrierArriveOp, BulkStoreWaitOp,
                 ClusterRankOp, ClusterArriveOp, ClusterWaitOp>(other))
          return other->emitOpError(
              "expected to be gone before humming-tile-distribute");
        b.clone(*other, scalars);
        return success();
      });
}

/// Fragments as their pieces, everything else as itself.
SmallVector<Value> Distributor::flatten(ValueRange values) {
  SmallVector<Value> result;
  for (Value value : values) {
    if (isa<FragType>(value.getType()))
      llvm::append_range(result, fragmentOf(value).pieces);
    else
      result.push_back(scalars.lookupOrDefault(value));
  }
  return result;
}

void Distributor::setPieces(Value value, ValueRange pieces) {
  PieceInfo info = getPieceInfo(cast<FragType>(value.getType()));
  fragments[value] = ThreadFragment{SmallVector<Value>(pieces), info.perPiece};
}

/// The values of the tile form are now `flat`: fragments in their pieces.
void Distributor::bind(ValueRange values, ValueRange flat) {
  for (Value value : values) {
    auto frag = dyn_cast<FragType>(value.getType());
    size_t count = frag ? getPieceInfo(frag).numPieces : 1;
    if (frag)
      setPieces(value, flat.take_front(count));
    else
      scalars.map(value, flat.front());
    flat = flat.drop_front(count);
  }
}

LogicalResult Distributor::distributeLoop(scf::ForOp loop) {
  auto thin = scf::ForOp::create(
      b, loop.getLoc(), scalars.lookupOrDefault(loop.getLowerBound()),
      scalars.lookupOrDefault(loop.getUpperBound()),
      scalars.lookupOrDefault(loop.getStep()), flatten(loop.getInits()));
  scalars.map(loop.getInductionVar(), thin.getInductionVar());
  bind(loop.getRegionIterArgs(), thin.getRegionIterArgs());
  OpBuilder::InsertionGuard guard(b);
  Block *body = thin.getBody();
  if (!body->empty())
    body->back().erase();
  b.setInsertionPointToEnd(body);
  if (failed(distribute(*loop.getBody())))
    return failure();
  bind(loop.getResults(), thin.getResults());
  return success();
}

LogicalResult Distributor::distributeIf(scf::IfOp branch) {
  SmallVector<Type> types;
  for (Type type : branch.getResultTypes()) {
    auto frag = dyn_cast<FragType>(type);
    if (frag)
      types.append(getPieceInfo(frag).numPieces, getPieceInfo(frag).type);
    else
      types.push_back(type);
  }
  auto thin = scf::IfOp::create(b, branch.getLoc(), types,
                                scalars.lookupOrDefault(branch.getCondition()),
                                /*withElseRegion=*/branch.elseBlock());
  for (auto [thick, region] :
       llvm::zip_equal(branch->getRegions(), thin->getRegions())) {
    if (thick.empty())
      continue;
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(&region.front());
    if (failed(distribute(thick.front())))
      return failure();
  }
  bind(branch.getResults(), thin.getResults());
  return success();
}

Value Distributor::constant(int64_t value) {
  return arith::ConstantIndexOp::create(b, func.getLoc(), value);
}

namespace {
struct Distribute : public tile::impl::DistributeBase<Distribute> {
  using Base::Base;

  void runOnOperation() override {
    const Arch *target = lookupArch(arch);
    if (!target) {
      getOperation().emitError("expected a known architecture, got \"")
          << arch << "\"";
      return signalPassFailure();
    }
    for (auto func :
         llvm::make_early_inc_range(getOperation().getOps<gpu::GPUFuncOp>()))
      if (failed(Distributor(func, *target).run()))
        return signalPassFailure();
  }
};
} // namespace
