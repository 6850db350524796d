//===- SpecializeWarps.cpp - humming-tile-specialize-warps ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A kernel's program is written once for each set of warps that takes pieces,
// and once with what the added warps need to reach their regions. Buffers are
// the same for all.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/HummingTile/Transforms/Passes.h"

#include "BlockSize.h"
#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace humming::tile {
#define GEN_PASS_DEF_SPECIALIZEWARPS
#include "humming/Dialect/HummingTile/Transforms/Passes.h.inc"
} // namespace humming::tile

using namespace mlir;
using namespace humming;
using namespace humming::tile;

/// Warps of a warpgroup.
static constexpr int64_t kWarps = 4;
/// Registers of a multiprocessor, and the most that a thread has here; counts
/// go in eights (PTX ISA, setmaxnreg).
static constexpr int64_t kRegisters = 65536, kMostRegisters = 240, kStep = 8;
/// What a warp that only copies keeps: with less it spills where blocks share
/// tiles (ptxas 13.0).
static constexpr int64_t kCopyRegisters = 32;

/// Whether `op` is a region of warps that are not among the first `warps`, or
/// has one in it.
static bool holdsAdded(Operation *op, int64_t warps) {
  return op
      ->walk([&](WarpsOp region) {
        return int64_t(region.getFirst()) >= warps ? WalkResult::interrupt()
                                                   : WalkResult::advance();
      })
      .wasInterrupted();
}

/// Leaves of a block what the added warps need: the way to their regions, and
/// the numbers that these read.
static LogicalResult keepAdded(Block &block, int64_t warps) {
  for (Operation &op :
       llvm::make_early_inc_range(llvm::reverse(block.getOperations()))) {
    if (auto region = dyn_cast<WarpsOp>(op);
        region && int64_t(region.getFirst()) >= warps) {
      block.getOperations().splice(region->getIterator(),
                                   region.getBody().front().getOperations());
      region.erase();
    } else if (holdsAdded(&op, warps)) {
      for (Region &region : op.getRegions())
        for (Block &inner : region)
          if (failed(keepAdded(inner, warps)))
            return failure();
    } else if (op.hasTrait<OpTrait::IsTerminator>() ||
               isa<ReleaseDependentsOp, AwaitDependenciesOp, ClusterArriveOp,
                   ClusterWaitOp>(op)) {
      continue; // Every thread has its own part in these.
    } else if (op.use_empty()) {
      op.erase();
    } else if (!isMemoryEffectFree(&op)) {
      return op.emitOpError("expected a warp that only copies to need numbers "
                            "alone, not what this does");
    }
  }
  return success();
}

/// Says in the program of `region` that it is number `number` of `sets`.
static void setNumber(WarpsOp region, int64_t number, int64_t sets) {
  region.walk([&](WarpSetsOp op) {
    OpBuilder b(op);
    op.replaceAllUsesWith(
        ValueRange{arith::ConstantIndexOp::create(b, op.getLoc(), number),
                   arith::ConstantIndexOp::create(b, op.getLoc(), sets)});
    op.erase();
  });
}

namespace {
struct SpecializeWarps
    : public tile::impl::SpecializeWarpsBase<SpecializeWarps> {
  void runOnOperation() override {
    for (auto func : getOperation().getOps<gpu::GPUFuncOp>())
      if (failed(specialize(func)))
        return signalPassFailure();
  }

  LogicalResult specialize(gpu::GPUFuncOp func) {
    FailureOr<int64_t> threads = getBlockSize(func);
    if (failed(threads))
      return failure();
    int64_t ofSet = *threads / kLanes, sets = countSets(func);
    int64_t warps = sets * ofSet, end = warps;
    func.walk([&](WarpsOp region) {
      end = std::max<int64_t>(end, region.getFirst() + region.getCount());
    });
    if (end == warps)
      return success();

    // All warps meet once; from there on each kind goes its own way.
    Block &body = func.getBody().front();
    auto meeting =
        llvm::find_if(body, llvm::IsaPred<gpu::BarrierOp, ClusterWaitOp>);
    if (meeting == body.end())
      return func.emitOpError("expected a barrier of the block ahead of the "
                              "regions of added warps");
    SmallVector<AllocOp> allocs;
    func.walk([&](AllocOp alloc) { allocs.push_back(alloc); });
    for (AllocOp alloc : allocs)
      alloc->moveBefore(&*meeting);

    OpBuilder b(body.getTerminator());
    Location loc = func.getLoc();
    auto own = WarpsOp::create(b, loc, 0, ofSet);
    Block *ownBody = b.createBlock(&own.getBody());
    ownBody->getOperations().splice(ownBody->end(), body.getOperations(),
                                    std::next(meeting), own->getIterator());
    b.setInsertionPoint(own);
    auto added = cast<WarpsOp>(b.clone(*own));
    added.setFirst(warps);
    added.setCount(end - warps);
    if (failed(keepAdded(added.getBody().front(), warps)))
      return failure();
    own.walk([&](WarpsOp region) {
      if (int64_t(region.getFirst()) >= warps)
        region.erase();
    });
    setNumber(added, /*number=*/0, /*sets=*/1);
    SmallVector<WarpsOp> all = {own};
    b.setInsertionPointAfter(own);
    for (int64_t set = 1; set < sets; ++set) {
      all.push_back(cast<WarpsOp>(b.clone(*own)));
      all.back().setFirst(set * ofSet);
    }
    for (auto [set, region] : llvm::enumerate(all))
      setNumber(region, set, sets);
    if (warps >= 2 * kWarps)
      end = shiftRegisters(all, added);
    return setThreads(func, end * kLanes);
  }

  /// With two warpgroups and more the added warps would leave too few registers
  /// to the others, so they become a warpgroup and give theirs away. What is
  /// there to share is what the block has at its launch: as many for each
  /// thread as a block of this size may have. Who asks for more waits for ever.
  /// Gives the number of warps.
  static int64_t shiftRegisters(ArrayRef<WarpsOp> own, WarpsOp added) {
    Location loc = added.getLoc();
    int64_t groups = added.getFirst() / kWarps, all = groups + 1;
    int64_t each = kRegisters / (all * kWarps * kLanes) / kStep * kStep;
    int64_t registers = std::min(
        (each * all - kCopyRegisters) / groups / kStep * kStep, kMostRegisters);
    OpBuilder b(added);
    auto whole = WarpsOp::create(b, loc, added.getFirst(), kWarps);
    b.createBlock(&whole.getBody());
    MaxRegistersOp::create(b, loc, kCopyRegisters, /*more=*/false);
    added->moveBefore(&whole.getBody().front(), whole.getBody().front().end());
    for (WarpsOp region : own) {
      b.setInsertionPointToStart(&region.getBody().front());
      MaxRegistersOp::create(b, loc, registers, /*more=*/true);
    }
    return all * kWarps;
  }

  static LogicalResult setThreads(gpu::GPUFuncOp func, int64_t threads) {
    auto launch = func->getAttrOfType<LaunchAttr>(LaunchAttr::getName());
    if (!launch)
      return func.emitOpError("expected a ")
             << LaunchAttr::getName() << " on the kernel";
    func.setKnownBlockSizeAttr(DenseI32ArrayAttr::get(
        func.getContext(), {static_cast<int32_t>(threads), 1, 1}));
    func->setAttr(LaunchAttr::getName(), launch.withThreads(threads));
    return success();
  }
};
} // namespace
