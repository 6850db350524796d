//===- MBarriers.h - mbarriers and the copies they count --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The mbarriers of a block. A phase of one completes when as many threads have
// arrived as it was made for and all bytes it expects have been copied; then
// the next begins. Copies land when the scheduler lets them: as late as
// possible, or at random. Other blocks of the cluster may arrive, and copy to
// its memory.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_EMULATOR_MBARRIERS_H
#define HUMMING_LIB_EMULATOR_MBARRIERS_H

#include "Ordering.h"

#include <deque>

namespace humming::emulator {

class ThreadBlock;

/// The most mbarriers of a block; the bulk copies of each are a source of
/// writes of their own.
constexpr unsigned kMaxMBarriers = 64;

/// PTX ISA, "Contents of the mbarrier object": the most arrivals, and the most
/// bytes, of one phase.
constexpr uint32_t kMaxMBarrierCount = (1u << 20) - 1;

struct MBarrier {
  struct Waiter {
    unsigned warp; ///< within the block
    LaneMask mask;
  };

  uint64_t offset; ///< in shared memory
  unsigned copier; ///< number among Ordering's copiers
  uint32_t count;  ///< arrivals of each phase
  unsigned initThread;
  Ordering::Time initTime;
  /// When its initialization was passed on to the asynchronous proxy.
  std::optional<Ordering::Time> fenceTime;
  /// The phase of the cluster's barrier that told other blocks of both.
  std::optional<unsigned> announced;

  uint64_t phase = 0; ///< phases completed
  uint32_t pending;   ///< arrivals that the phase awaits
  /// Bytes of the phase: expected, of copies started, of copies landed.
  uint64_t expectedBytes = 0, startedBytes = 0, landedBytes = 0;
  /// What those who arrived knew, and what copies wrote: in this phase, and in
  /// the last. At any scope, also of other blocks: what it orders is shared
  /// memory, which no cache holds. (A wider scope fences global memory.)
  Ordering::Knowledge gathered, completed;
  llvm::SmallVector<Waiter, 4> waiters;

  /// The last copy, the phases completed once it has landed, and the most
  /// phases that somebody has waited for.
  const Instruction *lastCopy = nullptr;
  Warp *lastCopyWarp = nullptr;
  uint64_t copiedPhase = 0, awaitedPhase = 0;

  /// The last arrival from another block, and the phases completed behind it.
  struct Visit {
    const Instruction *inst = nullptr;
    Warp *warp = nullptr;
    unsigned lane = 0;
    Ordering::Time time = 0;
    uint64_t phase = 0;
  };
  Visit visit;
};

/// A bulk copy in flight: `size` bytes at `offset` of shared memory.
struct BulkCopy {
  MBarrier *barrier;
  uint64_t offset;
  uint32_t size;
};

class MBarriers {
public:
  explicit MBarriers(ThreadBlock &block) : block(block) {}

  void startBlock();

  /// Each of these is done by `inst` of a warp (by one of its lanes, or by
  /// lanes `mask`) and reports a hazard where it returns false, null or Failed.
  bool init(const Instruction &inst, Warp &warp, unsigned lane, uint64_t offset,
            uint32_t count);
  MBarrier *find(const Instruction &inst, Warp &warp, unsigned lane,
                 uint64_t offset);
  bool arrive(const Instruction &inst, Warp &warp, LaneMask mask,
              MBarrier &barrier, uint64_t arrivals, uint64_t bytes);
  /// Waits for the phase of that parity. In a random order a wait may end
  /// without: `ready` says so.
  Step wait(const Instruction &inst, Warp &warp, MBarrier &barrier,
            unsigned parity, bool &ready);
  /// Starts a copy whose destination has been taken.
  bool startCopy(const Instruction &inst, Warp &warp, unsigned lane,
                 const BulkCopy &copy);
  /// False, with a hazard, unless the asynchronous proxy can use `barrier`.
  bool checkFence(const Instruction &inst, Warp &warp, unsigned lane,
                  const MBarrier &barrier);

  /// Passes on to the asynchronous proxy what lanes `mask` have initialized.
  void fence(unsigned warp, LaneMask mask);

  /// `warp` arrives at the barrier of the cluster in that phase, which tells
  /// others of the mbarriers that it has initialized and fenced.
  void announce(unsigned warp, unsigned phase);

  /// Copies in flight, and letting one of them land.
  size_t numCopies() const { return copies.size(); }
  void land(size_t index);

  /// Reports the wait that never ends; false when there is none.
  bool reportDeadlock();
  /// False, with a hazard, when a block ends with copies nobody waited for.
  bool checkEnd();

private:
  /// Whether a barrier of the cluster has told `warp` of it.
  bool isAnnounced(const Warp &warp, const MBarrier &barrier) const;
  /// Begins the next phase if this one is complete.
  void advance(MBarrier &barrier);
  /// Lanes `mask` of `warp` learn what the last phase has gathered.
  void learn(const Warp &warp, LaneMask mask, MBarrier &barrier);

  ThreadBlock &block;
  std::deque<MBarrier> barriers;
  std::vector<BulkCopy> copies;
};

} // namespace humming::emulator

#endif // HUMMING_LIB_EMULATOR_MBARRIERS_H
