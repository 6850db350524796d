//===- OrderingTest.cpp - What comes before what --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Knowledge passed on by barriers, by mbarriers between some lanes, and by
// fences around atomics from block to block: what is covered, and what must not
// be.
//
//===----------------------------------------------------------------------===//

#include "Emulator/Ordering.h"

#include "gtest/gtest.h"

namespace humming::emulator {
namespace {

constexpr uint64_t kCounter = 4096;
constexpr unsigned kOtherWarp = 32; ///< first thread of warp 1

/// Thread `thread` counts: release, atomic, acquire.
void count(Ordering &ordering, unsigned thread, uint64_t address = kCounter) {
  ordering.releaseFence(thread);
  ordering.atomic(thread, address);
  ordering.acquireFence(thread);
}

TEST(OrderingTest, BarriersOrderThoseThatMeet) {
  Ordering ordering(/*numBlocks=*/1, /*blockWarps=*/3, /*blockCopiers=*/0);
  ordering.startCluster(0);
  Ordering::Time before = ordering.now();
  EXPECT_TRUE(ordering.isKnown(5, 5, before));
  EXPECT_FALSE(ordering.isKnown(5, 6, before));
  ordering.synchronize({0, 1});
  EXPECT_TRUE(ordering.isKnown(5, 6, before));
  EXPECT_TRUE(ordering.isKnown(5, kOtherWarp, before));
  EXPECT_FALSE(ordering.isKnown(5, 64, before));
  EXPECT_FALSE(ordering.isKnown(5, kOtherWarp, ordering.now()));
  // Warp 2 learns of warp 0 from warp 1, up to where warp 1 knows.
  Ordering::Time between = ordering.now();
  ordering.synchronize({1, 2});
  EXPECT_TRUE(ordering.isKnown(64, 5, before));
  EXPECT_FALSE(ordering.isKnown(64, 5, between));
}

TEST(OrderingTest, AFenceCoversWhatWentBeforeIt) {
  Ordering ordering(/*numBlocks=*/1, /*blockWarps=*/2, /*blockCopiers=*/0);
  ordering.startCluster(0);
  Ordering::Time early = ordering.now();
  ordering.synchronize({0, 1});
  Ordering::Time before = ordering.now();
  ordering.releaseFence(0);
  Ordering::Time behind = ordering.now();
  ordering.atomic(0, kCounter);

  ordering.startCluster(1);
  EXPECT_FALSE(ordering.isKnown(7, 0, 0, before));
  count(ordering, 7);
  EXPECT_TRUE(ordering.isKnown(7, 0, 0, before));
  EXPECT_TRUE(ordering.isKnown(7, 0, kOtherWarp, early));
  EXPECT_FALSE(ordering.isKnown(7, 0, kOtherWarp, before));
  EXPECT_FALSE(ordering.isKnown(7, 0, 0, behind));
  // Other warps learn it at a barrier.
  EXPECT_FALSE(ordering.isKnown(kOtherWarp, 0, 0, before));
  ordering.synchronize({0, 1});
  EXPECT_TRUE(ordering.isKnown(kOtherWarp, 0, 0, before));
}

TEST(OrderingTest, KnowledgeTravelsThroughBlocksButOnlyByAtomics) {
  Ordering ordering(/*numBlocks=*/1, /*blockWarps=*/1, /*blockCopiers=*/0);
  ordering.startCluster(3);
  Ordering::Time first = ordering.now();
  count(ordering, 0);
  ordering.startCluster(1);
  Ordering::Time second = ordering.now();
  count(ordering, 0);
  EXPECT_TRUE(ordering.isKnown(0, 3, 0, first));
  count(ordering, 0, kCounter + 4);

  // A new block knows nothing, and has no fence of the old one's threads.
  ordering.startCluster(2);
  EXPECT_FALSE(ordering.isKnown(0, 3, 0, first));
  ordering.atomic(0, kCounter + 8);
  ordering.startCluster(4);
  ordering.atomic(0, kCounter + 8);
  ordering.acquireFence(0);
  EXPECT_FALSE(ordering.isKnown(0, 1, 0, second));

  // Through the second counter it learns of both blocks.
  ordering.atomic(0, kCounter + 4);
  EXPECT_FALSE(ordering.isKnown(0, 1, 0, second));
  ordering.acquireFence(0);
  EXPECT_TRUE(ordering.isKnown(0, 1, 0, second));
  EXPECT_TRUE(ordering.isKnown(0, 3, 0, first));
}

TEST(OrderingTest, OneBlocksFenceSaysNothingOfAnother) {
  Ordering ordering(/*numBlocks=*/1, /*blockWarps=*/1, /*blockCopiers=*/0);
  ordering.startCluster(0);
  Ordering::Time first = ordering.now();
  ordering.startCluster(1);
  count(ordering, 0);
  ordering.startCluster(2);
  count(ordering, 0);
  EXPECT_FALSE(ordering.isKnown(0, 0, 0, first));
}

TEST(OrderingTest, LanesLearnAloneUntilTheirWarpMeets) {
  Ordering ordering(/*numBlocks=*/1, /*blockWarps=*/2, /*blockCopiers=*/0);
  ordering.startCluster(0);
  Ordering::Time before = ordering.now();
  Ordering::Knowledge told;
  ordering.tell(0, kAllLanes, /*whole=*/true, told);
  Ordering::Time behind = ordering.now();
  ordering.learn(1, /*mask=*/4, /*whole=*/false, told);
  EXPECT_TRUE(ordering.isKnown(kOtherWarp + 2, 0, before));
  EXPECT_FALSE(ordering.isKnown(kOtherWarp + 2, 0, behind));
  EXPECT_FALSE(ordering.isKnown(kOtherWarp + 3, 0, before));
  // What the lane tells is what it knows.
  Ordering::Knowledge others, its;
  ordering.tell(1, /*mask=*/8, /*whole=*/false, others);
  ordering.tell(1, /*mask=*/4, /*whole=*/false, its);
  EXPECT_LE(others.known[0], before);
  EXPECT_GT(its.known[0], before);
  ordering.synchronize(1);
  EXPECT_TRUE(ordering.isKnown(kOtherWarp + 3, 0, before));
}

TEST(OrderingTest, SomeLanesTellWhatTheirWarpHasAgreedUpon) {
  Ordering ordering(/*numBlocks=*/1, /*blockWarps=*/2, /*blockCopiers=*/0);
  ordering.startCluster(0);
  Ordering::Time early = ordering.now();
  ordering.synchronize(0);
  Ordering::Time late = ordering.now();
  Ordering::Knowledge told;
  ordering.tell(0, /*mask=*/1, /*whole=*/false, told);
  ordering.learn(1, kAllLanes, /*whole=*/true, told);
  EXPECT_TRUE(ordering.isKnown(kOtherWarp, 0, early));
  EXPECT_FALSE(ordering.isKnown(kOtherWarp, 0, late));
}

TEST(OrderingTest, CopiesAreKnownToWhoWaitsForThem) {
  Ordering ordering(/*numBlocks=*/1, /*blockWarps=*/2, /*blockCopiers=*/2);
  ordering.startCluster(0);
  unsigned first = ordering.copierThread(0, 0),
           second = ordering.copierThread(0, 1);
  EXPECT_TRUE(ordering.isCopier(first));
  EXPECT_FALSE(ordering.isCopier(63));
  Ordering::Time landed = ordering.now();
  Ordering::Knowledge told;
  ordering.tellCopies(first, told);
  EXPECT_FALSE(ordering.isKnown(0, first, landed));
  ordering.learn(0, kAllLanes, /*whole=*/true, told);
  EXPECT_TRUE(ordering.isKnown(0, first, landed));
  EXPECT_FALSE(ordering.isKnown(0, second, landed));
  EXPECT_FALSE(ordering.isKnown(kOtherWarp, first, landed));
  ordering.synchronize({0, 1});
  EXPECT_TRUE(ordering.isKnown(kOtherWarp, first, landed));
}

} // namespace
} // namespace humming::emulator
