//===- Ordering.h - What comes before what ----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Time is a counter that every synchronization advances. A warp knows, for each
// warp of its block, the time up to which that warp's accesses come before its
// own. Barriers pass this knowledge on within a block. Between blocks, an
// atomic behind a release fence leaves at its address what its thread knew at
// the fence; a thread whose atomic comes there later knows it behind an acquire
// fence.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_EMULATOR_ORDERING_H
#define HUMMING_LIB_EMULATOR_ORDERING_H

#include "Program.h"

#include "llvm/ADT/DenseMap.h"

#include <deque>

namespace humming::emulator {

class Ordering {
public:
  using Time = uint32_t;

  explicit Ordering(unsigned numWarps);

  /// Begins block `block`: nothing is known of earlier ones.
  void startBlock(uint64_t block);

  /// Everything `warps` did comes before everything they do from now on.
  void synchronize(llvm::ArrayRef<unsigned> warps);

  /// fence.proxy.async of all lanes of `warp`: what it knows, and what it wrote
  /// itself, the asynchronous proxy sees from now on.
  void proxyFence(unsigned warp);

  /// Fences of `thread`, for all threads of the device.
  void releaseFence(unsigned thread);
  void acquireFence(unsigned thread);
  /// An atomic of `thread` at a global address.
  void atomic(unsigned thread, uint64_t address);

  /// True when what `other` did at `time` in this block comes before what
  /// `thread` does now.
  bool isKnown(unsigned thread, unsigned other, Time time) const {
    return other == thread || isKnownToWarp(thread / kLanes, other, time);
  }
  /// The same for all lanes of a warp.
  bool isKnownToWarp(unsigned warp, unsigned other, Time time) const {
    return time < known(warp, other / kLanes);
  }
  /// True when a write of `other` at `time` is seen by what `warp` has the
  /// asynchronous proxy do now: a fence of the proxy is on the way from one to
  /// the other.
  bool isKnownToProxy(unsigned warp, unsigned other, Time time) const {
    return time < proxyTimes[warp * numWarps + other / kLanes];
  }
  /// The same for what `other` did in block `block`, this one or an earlier
  /// one.
  bool isKnown(unsigned thread, uint64_t block, unsigned other,
               Time time) const;

  /// Accesses of `other` before this come before those of `warp`.
  Time known(unsigned warp, unsigned other) const {
    return knownTimes[warp * numWarps + other];
  }
  /// The least of a warp's known times.
  Time oldestKnown(unsigned warp) const { return oldestKnownTimes[warp]; }

  Time now() const { return time; }
  Time blockStart() const { return blockStartTime; }
  uint64_t block() const { return currentBlock; }
  unsigned warps() const { return numWarps; }

private:
  /// What a thread knew at a release fence.
  struct Release {
    uint64_t block;
    unsigned thread;
    Time time;               ///< of the fence: covers the thread itself
    std::vector<Time> known; ///< per warp of its block
    std::vector<const Release *> acquired;
  };

  Time &known(unsigned warp, unsigned other) {
    return knownTimes[warp * numWarps + other];
  }

  unsigned numWarps;
  std::vector<Time> knownTimes; ///< per pair of warps
  std::vector<Time> oldestKnownTimes;
  std::vector<Time> proxyTimes; ///< per pair of warps, of isKnownToProxy
  using Releases = std::vector<const Release *>;
  std::deque<Release> releases;
  /// Per warp: releases whose knowledge it has, sorted.
  std::vector<Releases> acquired;
  /// Per thread of the block: its last release fence, and what its atomics have
  /// met and no acquire fence has made known.
  llvm::DenseMap<unsigned, const Release *> fenced;
  llvm::DenseMap<unsigned, Releases> met;
  /// Per address of an atomic.
  llvm::DenseMap<uint64_t, Releases> releasedAt;
  uint64_t currentBlock = 0;
  Time time = 1;
  Time blockStartTime = 1;
};

/// Why an access failed.
struct Fault {
  HazardKind kind;
  uint64_t address; ///< first byte at fault
  std::string text;
};

/// "warp 1 lane 5", for messages.
std::string threadName(unsigned thread);

} // namespace humming::emulator

#endif // HUMMING_LIB_EMULATOR_ORDERING_H
