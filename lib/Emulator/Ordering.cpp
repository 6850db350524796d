//===- Ordering.cpp - What comes before what ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Happens-before by warp: see the header. A warp's own lanes are ordered by
// bar.warp.sync and by barriers only, as PTX demands since sm_70, so data that
// one lane wrote and another lane of the same warp reads needs one too.
//
//===----------------------------------------------------------------------===//

#include "Ordering.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"

#include <algorithm>

namespace humming::emulator {

std::string threadName(unsigned thread) {
  return ("warp " + llvm::Twine(thread / kLanes) + " lane " +
          llvm::Twine(thread % kLanes))
      .str();
}

Ordering::Ordering(unsigned numWarps)
    : numWarps(numWarps), knownTimes(numWarps * numWarps),
      oldestKnownTimes(numWarps), proxyTimes(numWarps * numWarps),
      acquired(numWarps) {}

void Ordering::startBlock(uint64_t block) {
  currentBlock = block;
  blockStartTime = ++time;
  std::fill(knownTimes.begin(), knownTimes.end(), time);
  std::fill(oldestKnownTimes.begin(), oldestKnownTimes.end(), time);
  std::fill(proxyTimes.begin(), proxyTimes.end(), time);
  for (auto &releases : acquired)
    releases.clear();
  fenced.clear();
  met.clear();
}

template <typename T>
static void unite(std::vector<T> &into, const std::vector<T> &from) {
  if (from.empty())
    return;
  into.insert(into.end(), from.begin(), from.end());
  llvm::sort(into);
  into.erase(std::unique(into.begin(), into.end()), into.end());
}

void Ordering::synchronize(llvm::ArrayRef<unsigned> warps) {
  ++time;
  // What any of them knew, all of them know now.
  std::vector<Time> joined(numWarps, 0), joinedProxy(numWarps, 0);
  Releases joinedReleases;
  for (unsigned warp : warps) {
    for (unsigned other = 0; other < numWarps; ++other) {
      joined[other] = std::max(joined[other], known(warp, other));
      joinedProxy[other] =
          std::max(joinedProxy[other], proxyTimes[warp * numWarps + other]);
    }
    unite(joinedReleases, acquired[warp]);
  }
  for (unsigned warp : warps)
    joined[warp] = time;
  for (unsigned warp : warps) {
    std::copy(joined.begin(), joined.end(), &known(warp, 0));
    std::copy(joinedProxy.begin(), joinedProxy.end(),
              proxyTimes.begin() + warp * numWarps);
    oldestKnownTimes[warp] = *std::min_element(joined.begin(), joined.end());
    acquired[warp] = joinedReleases;
  }
}

void Ordering::proxyFence(unsigned warp) {
  ++time; // what the warp writes from now on is not covered
  Time *times = proxyTimes.data() + warp * numWarps;
  for (unsigned other = 0; other < numWarps; ++other)
    times[other] = std::max(times[other], known(warp, other));
  times[warp] = time;
}

void Ordering::releaseFence(unsigned thread) {
  unsigned warp = thread / kLanes;
  std::vector<Time> times(&known(warp, 0), &known(warp, 0) + numWarps);
  releases.push_back(
      {currentBlock, thread, time, std::move(times), acquired[warp]});
  fenced[thread] = &releases.back();
  ++time; // what the thread does from now on is not covered
}

void Ordering::atomic(unsigned thread, uint64_t address) {
  Releases &released = releasedAt[address];
  Releases &learned = met[thread];
  learned.insert(learned.end(), released.begin(), released.end());
  if (const Release *fence = fenced.lookup(thread))
    released.push_back(fence);
}

void Ordering::acquireFence(unsigned thread) {
  auto found = met.find(thread);
  if (found == met.end())
    return;
  Releases learned = std::move(found->second);
  met.erase(found);
  Releases theirs;
  for (const Release *release : learned)
    theirs.insert(theirs.end(), release->acquired.begin(),
                  release->acquired.end());
  unite(acquired[thread / kLanes], learned);
  unite(acquired[thread / kLanes], theirs);
}

bool Ordering::isKnown(unsigned thread, uint64_t block, unsigned other,
                       Time when) const {
  if (block == currentBlock)
    return isKnown(thread, other, when);
  return llvm::any_of(acquired[thread / kLanes], [&](const Release *release) {
    return release->block == block &&
           (when < release->known[other / kLanes] ||
            (other == release->thread && when <= release->time));
  });
}

} // namespace humming::emulator
