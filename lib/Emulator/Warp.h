//===- Warp.h - The state of a running warp ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A warp executes instructions for the lanes of its mask and keeps a stack of
// the lanes that wait for reconvergence.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_EMULATOR_WARP_H
#define HUMMING_LIB_EMULATOR_WARP_H

#include "Ordering.h"
#include "Products.h"

#include "llvm/ADT/SmallVector.h"

namespace humming::emulator {

class ThreadBlock;
class Machine;

/// Calls `body(lane)` for each lane of `mask`, in order.
template <typename Body> inline void forEachLane(LaneMask mask, Body body) {
  if (mask == kAllLanes) {
    for (unsigned lane = 0; lane < kLanes; ++lane)
      body(lane);
    return;
  }
  for (; mask; mask &= mask - 1)
    body(unsigned(__builtin_ctz(mask)));
}

/// Lanes that run, or will run, from the start of `block` until `reconverge`.
struct StackEntry {
  uint32_t block;
  uint32_t reconverge;
  LaneMask mask;
};

/// One cp.async instruction whose lanes in `mask` have not been waited for.
struct AsyncCopy {
  LaneMask mask;
  uint32_t size;
  std::array<uint32_t, kLanes> offset; ///< in shared memory
  std::array<uint32_t, kLanes> group;  ///< of the lane's cp.async groups
};

/// What a product in flight reads of shared memory.
struct ProductRead {
  Products::Number product;
  std::vector<uint64_t> offsets; ///< of SharedMemory::kChunkBytes each
};

/// A bulk copy to global memory that its lane has not waited for.
struct BulkStore {
  const Instruction *inst;
  unsigned lane;
  uint32_t group;                ///< of the lane's groups of bulk copies
  std::vector<uint64_t> offsets; ///< as ProductRead's, until they are read
  std::vector<MemoryRange> written;
};

class Warp {
public:
  Warp(ThreadBlock &block, unsigned index);

  /// Begins a block with its threads in `lanes`.
  void start(LaneMask lanes);

  /// Lanes of a plane.
  template <typename Cell> Cell *lanes(Plane plane) {
    return reinterpret_cast<Cell *>(registers.data() + plane);
  }

  /// Runs until the warp waits, returns or fails.
  Step run();

  /// Takes the branch edge of each lane: `taken[i]` are the active lanes that
  /// follow branch.edges[i]. Sets `pc`.
  void diverge(const Branch &branch, llvm::ArrayRef<LaneMask> taken);
  /// Follows one edge with all active lanes. Sets `pc`.
  void jump(const Edge &edge);
  /// Ends the active lanes. Done when none is left.
  Step finishLanes();

  /// Reports a hazard at `inst`.
  Step fail(const Instruction &inst, HazardKind kind, const llvm::Twine &text,
            std::optional<unsigned> lane = std::nullopt,
            std::optional<uint64_t> address = std::nullopt);
  /// Reports a hazard at the instruction where the warp waits.
  void failWaiting(HazardKind kind, const llvm::Twine &text,
                   std::optional<uint64_t> address = std::nullopt);
  /// False, with a hazard, unless all 32 lanes are active.
  bool checkConverged(const Instruction &inst);
  /// Reports what a memory said of an access of `lane`.
  Step fail(const Instruction &inst, const Fault &fault, unsigned lane);

  /// Number of a thread in the cluster, as Ordering has it.
  unsigned thread(unsigned lane) const { return number * kLanes + lane; }

  /// Lanes that have not returned.
  LaneMask live() const { return ~exited; }
  /// The value of `plane` in the active lanes, if it is the same in all.
  template <typename Cell = uint32_t> std::optional<Cell> uniform(Plane plane) {
    const Cell *values = lanes<Cell>(plane);
    Cell value = values[__builtin_ctz(active)];
    bool same = true;
    forEachLane(active, [&](unsigned lane) { same &= values[lane] == value; });
    return same ? std::optional<Cell>(value) : std::nullopt;
  }

  ThreadBlock &block;
  Machine &machine;
  const unsigned index;  ///< within the block
  const unsigned number; ///< within the cluster, as Ordering has it
  std::vector<uint8_t> registers;
  LaneMask active = 0;
  LaneMask exited = 0; ///< returned, or beyond the block's last thread
  uint32_t pc = 0;
  llvm::SmallVector<StackEntry> stack;

  /// Groups that each lane has committed, and copies not yet waited for.
  std::array<uint32_t, kLanes> committedGroups = {};
  std::vector<AsyncCopy> copies;

  /// The same of bulk copies to global memory.
  std::array<uint32_t, kLanes> committedStores = {};
  std::vector<BulkStore> stores;

  /// Products of the warp's warpgroup, of which it computes a quarter.
  Products products;
  std::vector<ProductRead> productReads;

  enum class State : uint8_t { Ready, Waiting, Finished };
  State state = State::Ready;

private:
  void resume();
  /// False, with a hazard, when `inst` touches what a product still owns.
  bool checkProducts(const Instruction &inst);
  void copyArguments(const Edge &edge, LaneMask mask);

  /// What the last edge did wrong, or null.
  const char *edgeFault = nullptr;
};

} // namespace humming::emulator

#endif // HUMMING_LIB_EMULATOR_WARP_H
