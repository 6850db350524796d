//===- Cluster.h - Blocks that run together ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the blocks of a cluster have in common: addresses of each other's shared
// memory, and one barrier, at which arrival and wait are two instructions.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_EMULATOR_CLUSTER_H
#define HUMMING_LIB_EMULATOR_CLUSTER_H

#include "Warp.h"

namespace humming::emulator {

/// The most blocks of a cluster that every GPU with clusters has room for.
constexpr unsigned kMaxClusterBlocks = 8;

/// Address space of shared memory as the cluster sees it. Offsets are the
/// executing block's own memory, as a conversion from its address space has it;
/// that of rank r lies r + 1 strides further.
constexpr unsigned kClusterSpace = 7;
constexpr uint64_t kClusterStride = kSharedWindowSize;

/// The block that a lane accesses at an address in kClusterSpace, and in
/// `offset` where in its shared memory. Null, with a hazard, where there is no
/// such block, or may be none at that time.
ThreadBlock *blockAt(const Instruction &inst, Warp &warp, unsigned lane,
                     uint64_t address, uint64_t &offset);
/// The same, for an access that the block has to wait for.
ThreadBlock *visit(const Instruction &inst, Warp &warp, unsigned lane,
                   uint64_t address, uint64_t &offset);
/// The block of that rank, for a copy that it will wait for itself.
ThreadBlock *findBlock(const Instruction &inst, Warp &warp, unsigned lane,
                       uint64_t rank);

/// barrier.cluster. A phase completes when every warp of the cluster that has
/// not returned has arrived; each waits for it before it arrives again.
class ClusterBarrier {
public:
  explicit ClusterBarrier(Machine &machine) : machine(machine) {}

  /// Begins a cluster.
  void start();
  /// A relaxed arrival says that the warp has come here, and of what it has
  /// done no more than which mbarriers it has initialized and fenced.
  Step arrive(const Instruction &inst, Warp &warp, bool isRelaxed);
  Step wait(const Instruction &inst, Warp &warp);
  /// Whether `warp` has waited for phase `phase`.
  bool hasWaited(const Warp &warp, unsigned phase) const {
    return waited[warp.number] > phase;
  }
  /// Completes the phase if nobody is missing.
  void advance();
  /// Reports the wait that never ends; false when there is none.
  bool reportDeadlock();

private:
  /// Where a warp stands: it may arrive, has arrived in this phase or in the
  /// one before, or waits.
  enum class Place : uint8_t { Outside, Arrived, Waiting, Passed };
  Place &placeOf(const Warp &warp) { return places[warp.number]; }
  /// False, with a hazard, unless `warp` is all there and has arrived, or has
  /// not.
  bool expect(const Instruction &inst, Warp &warp, bool isInside);

  Machine &machine;
  std::vector<Place> places;    ///< by Warp::number
  std::vector<unsigned> waited; ///< the same, how many phases
  unsigned phase = 0;           ///< phases completed
  Ordering::Knowledge gathered, completed;
};

} // namespace humming::emulator

#endif // HUMMING_LIB_EMULATOR_CLUSTER_H
