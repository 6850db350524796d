//===- EstimateTest.cpp - estimated schedules beside others ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An estimate is compared with the best of a grid, or else with what is chosen,
// of the same problem.
//
//===----------------------------------------------------------------------===//

#include "humming-bench/Estimate.h"

#include "gtest/gtest.h"

using namespace humming;
using namespace humming::bench;

static Row row(int64_t m, double microseconds) {
  Row row;
  row.m = m;
  row.timing.median = microseconds;
  return row;
}

TEST(Estimate, WithoutAGridTheChosenCounts) {
  std::vector<Row> rows = {row(1, 100), row(1, 120), row(64, 50)};
  rows[0].isChosen = rows[1].isEstimated = true;
  rows[2].isChosen = rows[2].isEstimated = true;
  // sqrt(1.2 * 1)
  EXPECT_EQ(estimateLine(rows),
            "estimate 1.095 of the chosen time in geometric mean over 2 "
            "problems, 1.200 at worst\n");
}

TEST(Estimate, OfAGridTheBestCounts) {
  std::vector<Row> rows = {row(1, 100), row(1, 120), row(1, 80)};
  rows[0].isChosen = rows[1].isEstimated = rows[2].isBest = true;
  EXPECT_EQ(estimateLine(rows),
            "estimate 1.500 of the best time in geometric mean over 1 "
            "problems, 1.500 at worst\n");
}

TEST(Estimate, OtherProblemsAndFailuresDoNotCount) {
  std::vector<Row> rows = {row(1, 100), row(8, 120)};
  rows[0].isChosen = rows[1].isEstimated = true;
  EXPECT_EQ(estimateLine(rows), "");
  rows[1].m = 1;
  EXPECT_NE(estimateLine(rows), "");
  rows[1].order = jit::LaunchOrder::Dependent;
  EXPECT_EQ(estimateLine(rows), "");
  rows[1].order = rows[0].order;
  rows[0].failure = "wrong";
  EXPECT_EQ(estimateLine(rows), "");
}
