//===- ThreadBlock.h - The state of a running block -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A block is a set of warps over one shared memory, with its barriers, its
// mbarriers and the registers that its warps share out. It is one of the blocks
// of a cluster, which reach its shared memory while it is there.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_EMULATOR_THREADBLOCK_H
#define HUMMING_LIB_EMULATOR_THREADBLOCK_H

#include "MBarriers.h"
#include "RegisterPool.h"
#include "SharedMemory.h"
#include "Warp.h"

namespace humming::emulator {

/// PTX ISA 9.7.13.1: barriers 0..15.
constexpr unsigned kNumBarriers = 16;

/// A barrier of a block while warps arrive at it.
struct Barrier {
  unsigned expected = 0; ///< warps
  llvm::SmallVector<unsigned> arrived;
};

class ThreadBlock {
public:
  /// The block of that rank in the clusters of a launch.
  ThreadBlock(Machine &machine, unsigned rank);

  /// Begins the block at `position` of the grid.
  void start(Dim3 position);

  /// Warp `warp` arrives at barrier `id`, which `expected` warps complete.
  Step arrive(const Instruction &inst, Warp &warp, unsigned id,
              unsigned expected);

  /// Warp `warp` comes to an instruction that its warpgroup executes together;
  /// `operands` are the same for all of it. False, with a hazard, if not.
  bool meet(const Instruction &inst, Warp &warp,
            Warpgroup::Operands operands = {});

  /// A lane of `from` comes to the shared memory of this block. False, with a
  /// hazard, where the block may not have begun, or may have ended.
  bool admit(const Instruction &inst, Warp &from, unsigned lane);
  /// It reads or writes there now, which the block has to wait for.
  void noteVisit(const Instruction &inst, Warp &from, unsigned lane);
  /// Whether what `visitor` did at `time` comes before what a thread of the
  /// block does now.
  bool knows(unsigned visitor, Ordering::Time time) const;
  bool isFinished() const;
  /// Its last thread has returned. False, with a hazard, for what cannot be
  /// left undone.
  bool finish();

  /// Reports a wait of the block that never ends; false when there is none.
  bool reportDeadlock();

  Machine &machine;
  const unsigned rank; ///< in the cluster
  Dim3 position;
  uint64_t stepsLeft = 0;
  SharedMemory shared;
  MBarriers mbarriers;
  RegisterPool pool;
  std::vector<Warp> warps;

private:
  void setSpecials(Warp &warp);
  /// False, with a hazard, when a warp has not come to where its warpgroup has.
  bool checkWarpgroups();
  /// False, with a hazard, when a copy may still read the block's memory.
  bool checkStores();
  /// False, with a hazard, when the block may end before an access of another.
  bool checkVisits();
  bool reportBarrier();

  /// The last access of each warp of the cluster to this block's memory.
  struct Visit {
    const Instruction *inst = nullptr;
    Warp *warp = nullptr;
    unsigned lane = 0;
    Ordering::Time time = 0;
  };
  std::vector<Visit> visits;
  std::array<Barrier, kNumBarriers> barriers;
  std::vector<Warpgroup> warpgroups;
};

} // namespace humming::emulator

#endif // HUMMING_LIB_EMULATOR_THREADBLOCK_H
