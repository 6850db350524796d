//===- CandidatesTest.cpp - the rounds of a grid --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A grid begins with many kinds, goes on with neighbours of the fastest, and
// ends when it is full.
//
//===----------------------------------------------------------------------===//

#include "humming-bench/Candidates.h"

#include "llvm/ADT/STLExtras.h"

#include "gtest/gtest.h"

#include <set>

using namespace humming;
using namespace humming::bench;

namespace {
class CandidatesTest : public testing::Test {
protected:
  std::unique_ptr<Candidates> create(int64_t m) {
    jit::GemmProblem gemm;
    gemm.n = 4096;
    gemm.k = 8192;
    return llvm::cantFail(Candidates::create(
        gemm, m, "sm_90", gpuFor(*lookupArch("sm_90")), selection));
  }

  /// Notes which are new; true when all are.
  bool areNew(llvm::ArrayRef<Candidate> candidates) {
    bool areAllNew = true;
    for (const Candidate &candidate : candidates)
      areAllNew &= known.insert(candidate.entry.schedule).second;
    return areAllNew;
  }

  Selection selection;
  std::set<std::string> known;
};
} // namespace

TEST_F(CandidatesTest, WithoutAGridOneIsChosen) {
  std::vector<Candidate> all = llvm::cantFail(create(64)->first());
  ASSERT_EQ(all.size(), 1u);
  EXPECT_TRUE(all.front().isChosen);
  EXPECT_TRUE(all.front().isEstimated);
  EXPECT_EQ(all.front().entry.tokens, 64);
  EXPECT_NE(all.front().problem.ir.find("#humming.schedule"),
            std::string::npos);
}

TEST_F(CandidatesTest, TheEstimatedIsTimedBesideWhatATableSays) {
  TableEntry entry = llvm::cantFail(create(64)->first()).front().entry;
  std::string estimated = entry.schedule;
  entry.schedule = "block=64x16x64 warps=4x1 stages=3 mma=m16n8k16 "
                   "copy=cp_async";
  std::string measured = entry.schedule;
  selection.table.emplace("table");
  selection.table->insert(std::move(entry));
  EXPECT_EQ(llvm::cantFail(create(64)->first()).size(), 1u);

  selection.estimated = true;
  std::vector<Candidate> both = llvm::cantFail(create(64)->first());
  ASSERT_EQ(both.size(), 2u);
  EXPECT_EQ(both[0].entry.schedule, measured);
  EXPECT_TRUE(both[0].isChosen && !both[0].isEstimated);
  EXPECT_EQ(both[1].entry.schedule, estimated);
  EXPECT_TRUE(both[1].isEstimated && !both[1].isChosen);

  // Where no table says anything, they are one.
  selection.table.reset();
  std::vector<Candidate> one = llvm::cantFail(create(64)->first());
  ASSERT_EQ(one.size(), 1u);
  EXPECT_TRUE(one[0].isChosen && one[0].isEstimated);
}

TEST_F(CandidatesTest, AGridGoesOnAroundTheFastest) {
  selection.grid = 16;
  std::unique_ptr<Candidates> candidates = create(64);
  std::vector<Candidate> first = llvm::cantFail(candidates->first());
  EXPECT_EQ(first.size(), 8u);
  EXPECT_TRUE(areNew(first));
  EXPECT_TRUE(first.front().isChosen);
  EXPECT_EQ(llvm::count_if(first,
                           [](const Candidate &candidate) {
                             return candidate.isEstimated;
                           }),
            1);
  // Neighbours of what nothing in the first round is like.
  std::string fastest = "block=128x24x64 warps=4x1 stages=4 mma=m16n8k16 "
                        "copy=cp_async split_k=3";
  for (int round = 0; round < 2; ++round) {
    std::vector<Candidate> next = candidates->next({fastest});
    EXPECT_EQ(next.size(), 4u);
    EXPECT_TRUE(areNew(next));
    for (const Candidate &candidate : next) {
      EXPECT_NE(candidate.entry.schedule.find("128x24x"), std::string::npos)
          << candidate.entry.schedule;
      EXPECT_FALSE(candidate.isChosen || candidate.isEstimated);
    }
  }
  EXPECT_TRUE(candidates->next({fastest}).empty());
}

TEST_F(CandidatesTest, NothingIsNearNothing) {
  selection.grid = 16;
  std::unique_ptr<Candidates> candidates = create(64);
  ASSERT_TRUE(bool(candidates->first()));
  EXPECT_TRUE(candidates->next({}).empty());
}

TEST_F(CandidatesTest, WhatIsSkippedIsInNoRound) {
  selection.grid = 32;
  selection.skipped.push_back(
      llvm::cantFail(ScheduleFields::parse("fixup=cluster")));
  std::unique_ptr<Candidates> candidates = create(8);
  std::vector<Candidate> all = llvm::cantFail(candidates->first());
  std::string first = all.front().entry.schedule;
  for (Candidate &candidate : candidates->next({first}))
    all.push_back(std::move(candidate));
  EXPECT_GT(all.size(), 16u);
  for (const Candidate &candidate : all)
    EXPECT_EQ(candidate.entry.schedule.find("fixup"), std::string::npos);
}

TEST_F(CandidatesTest, WhatATableHasIsTuned) {
  EXPECT_FALSE(create(64)->areTuned());
  TableEntry entry = llvm::cantFail(create(64)->first()).front().entry;
  selection.tuned.emplace("table");
  EXPECT_FALSE(create(64)->areTuned());
  selection.tuned->insert(std::move(entry));
  EXPECT_TRUE(create(33)->areTuned());
  EXPECT_FALSE(create(65)->areTuned());
}

TEST_F(CandidatesTest, ChangesTakeThePlaceOfTheChosen) {
  for (const char *text : {"stages=5", "stages=6"})
    selection.changes.push_back(llvm::cantFail(ScheduleFields::parse(text)));
  std::vector<Candidate> all = llvm::cantFail(create(64)->first());
  ASSERT_EQ(all.size(), 2u);
  EXPECT_NE(all[1].entry.schedule.find("stages=6"), std::string::npos);

  selection.changes.push_back(
      llvm::cantFail(ScheduleFields::parse("block=96x8x64")));
  auto refused = create(64)->first();
  std::string reason = llvm::toString(refused.takeError());
  EXPECT_EQ(reason.find("--schedule: "), 0u) << reason;
  EXPECT_NE(reason.find("expected block"), std::string::npos) << reason;
}
