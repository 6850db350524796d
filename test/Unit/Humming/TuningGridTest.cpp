//===- TuningGridTest.cpp - schedules worth measuring ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A grid holds the estimate's choice, different schedules that fit, and more
// than one of each kind.
//
//===----------------------------------------------------------------------===//

#include "Gemms.h"

#include "humming/Dialect/Humming/Transforms/Schedules.h"
#include "llvm/ADT/DenseSet.h"

using namespace mlir;
using namespace humming;

namespace {
class TuningGridTest : public GemmFixture {
protected:
  SmallVector<ScheduleCandidate>
  grid(int64_t tokens, StringRef archName = "sm_90", bool overlaps = false) {
    const Arch &arch = *lookupArch(archName);
    return tuningGrid(gemm, arch, gpuFor(arch), tokens, overlaps);
  }

  GemmOp gemm = parse({"f16", "u4", 6144, 4096, {{"scale", "6144x32xf16"}}});
};
} // namespace

TEST_F(TuningGridTest, EveryScheduleFitsAndIsThereOnce) {
  for (StringRef name : {"sm_75", "sm_80", "sm_89", "sm_90"})
    for (int64_t tokens : {8, 64, 0}) {
      const Arch &arch = *lookupArch(name);
      llvm::DenseSet<ScheduleAttr> known;
      for (const ScheduleCandidate &candidate : grid(tokens, name)) {
        EXPECT_TRUE(succeeded(checkSchedule(gemm, candidate.schedule, arch)));
        EXPECT_TRUE(known.insert(candidate.schedule).second);
      }
      EXPECT_GT(known.size(), 4u) << name.str() << " " << tokens;
    }
}

TEST_F(TuningGridTest, TheMostPromisingComeFirst) {
  SmallVector<ScheduleCandidate> all = grid(64);
  for (size_t i = 1; i < all.size(); ++i)
    EXPECT_LE(all[i - 1].microseconds, all[i].microseconds);
  const Arch &arch = *lookupArch("sm_90");
  ScheduleAttr chosen = selectSchedule(gemm, arch, gpuFor(arch), 64);
  ASSERT_GT(all.size(), 8u);
  all.truncate(8);
  EXPECT_TRUE(llvm::any_of(all, [&](const ScheduleCandidate &candidate) {
    return candidate.schedule == chosen;
  }));
}

TEST_F(TuningGridTest, EveryKindIsThere) {
  llvm::DenseSet<int64_t> tokens, splits, blocks, prefetches, clusters, fixups,
      stores;
  llvm::DenseSet<StringRef> atoms;
  auto add = [&](ArrayRef<ScheduleCandidate> candidates) {
    for (const ScheduleCandidate &candidate : candidates) {
      ScheduleAttr schedule = candidate.schedule;
      tokens.insert(schedule.getBlockM());
      splits.insert(schedule.getSplitK());
      blocks.insert(schedule.getBlocks());
      prefetches.insert(schedule.getPrefetch());
      clusters.insert(schedule.getCluster());
      fixups.insert(int64_t(schedule.getFixup()));
      stores.insert(int64_t(schedule.getStore()));
      // Blocks that go on have something to do while results leave.
      if (schedule.getStore() == StoreKind::Tma)
        EXPECT_GT(schedule.getBlocks(), 0);
      atoms.insert(schedule.getMma());
    }
  };
  add(grid(64, "sm_80"));
  EXPECT_EQ(clusters.size(), 1u);
  EXPECT_EQ(fixups.size(), 1u);
  EXPECT_FALSE(stores.contains(int64_t(StoreKind::Tma)));
  add(grid(64));
  EXPECT_GE(tokens.size(), 2u);
  EXPECT_GE(splits.size(), 3u);
  EXPECT_TRUE(blocks.contains(132));
  EXPECT_TRUE(clusters.contains(2));
  EXPECT_EQ(fixups.size(), 2u);
  EXPECT_EQ(stores.size(), 3u);
  EXPECT_EQ(atoms.size(), 2u);
  // Only calls that overlap have something to prefetch under.
  EXPECT_EQ(prefetches.size(), 1u);
  add(grid(64, "sm_90", /*overlaps=*/true));
  EXPECT_GE(prefetches.size(), 2u);
}

TEST_F(TuningGridTest, TilesThatAreNotEstimatedAreThere) {
  auto hasTile = [&](int64_t tokens, int64_t n, int64_t m, int64_t k) {
    return llvm::any_of(grid(tokens), [&](const ScheduleCandidate &candidate) {
      ScheduleAttr schedule = candidate.schedule;
      return schedule.getBlockN() == n && schedule.getBlockM() == m &&
             schedule.getBlockK() == k;
    });
  };
  EXPECT_TRUE(hasTile(8, 128, 8, 128));
  EXPECT_TRUE(hasTile(8, 256, 8, 256));
  EXPECT_TRUE(hasTile(64, 256, 64, 64));
  EXPECT_TRUE(hasTile(256, 192, 128, 64));
  EXPECT_FALSE(hasTile(8, 64, 16, 128));
}

TEST_F(TuningGridTest, WholeTilesGoRound) {
  // Tiles of each candidate whose blocks, fewer than multiprocessors, run
  // several; none of them is cut.
  auto tilesOfRounds = [&](int64_t tokens) {
    llvm::DenseSet<int64_t> tiles;
    for (const ScheduleCandidate &candidate : grid(tokens)) {
      ScheduleAttr schedule = candidate.schedule;
      int64_t blocks = schedule.getBlocks();
      if (blocks == 0 || blocks % 132 == 0)
        continue;
      int64_t all = 6144 / schedule.getBlockN() *
                    llvm::divideCeil(tokens, schedule.getBlockM());
      EXPECT_EQ(all % blocks, 0) << all << " " << blocks;
      EXPECT_LT(blocks, 132);
      tiles.insert(all);
    }
    return tiles;
  };
  EXPECT_FALSE(tilesOfRounds(4096).empty());
  EXPECT_TRUE(tilesOfRounds(64).empty());
}

TEST_F(TuningGridTest, WhatMayHaveTheRegistersIsMeasured) {
  GemmOp gemm = parse({"f16", "u3", 6144, 4096, {{"scale", "6144x32xf16"}}});
  const Arch &arch = *lookupArch("sm_90");
  // 128 accumulators a lane, beside codes in planes.
  auto isWide = [](const ScheduleCandidate &candidate) {
    return candidate.schedule.getBlockN() == 256 &&
           candidate.schedule.getBlockM() == 128;
  };
  EXPECT_TRUE(llvm::any_of(
      tuningGrid(gemm, arch, gpuFor(arch), 1024, /*overlaps=*/false), isWide));
  EXPECT_FALSE(
      llvm::any_of(scheduleCandidates(gemm, arch, gpuFor(arch), 1024), isWide));
}

TEST_F(TuningGridTest, NeighboursDifferAndFit) {
  const Arch &arch = *lookupArch("sm_90");
  SmallVector<ScheduleCandidate> all = grid(64);
  all.truncate(8);
  for (const ScheduleCandidate &centre : all) {
    llvm::DenseSet<ScheduleAttr> known = {centre.schedule};
    for (ScheduleAttr schedule : tuningNeighbours(
             gemm, arch, gpuFor(arch), centre.schedule, /*overlaps=*/false)) {
      EXPECT_TRUE(succeeded(checkSchedule(gemm, schedule, arch)));
      EXPECT_TRUE(known.insert(schedule).second);
      EXPECT_EQ(schedule.getPrefetch(), 0);
    }
    EXPECT_GT(known.size(), 8u);
  }
}

TEST_F(TuningGridTest, NeighboursVaryEveryField) {
  const Arch &arch = *lookupArch("sm_90");
  auto centre = ScheduleAttr::get(
      &context, 128, 64, 128, 4, 1, 4, "m64k16", CopyKind::Tma, /*splitK=*/2,
      StoreKind::Direct, /*blocks=*/0, /*prefetch=*/0, /*cluster=*/2,
      FixupKind::Memory, /*turns=*/1);
  SmallVector<ScheduleAttr> around =
      tuningNeighbours(gemm, arch, gpuFor(arch), centre, /*overlaps=*/true);
  auto has = [&](llvm::function_ref<bool(ScheduleAttr)> isIt) {
    return llvm::any_of(around, isIt);
  };
  EXPECT_TRUE(has([](ScheduleAttr s) { return s.getStages() == 5; }));
  EXPECT_TRUE(has([](ScheduleAttr s) { return s.getBlockK() == 64; }));
  EXPECT_TRUE(has([](ScheduleAttr s) { return s.getBlockN() == 256; }));
  EXPECT_TRUE(has([](ScheduleAttr s) { return s.getBlockM() == 32; }));
  EXPECT_TRUE(has([](ScheduleAttr s) { return s.getWarpsN() == 8; }));
  EXPECT_TRUE(has([](ScheduleAttr s) { return s.getSplitK() == 4; }));
  EXPECT_TRUE(has([](ScheduleAttr s) { return s.getBlocks() == 132; }));
  EXPECT_TRUE(has([](ScheduleAttr s) { return s.getCluster() == 1; }));
  EXPECT_TRUE(has([](ScheduleAttr s) { return s.getCluster() == 4; }));
  EXPECT_TRUE(has([](ScheduleAttr s) { return s.getPrefetch() == 2; }));
  EXPECT_TRUE(
      has([](ScheduleAttr s) { return s.getFixup() == FixupKind::Cluster; }));
  EXPECT_TRUE(
      has([](ScheduleAttr s) { return s.getStore() == StoreKind::Shared; }));
  EXPECT_TRUE(
      has([](ScheduleAttr s) { return s.getStore() == StoreKind::Tma; }));
}

// 128 x 256 results of 16 bits take more than a stage of operands of 8.
TEST_F(TuningGridTest, AStageMayTakeThePlaceOfResults) {
  const Arch &arch = *lookupArch("sm_90");
  GemmOp bytes =
      parse({"f8E4M3FN", "e4m3", 6144, 4096, {{"scale", "6144x1xf32"}}});
  auto make = [&](int64_t stages, StoreKind store) {
    return ScheduleAttr::get(&context, 128, 256, 128, 8, 1, stages, "m64k32",
                             CopyKind::Tma, /*splitK=*/1, store, /*blocks=*/0,
                             /*prefetch=*/0, /*cluster=*/1, FixupKind::Memory,
                             /*turns=*/1);
  };
  SmallVector<ScheduleAttr> around =
      tuningNeighbours(bytes, arch, gpuFor(arch), make(3, StoreKind::Shared),
                       /*overlaps=*/false);
  EXPECT_TRUE(llvm::is_contained(around, make(4, StoreKind::Direct)));
  EXPECT_FALSE(llvm::is_contained(around, make(4, StoreKind::Shared)));
}

TEST_F(TuningGridTest, SetsOfWarpsHaveTilesOfHalfTheSize) {
  const Arch &arch = *lookupArch("sm_90");
  auto make = [&](int64_t n, int64_t m, int64_t warps, int64_t turns) {
    return ScheduleAttr::get(&context, n, m, 64, warps, 1, 4, "m64k16",
                             CopyKind::Tma, /*splitK=*/1, StoreKind::Direct,
                             /*blocks=*/132, /*prefetch=*/0, /*cluster=*/1,
                             FixupKind::Memory, turns);
  };
  auto around = [&](ScheduleAttr centre) {
    return tuningNeighbours(gemm, arch, gpuFor(arch), centre,
                            /*overlaps=*/false);
  };
  SmallVector<ScheduleAttr> ofOne = around(make(128, 256, 8, 1)),
                            ofTwo = around(make(128, 128, 4, 2));
  EXPECT_TRUE(llvm::is_contained(ofOne, make(64, 256, 4, 2)));
  EXPECT_TRUE(llvm::is_contained(ofOne, make(128, 128, 4, 2)));
  EXPECT_TRUE(llvm::is_contained(ofTwo, make(256, 128, 8, 1)));
  EXPECT_TRUE(llvm::is_contained(ofTwo, make(128, 256, 8, 1)));
}

TEST_F(TuningGridTest, ResultsLeaveInBoxesBesideBulkCopiesAlone) {
  const Arch &arch = *lookupArch("sm_90");
  auto centre = ScheduleAttr::get(&context, 128, 64, 64, 4, 1, 4, "m64k16",
                                  CopyKind::Tma, /*splitK=*/1, StoreKind::Tma,
                                  /*blocks=*/132, /*prefetch=*/0, /*cluster=*/1,
                                  FixupKind::Memory, /*turns=*/1);
  SmallVector<ScheduleAttr> around =
      tuningNeighbours(gemm, arch, gpuFor(arch), centre, /*overlaps=*/false);
  EXPECT_TRUE(llvm::any_of(around, [](ScheduleAttr s) {
    return s.getCopy() == CopyKind::CpAsync &&
           s.getStore() == StoreKind::Shared;
  }));
}
