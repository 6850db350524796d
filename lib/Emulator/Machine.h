//===- Machine.h - The state of a running launch ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One launch (Machine) runs its blocks one after the other; a block is a set of
// warps over one shared memory; a warp executes instructions for the lanes of
// its mask and keeps a stack of the lanes that wait for reconvergence.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_EMULATOR_MACHINE_H
#define HUMMING_LIB_EMULATOR_MACHINE_H

#include "GlobalMemory.h"
#include "MBarriers.h"
#include "Products.h"
#include "SharedMemory.h"

#include "llvm/ADT/SmallVector.h"

#include <random>

namespace humming::emulator {

class Machine;

/// PTX ISA 9.7.13.1: barriers 0..15.
constexpr unsigned kNumBarriers = 16;

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
  std::vector<uint64_t> offsets; ///< of SharedMemory::kProductBytes each
};

/// What an access does to memory, for checks and counters.
enum class Access : uint8_t { Read, Write };

class Warp {
public:
  Warp(Machine &machine, unsigned index) : machine(machine), index(index) {}

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
  /// False, with a hazard, unless all 32 lanes are active.
  bool checkConverged(const Instruction &inst);
  /// Reports what a memory said of an access of `lane`.
  Step fail(const Instruction &inst, const Fault &fault, unsigned lane);

  unsigned thread(unsigned lane) const { return index * kLanes + lane; }

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

  Machine &machine;
  const unsigned index; ///< within the block
  std::vector<uint8_t> registers;
  LaneMask active = 0;
  LaneMask exited = 0; ///< returned, or beyond the block's last thread
  uint32_t pc = 0;
  llvm::SmallVector<StackEntry> stack;

  /// Groups that each lane has committed, and copies not yet waited for.
  std::array<uint32_t, kLanes> committedGroups = {};
  std::vector<AsyncCopy> copies;

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

/// A barrier of a block while warps arrive at it.
struct Barrier {
  unsigned expected = 0; ///< warps
  llvm::SmallVector<unsigned> arrived;
};

class Machine {
public:
  Machine(const Program &program, DeviceMemory &memory,
          const LaunchConfig &config, const Options &options);

  /// Runs every block. The hazard, if any, is in `hazard`.
  void run(llvm::ArrayRef<const void *> arguments);

  /// Warp `warp` arrives at barrier `id`, which `expected` warps complete.
  Step arrive(const Instruction &inst, Warp &warp, unsigned id,
              unsigned expected);

  /// Warp `warp` comes to an instruction that its warpgroup executes together;
  /// `operand` is the same for all of it. False, with a hazard, if not.
  bool meet(const Instruction &inst, Warp &warp, uint64_t operand);

  /// The next random number of a launch with a seed.
  uint64_t draw() { return random(); }

  /// Adds one warp access to the counters. `addresses` are per lane.
  void countGlobal(const uint64_t *addresses, LaneMask mask, unsigned size,
                   Access access);
  void countShared(const uint64_t *offsets, LaneMask mask, unsigned size);
  /// Adds the read of a bulk copy.
  void countGlobal(uint64_t address, uint64_t size);

  const Program &program;
  const LaunchConfig config;
  const Options options;
  Ordering ordering;
  GlobalMemory global;
  SharedMemory shared;
  MBarriers mbarriers;
  /// Arguments that are passed by value in memory, as kernels address them.
  std::vector<uint8_t> parameters;
  std::vector<Warp> warps;
  Counters counters;
  std::optional<Hazard> hazard;
  Dim3 blockIndex;
  uint64_t stepsLeft = 0;

private:
  unsigned numThreads() const;
  void setSpecials(Warp &warp);
  bool runBlock(uint64_t block);
  /// Lets a copy land, if the order has it so.
  bool landCopy(bool warpsReady);
  void reportDeadlock();
  /// False, with a hazard, when a warp has not come to where its warpgroup has.
  bool checkWarpgroups();

  std::array<Barrier, kNumBarriers> barriers;
  std::vector<Warpgroup> warpgroups;
  std::mt19937_64 random;
};

} // namespace humming::emulator

#endif // HUMMING_LIB_EMULATOR_MACHINE_H
