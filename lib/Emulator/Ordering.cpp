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

std::string Ordering::nameOf(unsigned thread) const {
  if (numBlocks > 1)
    return nameOf(thread, currentCluster);
  return ("warp " + llvm::Twine(thread / kLanes % blockWarps) + " lane " +
          llvm::Twine(thread % kLanes))
      .str();
}

std::string Ordering::nameOf(unsigned thread, uint64_t cluster) const {
  unsigned warp = thread / kLanes;
  return ("warp " + llvm::Twine(warp % blockWarps) + " lane " +
          llvm::Twine(thread % kLanes) + " of block " +
          llvm::Twine(cluster * numBlocks + warp / blockWarps))
      .str();
}

Ordering::Ordering(unsigned numBlocks, unsigned blockWarps,
                   unsigned blockCopiers)
    : numBlocks(numBlocks), blockWarps(blockWarps), blockCopiers(blockCopiers),
      numWarps(numBlocks * blockWarps),
      numSources(numWarps + numBlocks * blockCopiers),
      knownTimes(numWarps * numSources), oldestKnownTimes(numWarps),
      proxyTimes(numWarps * numSources), parted(numWarps), acquired(numWarps) {}

void Ordering::startCluster(uint64_t cluster) {
  currentCluster = cluster;
  clusterStartTime = ++time;
  ++time; // what is known at the start is not that a warp has begun
  for (auto *times : {&knownTimes, &oldestKnownTimes, &proxyTimes})
    llvm::fill(*times, clusterStartTime);
  for (auto &parts : parted)
    parts.clear();
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

/// The later of each two times; `into` may know nothing yet.
static void raise(std::vector<Ordering::Time> &into, const Ordering::Time *from,
                  size_t count) {
  if (into.size() < count)
    into.resize(count, 0);
  for (size_t index = 0; index < count; ++index)
    into[index] = std::max(into[index], from[index]);
}

static void join(Ordering::Knowledge &into, const Ordering::Knowledge &from) {
  raise(into.known, from.known.data(), from.known.size());
  raise(into.proxy, from.proxy.data(), from.proxy.size());
  unite(into.acquired, from.acquired);
}

void Ordering::synchronize(llvm::ArrayRef<unsigned> warps) {
  // What any of them knew, all of them know now.
  Knowledge joined;
  for (unsigned warp : warps)
    tell(warp, kAllLanes, /*whole=*/true, joined);
  for (unsigned warp : warps) {
    parted[warp].clear();
    learn(warp, joined);
  }
}

void Ordering::tell(unsigned warp, LaneMask mask, bool whole,
                    Knowledge &knowledge) {
  raise(knowledge.known, &known(warp, 0), numSources);
  raise(knowledge.proxy, proxyTimes.data() + warp * numSources, numSources);
  unite(knowledge.acquired, acquired[warp]);
  for (const Part &part : parted[warp])
    if (part.mask & mask)
      join(knowledge, part.knowledge);
  // What the warp does from now on is not covered.
  if (whole)
    knowledge.known[warp] = ++time;
}

void Ordering::tellBegun(unsigned warp, Knowledge &knowledge) const {
  knowledge.known.resize(numSources, 0);
  Time &known = knowledge.known[warp];
  known = std::max(known, clusterStartTime + 1);
}

void Ordering::tellCopies(unsigned copier, Knowledge &knowledge) {
  knowledge.known.resize(numSources, 0);
  knowledge.known[copier / kLanes] = ++time;
}

void Ordering::learn(unsigned warp, const Knowledge &knowledge) {
  Time *times = &known(warp, 0), *proxy = &proxyTimes[warp * numSources];
  for (size_t source = 0; source < knowledge.known.size(); ++source)
    times[source] = std::max(times[source], knowledge.known[source]);
  for (size_t source = 0; source < knowledge.proxy.size(); ++source)
    proxy[source] = std::max(proxy[source], knowledge.proxy[source]);
  oldestKnownTimes[warp] = *std::min_element(times, times + numSources);
  unite(acquired[warp], knowledge.acquired);
}

void Ordering::learn(unsigned warp, LaneMask mask, bool whole,
                     const Knowledge &knowledge) {
  if (whole)
    return learn(warp, knowledge);
  auto *part = llvm::find_if(
      parted[warp], [&](const Part &part) { return part.mask == mask; });
  if (part == parted[warp].end()) {
    parted[warp].push_back({mask, {}});
    part = &parted[warp].back();
  }
  join(part->knowledge, knowledge);
}

Ordering::Time Ordering::lanesKnow(unsigned thread, unsigned other,
                                   Time when) const {
  for (const Part &part : parted[thread / kLanes])
    if (part.mask >> thread % kLanes & 1 && other < part.knowledge.known.size())
      when = std::max(when, part.knowledge.known[other]);
  return when;
}

bool Ordering::isKnownToProxyOf(unsigned thread, unsigned other,
                                Time when) const {
  unsigned source = other / kLanes;
  return isKnownToProxy(thread / kLanes, other, when) ||
         llvm::any_of(parted[thread / kLanes], [&](const Part &part) {
           return part.mask >> thread % kLanes & 1 &&
                  source < part.knowledge.proxy.size() &&
                  when < part.knowledge.proxy[source];
         });
}

void Ordering::proxyFence(unsigned warp) {
  ++time; // what the warp writes from now on is not covered
  Time *times = proxyTimes.data() + warp * numSources;
  for (unsigned other = 0; other < numSources; ++other)
    times[other] = std::max(times[other], known(warp, other));
  times[warp] = time;
}

void Ordering::releaseFence(unsigned thread) {
  unsigned warp = thread / kLanes;
  std::vector<Time> times(numSources);
  for (unsigned other = 0; other < numSources; ++other)
    times[other] = knownTo(thread, other);
  releases.push_back(
      {currentCluster, thread, time, std::move(times), acquired[warp]});
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

bool Ordering::isKnown(unsigned thread, uint64_t cluster, unsigned other,
                       Time when) const {
  if (cluster == currentCluster)
    return isKnown(thread, other, when);
  return llvm::any_of(acquired[thread / kLanes], [&](const Release *release) {
    return release->cluster == cluster &&
           (when < release->known[other / kLanes] ||
            (other == release->thread && when <= release->time));
  });
}

} // namespace humming::emulator
