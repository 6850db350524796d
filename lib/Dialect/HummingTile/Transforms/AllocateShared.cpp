//===- AllocateShared.cpp - humming-tile-allocate-shared ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Buffers lie one behind another in the block's dynamic shared memory. One that
// is first written when the block has met behind the last use of others takes
// their place; all others live through the kernel's one loop.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/HummingTile/Transforms/Passes.h"

#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "humming/Target/Arch.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

namespace humming::tile {
#define GEN_PASS_DEF_ALLOCATESHARED
#include "humming/Dialect/HummingTile/Transforms/Passes.h.inc"
} // namespace humming::tile

using namespace mlir;
using namespace humming;
using namespace humming::tile;

/// A swizzle repeats every 8 lines of 128 bytes, and XORs address bits: buffers
/// start where its pattern does.
static constexpr int64_t kAlignment = 1024;

/// The first byte behind the buffers so far, rounded up for the next one.
static int64_t alignedEnd(int64_t end, int64_t bytes) {
  return bytes < kAlignment ? llvm::alignTo(end, 16)
                            : llvm::alignTo(end, kAlignment);
}

/// Replaces a workgroup attribution by a view of the dynamic shared memory.
static void placeAttribution(gpu::GPUFuncOp func, BlockArgument memory,
                             int64_t base) {
  OpBuilder b = OpBuilder::atBlockBegin(&func.getBody().front());
  auto type = cast<MemRefType>(memory.getType());
  auto bytes =
      MemRefType::get({ShapedType::kDynamic}, b.getI8Type(),
                      MemRefLayoutAttrInterface(), type.getMemorySpace());
  Value shared = gpu::DynamicSharedMemoryOp::create(b, memory.getLoc(), bytes);
  Value offset = arith::ConstantIndexOp::create(b, memory.getLoc(), base);
  memory.replaceAllUsesWith(memref::ViewOp::create(
      b, memory.getLoc(), type, shared, offset, ValueRange()));
}

static int64_t sizeInBytes(MemRefType type) {
  return type.getNumElements() * type.getElementTypeBitWidth() / 8;
}

static int64_t endOf(AllocOp alloc) {
  return *alloc.getBase() + alloc.getBuffer().getType().getBytes();
}

namespace {
/// Where buffers are used, by the numbers of ops in the order of the text.
class Lifetimes {
public:
  explicit Lifetimes(gpu::GPUFuncOp func) { number(func, /*isMet=*/true); }
  /// Whether all threads that use the one have left it when the other is first
  /// written.
  bool precedes(AllocOp before, AllocOp after) const;

private:
  struct Range {
    int64_t first, last;
  };
  void number(Operation *op, bool isMet);
  Range rangeOf(Operation *op) const;
  Range rangeOf(AllocOp alloc) const;
  std::optional<int64_t> offerOf(AllocOp alloc) const;

  int64_t next = 0;
  llvm::DenseMap<Operation *, Range> numbers;
  /// Where all threads of the block or of the cluster arrive, and where they
  /// wait for that.
  SmallVector<Range> meetings, clusterMeetings;
  int64_t arrival = 0; ///< the last at the barrier of the cluster
};
} // namespace

/// Numbers `op` and what is in it, from `next` on. `isMet`: all of its threads
/// come there, once.
void Lifetimes::number(Operation *op, bool isMet) {
  int64_t first = next++;
  if (isMet && isa<gpu::BarrierOp>(op))
    meetings.push_back({first, first});
  if (isMet && isa<ClusterArriveOp>(op))
    arrival = first;
  if (isMet && isa<ClusterWaitOp>(op))
    clusterMeetings.push_back({arrival, first});
  for (Region &region : op->getRegions())
    for (Operation &inner : region.getOps())
      number(&inner, isMet && isa<gpu::GPUFuncOp, WarpsOp>(op));
  numbers[op] = {first, next - 1};
}

/// The numbers of an op, or of the outermost loop around it: what is used there
/// is used again.
Lifetimes::Range Lifetimes::rangeOf(Operation *op) const {
  Operation *outermost = op;
  for (Operation *parent = op; parent; parent = parent->getParentOp())
    if (isa<LoopLikeOpInterface>(parent))
      outermost = parent;
  return numbers.lookup(outermost);
}

/// Where a buffer that other blocks write is theirs: from the arrival on that
/// they wait for.
std::optional<int64_t> Lifetimes::offerOf(AllocOp alloc) const {
  std::optional<int64_t> offer;
  for (Operation *user : alloc.getBuffer().getUsers())
    if (auto store = dyn_cast<StoreOp>(user); store && store.getRank()) {
      offer = 0;
      for (Range meeting : clusterMeetings)
        if (meeting.last < numbers.lookup(store).first)
          offer = meeting.first;
    }
  return offer;
}

Lifetimes::Range Lifetimes::rangeOf(AllocOp alloc) const {
  Range range = {std::numeric_limits<int64_t>::max(), 0};
  for (Operation *user : alloc.getBuffer().getUsers()) {
    Range use = rangeOf(user);
    range.first = std::min(range.first, use.first);
    range.last = std::max(range.last, use.last);
    // It goes on reading.
    if (isa<BulkStoreOp>(user))
      range.last = std::numeric_limits<int64_t>::max();
  }
  if (std::optional<int64_t> offer = offerOf(alloc))
    range.first = *offer;
  return range;
}

bool Lifetimes::precedes(AllocOp before, AllocOp after) const {
  int64_t last = rangeOf(before).last, first = rangeOf(after).first;
  auto isBetween = [&](Range meeting) {
    return last < meeting.first && meeting.last < first;
  };
  return last < first && (offerOf(after) || llvm::any_of(meetings, isBetween) ||
                          llvm::any_of(clusterMeetings, isBetween));
}

namespace {
struct AllocateShared : public tile::impl::AllocateSharedBase<AllocateShared> {
  using Base::Base;

  void runOnOperation() override {
    const Arch *target = lookupArch(arch);
    if (!target) {
      getOperation().emitError("expected a known architecture, got \"")
          << arch << "\"";
      return signalPassFailure();
    }
    for (auto func : getOperation().getOps<gpu::GPUFuncOp>())
      if (failed(allocate(func, *target)))
        return signalPassFailure();
  }

  LogicalResult allocate(gpu::GPUFuncOp func, const Arch &target) {
    int64_t end = 0;
    SmallVector<AllocOp> allocs;
    func.walk([&](AllocOp alloc) { allocs.push_back(alloc); });
    Lifetimes lifetimes(func);
    for (auto [index, alloc] : llvm::enumerate(allocs)) {
      // Behind the buffers placed so far that live when this one does.
      int64_t taken = 0;
      for (AllocOp other : ArrayRef(allocs).take_front(index))
        if (!lifetimes.precedes(other, alloc) &&
            !lifetimes.precedes(alloc, other))
          taken = std::max(taken, endOf(other));
      alloc.setBase(alignedEnd(taken, alloc.getBuffer().getType().getBytes()));
      end = std::max(end, endOf(alloc));
    }
    while (func.getNumWorkgroupAttributions() > 0) {
      BlockArgument memory = func.getWorkgroupAttributions().back();
      int64_t bytes = sizeInBytes(cast<MemRefType>(memory.getType())),
              base = alignedEnd(end, bytes);
      placeAttribution(func, memory, base);
      end = base + bytes;
      func.getBody().front().eraseArgument(memory.getArgNumber());
      func->setAttr(gpu::GPUFuncOp::getNumWorkgroupAttributionsAttrName(),
                    IntegerAttr::get(IntegerType::get(func.getContext(), 64),
                                     func.getNumWorkgroupAttributions() - 1));
    }
    if (end > target.maxSharedPerBlock) {
      InFlightDiagnostic error = func.emitOpError("expected at most ")
                                 << target.maxSharedPerBlock
                                 << " bytes of shared memory on " << target.name
                                 << ", got " << end
                                 << "; use fewer stages or a smaller block";
      for (AllocOp alloc : allocs)
        error.attachNote(alloc.getLoc())
            << alloc.getBuffer().getType().getBytes() << " bytes for "
            << alloc.getBuffer().getType();
      return failure();
    }
    auto launch = func->getAttrOfType<LaunchAttr>(LaunchAttr::getName());
    if (!launch)
      return func.emitOpError("expected a ")
             << LaunchAttr::getName() << " on the kernel";
    func->setAttr(LaunchAttr::getName(), launch.withShared(end));
    return success();
  }
};
} // namespace
