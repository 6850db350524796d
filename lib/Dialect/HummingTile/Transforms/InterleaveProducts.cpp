//===- InterleaveProducts.cpp - operands made under products --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A group of a warpgroup's products goes along k in steps. What makes the
// operands of a step goes behind the products of the step before, which run
// meanwhile; loads stay where they are.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "humming/Dialect/HummingTile/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"

namespace humming::tile {
#define GEN_PASS_DEF_INTERLEAVEPRODUCTS
#include "humming/Dialect/HummingTile/Transforms/Passes.h.inc"
} // namespace humming::tile

using namespace mlir;
using namespace humming;
using namespace humming::tile;

/// The most groups that a wait leaves in flight: what ptxas 13.0 has room for,
/// which makes a group of whatever follows a fence.
static constexpr unsigned kMostGroups = 7;
/// Registers that operands and products from zero may take, of 255; what the
/// rest takes was read off ptxas.
static constexpr int64_t kMostRegisters = 224;

/// Registers of a thread that a vector takes.
static int64_t registersOf(Type vector) {
  constexpr int64_t wordBits = 32;
  auto type = cast<VectorType>(vector);
  return type.getNumElements() * getElementBits(type.getElementType()) /
         wordBits;
}

namespace {

/// The products between a fence and its commit.
class Group {
public:
  Group(WarpgroupFenceOp fence, WarpgroupCommitOp commit) : fence(fence) {
    for (Operation &op : llvm::make_range(std::next(fence->getIterator()),
                                          commit->getIterator())) {
      stepOf[&op] = 0;
      auto atom = dyn_cast<WarpgroupAtomOp>(op);
      if (!atom)
        continue;
      if (firsts.empty() ||
          (firsts.size() < kMostGroups && firsts.back().getB() != atom.getB()))
        firsts.push_back(atom);
      stepOf[&op] = firsts.size() - 1;
      isShared = atom.isShared();
      if (!isShared)
        operands += registersOf(atom.getA().getType());
      if (!atom.getC())
        sumsFromZero += registersOf(atom.getType());
    }
  }

  /// Products from zero go elsewhere: ptxas puts that under the products of the
  /// next tile. Then there are sums, the products of two tiles, operands and
  /// codes.
  bool hasRoom() const {
    return sumsFromZero == 0 ||
           3 * sumsFromZero + 2 * operands <= kMostRegisters;
  }

  /// Moves what makes operands behind the products of the step before; of
  /// operands in shared memory nothing is made.
  void interleave() {
    if (isShared || !hasRoom())
      return;
    SmallVector<Operation *> moved;
    for (Operation &op : llvm::reverse(llvm::make_range(
             fence->getBlock()->begin(), fence->getIterator()))) {
      unsigned step = stepThatNeeds(op);
      stepOf[&op] = step;
      if (step > 0)
        moved.push_back(&op);
    }
    OpBuilder b(fence->getContext());
    for (unsigned step = 1; step < firsts.size(); ++step) {
      WarpgroupAtomOp first = firsts[step];
      auto isOfStep = [&](Operation *op) { return stepOf.lookup(op) == step; };
      if (llvm::none_of(moved, isOfStep))
        continue;
      Operation *last = first->getPrevNode();
      while (!isa<WarpgroupAtomOp>(last))
        last = last->getPrevNode();
      ends.push_back(last);
      for (Operation *op : llvm::reverse(moved))
        if (isOfStep(op))
          op->moveBefore(first);
      b.setInsertionPoint(first);
      WarpgroupFenceOp::create(b, fence.getLoc());
    }
  }

  /// Makes a group of each part between two fences; returns how many there are.
  int64_t split() {
    OpBuilder b(fence->getContext());
    for (Operation *end : ends) {
      b.setInsertionPointAfter(end);
      WarpgroupCommitOp::create(b, fence.getLoc());
    }
    return ends.size() + 1;
  }

private:
  /// The first step that an op in front of the group is needed for; 0 for what
  /// has to stay.
  unsigned stepThatNeeds(Operation &op) {
    if (op.getNumRegions() != 0 || !isMemoryEffectFree(&op) ||
        op.hasTrait<OpTrait::ConstantLike>())
      return 0;
    constexpr unsigned never = ~0u;
    unsigned step = never;
    for (Operation *user : op.getUsers()) {
      // What stands behind the group comes behind every step.
      auto known = stepOf.find(fence->getBlock()->findAncestorOpInBlock(*user));
      if (known != stepOf.end())
        step = std::min(step, known->second);
    }
    return step == never ? 0 : step;
  }

  WarpgroupFenceOp fence;
  SmallVector<WarpgroupAtomOp> firsts; ///< the first atom of each step
  SmallVector<Operation *> ends; ///< the last atoms in front of added fences
  int64_t operands = 0, sumsFromZero = 0; ///< registers
  bool isShared = false;                  ///< weights in shared memory
  /// Steps of what stands up to the commit, as far as it is known.
  llvm::DenseMap<Operation *, unsigned> stepOf;
};

struct InterleaveProducts
    : public humming::tile::impl::InterleaveProductsBase<InterleaveProducts> {
  void runOnOperation() override {
    SmallVector<Block *> blocks;
    getOperation().walk([&](Block *block) { blocks.push_back(block); });
    for (Block *block : blocks)
      if (failed(interleave(*block)))
        return signalPassFailure();
  }

private:
  static LogicalResult interleave(Block &block) {
    SmallVector<Group> groups; // In front of the op.
    for (auto op = block.begin(); op != block.end(); ++op) {
      if (auto fence = dyn_cast<WarpgroupFenceOp>(*op)) {
        auto commit =
            std::find_if(op, block.end(), llvm::IsaPred<WarpgroupCommitOp>);
        if (commit == block.end())
          return fence.emitOpError("expected a warpgroup_commit behind it");
        groups.emplace_back(fence, cast<WarpgroupCommitOp>(*commit));
        groups.back().interleave();
        op = commit;
      } else if (auto wait = dyn_cast<WarpgroupWaitOp>(*op);
                 wait && wait.getPending() > 0) {
        // Those in flight are among what ptxas counts.
        if (wait.getPending() != 1 || groups.empty())
          return wait.emitOpError("expected at most one group to stay in "
                                  "flight, and that in front of it, got ")
                 << wait.getPending();
        wait.setPending(groups.back().split());
      }
    }
    return success();
  }
};

} // namespace
