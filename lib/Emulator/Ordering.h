//===- Ordering.h - What comes before what ----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Time is a counter that every synchronization advances. A warp knows, for each
// warp of its cluster, the time up to which that warp's accesses come before
// its own. Barriers pass this knowledge on within a block or a cluster;
// mbarriers do so from the lanes that arrive to the lanes that wait. Bulk
// copies write on their own account: what they wrote is known to who waited for
// their mbarrier. Between clusters, an atomic behind a release fence leaves at
// its address what its thread knew at the fence; a thread whose atomic comes
// there later knows it behind an acquire fence.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_EMULATOR_ORDERING_H
#define HUMMING_LIB_EMULATOR_ORDERING_H

#include "Program.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

#include <deque>

namespace humming::emulator {

class Ordering {
public:
  using Time = uint32_t;
  struct Release;
  using Releases = std::vector<const Release *>;

  /// What some threads know at some moment: per source (a warp, or the bulk
  /// copies of an mbarrier) the time up to which they know its accesses, and
  /// the time up to which the asynchronous proxy sees them.
  struct Knowledge {
    std::vector<Time> known, proxy;
    Releases acquired;
  };

  /// Clusters of `numBlocks` blocks of `blockWarps` warps each. In a block
  /// `blockCopiers` sources beside the warps do the writes of bulk copies.
  Ordering(unsigned numBlocks, unsigned blockWarps, unsigned blockCopiers);

  /// Begins cluster `cluster`: nothing is known of earlier ones.
  void startCluster(uint64_t cluster);

  /// Everything `warps` did comes before everything they do from now on.
  void synchronize(llvm::ArrayRef<unsigned> warps);

  /// fence.proxy.async of all lanes of `warp`: what it knows, and what it wrote
  /// itself, the asynchronous proxy sees from now on.
  void proxyFence(unsigned warp);

  /// Lanes `mask` of `warp` (`whole`: all that there are) tell what they know.
  /// What they did themselves is told by whole warps only; else what lies
  /// before the last synchronization of the warp.
  void tell(unsigned warp, LaneMask mask, bool whole, Knowledge &knowledge);
  /// `warp` tells that it has begun, and nothing of what it has done or knows.
  void tellBegun(unsigned warp, Knowledge &knowledge) const;
  /// Whether `thread` has been told that `warp` has begun.
  bool hasBegun(unsigned thread, unsigned warp) const {
    return knownTo(thread, warp) > clusterStartTime;
  }
  /// The bulk copies that thread `copier` stands for tell what they have
  /// written.
  void tellCopies(unsigned copier, Knowledge &knowledge);
  /// Lanes `mask` of `warp` learn. Where they are not the whole warp, the
  /// others learn at the warp's next synchronization.
  void learn(unsigned warp, LaneMask mask, bool whole,
             const Knowledge &knowledge);

  /// Fences of `thread`, for all threads of the device.
  void releaseFence(unsigned thread);
  void acquireFence(unsigned thread);
  /// An atomic of `thread` at a global address.
  void atomic(unsigned thread, uint64_t address);

  /// True when what `other` did at `time` in this cluster comes before what
  /// `thread` does now.
  bool isKnown(unsigned thread, unsigned other, Time time) const {
    return other == thread || time < knownTo(thread, other / kLanes);
  }
  /// The same for all lanes of a warp.
  bool isKnownToWarp(unsigned warp, unsigned other, Time time) const {
    return time < known(warp, other / kLanes);
  }
  /// True when a write of `other` at `time` is seen by what `warp` has the
  /// asynchronous proxy do now: a fence of the proxy is on the way from one to
  /// the other.
  bool isKnownToProxy(unsigned warp, unsigned other, Time time) const {
    return time < proxyTimes[warp * numSources + other / kLanes];
  }
  /// The same for what `thread` alone has it do.
  bool isKnownToProxyOf(unsigned thread, unsigned other, Time time) const;
  /// The same for what `other` did in cluster `cluster`, this one or an earlier
  /// one.
  bool isKnown(unsigned thread, uint64_t cluster, unsigned other,
               Time time) const;

  /// Accesses of source `other` before this come before those of `thread`.
  Time knownTo(unsigned thread, unsigned other) const {
    Time time = known(thread / kLanes, other);
    return parted[thread / kLanes].empty() ? time
                                           : lanesKnow(thread, other, time);
  }
  /// The least of a warp's known times.
  Time oldestKnown(unsigned warp) const { return oldestKnownTimes[warp]; }

  Time now() const { return time; }
  Time clusterStart() const { return clusterStartTime; }
  uint64_t cluster() const { return currentCluster; }
  unsigned warps() const { return numWarps; }
  unsigned warpsPerBlock() const { return blockWarps; }

  /// "warp 1 lane 5" of its block, and of which where there are several; the
  /// same with the block in any case, of a thread of cluster `cluster`.
  std::string nameOf(unsigned thread) const;
  std::string nameOf(unsigned thread, uint64_t cluster) const;

  /// The thread that stands for a copier of the block of rank `rank` where a
  /// writer is recorded.
  unsigned copierThread(unsigned rank, unsigned copier) const {
    return (numWarps + rank * blockCopiers + copier) * kLanes;
  }
  bool isCopier(unsigned thread) const { return thread >= numWarps * kLanes; }

  /// What a thread knew at a release fence.
  struct Release {
    uint64_t cluster;
    unsigned thread;
    Time time;               ///< of the fence: covers the thread itself
    std::vector<Time> known; ///< per source of its cluster
    Releases acquired;
  };

private:
  /// What lanes of a warp have learned and the others have not.
  struct Part {
    LaneMask mask;
    Knowledge knowledge;
  };

  Time known(unsigned warp, unsigned other) const {
    return knownTimes[warp * numSources + other];
  }
  Time &known(unsigned warp, unsigned other) {
    return knownTimes[warp * numSources + other];
  }
  Time lanesKnow(unsigned thread, unsigned other, Time time) const;
  void learn(unsigned warp, const Knowledge &knowledge);

  unsigned numBlocks, blockWarps, blockCopiers;
  unsigned numWarps, numSources; ///< of the cluster
  std::vector<Time> knownTimes;  ///< per warp and source
  std::vector<Time> oldestKnownTimes;
  std::vector<Time> proxyTimes; ///< per warp and source, of isKnownToProxy
  std::vector<llvm::SmallVector<Part, 0>> parted; ///< per warp
  std::deque<Release> releases;
  /// Per warp: releases whose knowledge it has, sorted.
  std::vector<Releases> acquired;
  /// Per thread of the cluster: its last release fence, and what its atomics
  /// have met and no acquire fence has made known.
  llvm::DenseMap<unsigned, const Release *> fenced;
  llvm::DenseMap<unsigned, Releases> met;
  /// Per address of an atomic.
  llvm::DenseMap<uint64_t, Releases> releasedAt;
  uint64_t currentCluster = 0;
  Time time = 1;
  Time clusterStartTime = 1;
};

/// Why an access failed.
struct Fault {
  HazardKind kind;
  uint64_t address; ///< first byte at fault
  std::string text;
};

} // namespace humming::emulator

#endif // HUMMING_LIB_EMULATOR_ORDERING_H
