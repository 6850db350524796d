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
      EXPECT_GT(known.size(), 10u) << name.str() << " " << tokens;
    }
}

TEST_F(TuningGridTest, TheMostPromisingComeFirst) {
  SmallVector<ScheduleCandidate> few = grid(64);
  ASSERT_GT(few.size(), 8u);
  few.truncate(8);
  // What differs in more than a detail, by its time; the estimate's choice is
  // among the first.
  for (size_t i = 1; i < few.size(); ++i)
    EXPECT_LE(few[i - 1].microseconds, few[i].microseconds);
  const Arch &arch = *lookupArch("sm_90");
  ScheduleAttr chosen = selectSchedule(gemm, arch, gpuFor(arch), 64);
  EXPECT_TRUE(llvm::any_of(few, [&](const ScheduleCandidate &candidate) {
    return candidate.schedule == chosen;
  }));
}

TEST_F(TuningGridTest, EveryFieldVaries) {
  llvm::DenseSet<int64_t> stages, lengths, tokens, splits, blocks, prefetches;
  llvm::DenseSet<StringRef> atoms;
  auto add = [&](ArrayRef<ScheduleCandidate> candidates) {
    for (const ScheduleCandidate &candidate : candidates) {
      ScheduleAttr schedule = candidate.schedule;
      stages.insert(schedule.getStages());
      lengths.insert(schedule.getBlockK());
      tokens.insert(schedule.getBlockM());
      splits.insert(schedule.getSplitK());
      blocks.insert(schedule.getBlocks());
      prefetches.insert(schedule.getPrefetch());
      atoms.insert(schedule.getMma());
    }
  };
  add(grid(64));
  EXPECT_GE(stages.size(), 3u);
  EXPECT_GE(lengths.size(), 2u);
  EXPECT_GE(tokens.size(), 2u);
  EXPECT_GE(splits.size(), 3u);
  EXPECT_TRUE(blocks.contains(132));
  EXPECT_EQ(atoms.size(), 2u);
  // Only calls that overlap have something to prefetch under.
  EXPECT_EQ(prefetches.size(), 1u);
  add(grid(64, "sm_90", /*overlaps=*/true));
  EXPECT_GE(prefetches.size(), 2u);
}

TEST_F(TuningGridTest, FewTokensHaveWideTiles) {
  EXPECT_TRUE(llvm::any_of(grid(8), [](const ScheduleCandidate &candidate) {
    return candidate.schedule.getBlockN() == 128 &&
           candidate.schedule.getBlockM() == 8;
  }));
}
