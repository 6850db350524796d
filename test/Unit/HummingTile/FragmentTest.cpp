//===- FragmentTest.cpp - who holds which element -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Fragments against the formulas of the PTX ISA, "Matrix Fragments for
// mma.m16n8k8" and "mma.m16n8k16", written out here a second time.
//
//===----------------------------------------------------------------------===//

#include "Support.h"

using namespace humming;
using namespace humming::tile;

namespace {
using FragmentTest = LayoutTest;
using Formula = Coordinates (*)(int64_t lane, int64_t i);
} // namespace

// PTX ISA: groupID = %laneid >> 2, threadID_in_group = %laneid % 4.

static Coordinates a16(int64_t lane, int64_t i) {
  int64_t group = lane >> 2, thread = lane % 4;
  int64_t row = i < 2 || (i >= 4 && i < 6) ? group : group + 8;
  int64_t col = thread * 2 + (i & 1) + (i < 4 ? 0 : 8);
  return {row, col};
}

/// B is written as tokens x k: the ISA's column, then its row.
static Coordinates b16(int64_t lane, int64_t i) {
  return {lane >> 2, lane % 4 * 2 + (i & 1) + (i < 2 ? 0 : 8)};
}

/// m16n8k32 of .u8/.s8 and .e4m3/.e5m2: four elements a register.
static Coordinates a32(int64_t lane, int64_t i) {
  int64_t group = lane >> 2, thread = lane % 4;
  int64_t row = i < 4 || (i >= 8 && i < 12) ? group : group + 8;
  int64_t col = thread * 4 + (i & 3) + (i < 8 ? 0 : 16);
  return {row, col};
}

static Coordinates b32(int64_t lane, int64_t i) {
  return {lane >> 2, lane % 4 * 4 + (i & 3) + (i < 4 ? 0 : 16)};
}

/// m16n8k64 of .u4/.s4 and .e2m1: eight.
static Coordinates a64(int64_t lane, int64_t i) {
  int64_t group = lane >> 2, thread = lane % 4;
  int64_t row = i < 8 || (i >= 16 && i < 24) ? group : group + 8;
  int64_t col = thread * 8 + (i & 7) + (i < 16 ? 0 : 32);
  return {row, col};
}

static Coordinates b64(int64_t lane, int64_t i) {
  return {lane >> 2, lane % 4 * 8 + (i & 7) + (i < 8 ? 0 : 32)};
}

static Coordinates a8(int64_t lane, int64_t i) {
  return {(lane >> 2) + (i < 2 ? 0 : 8), lane % 4 * 2 + (i & 1)};
}

static Coordinates b8(int64_t lane, int64_t i) {
  return {lane >> 2, lane % 4 * 2 + i};
}

static Coordinates c(int64_t lane, int64_t i) {
  return {(lane >> 2) + (i < 2 ? 0 : 8), lane % 4 * 2 + (i & 1)};
}

/// `layout` is `formula` on one warp.
static void expectFragment(LayoutAttr layout, Formula formula, int64_t regs) {
  ASSERT_EQ(layout.getNumThreads(), 32);
  ASSERT_EQ(layout.getNumRegs(), regs);
  for (int64_t lane = 0; lane < 32; ++lane)
    for (int64_t i = 0; i < regs; ++i) {
      ASSERT_EQ(layout.coordinates(lane, i), formula(lane, i))
          << "lane " << lane << ", register " << i;
      auto [row, col] = formula(lane, i);
      ASSERT_EQ(layout.regOf(row, col), i);
    }
}

TEST_F(FragmentTest, OneAtomIsThePtxFragment) {
  auto one = [&](const Fragment &fragment) {
    return repeatAtom(&context, fragment, {}, {});
  };
  const MmaAtom &k16 = atom("m16n8k16"), &k8 = atom("m16n8k8");
  expectFragment(one(k16.fragA), a16, 8);
  expectFragment(one(k16.fragB), b16, 4);
  expectFragment(one(k16.fragC), c, 4);
  expectFragment(one(k8.fragA), a8, 4);
  expectFragment(one(k8.fragB), b8, 2);
  expectFragment(one(k8.fragC), c, 4);
}

TEST_F(FragmentTest, OneAtomOfNarrowOperandsIsThePtxFragment) {
  auto one = [&](const Fragment &fragment) {
    return repeatAtom(&context, fragment, {}, {});
  };
  // Also where the atom is issued as four instructions of 8 x 8.
  for (auto [name, kind] : {std::pair("m16n8k32", ScalarKind::I8),
                            std::pair("m8n8k16", ScalarKind::I8)}) {
    const MmaAtom &k32 = *lookupMmaAtom(name, kind, kind, ScalarKind::I32);
    expectFragment(one(k32.fragA), a32, 16);
    expectFragment(one(k32.fragB), b32, 8);
    expectFragment(one(k32.fragC), c, 4);
  }
  for (auto [name, kind] : {std::pair("m16n8k64", ScalarKind::I4),
                            std::pair("m8n8k32", ScalarKind::I4)}) {
    const MmaAtom &k64 = *lookupMmaAtom(name, kind, kind, ScalarKind::I32);
    expectFragment(one(k64.fragA), a64, 32);
    expectFragment(one(k64.fragB), b64, 16);
    expectFragment(one(k64.fragC), c, 4);
  }
}

TEST_F(FragmentTest, TheDocumentedAttributeIsTheA16Fragment) {
  expectFragment(layout("[[2, 8], [2, 4, 2]] thread [1, 3] reg [2, 0, 4]"), a16,
                 8);
}

// The two shapes place the weights of 16 rows in the same lanes, k8 after k8:
// what lets one packed weight serve both.
TEST_F(FragmentTest, ShortAtomsHoldTheSameWeights) {
  for (int64_t lane = 0; lane < 32; ++lane)
    for (int64_t i = 0; i < 8; ++i) {
      auto [row, col] = a16(lane, i);
      auto [row8, col8] = a8(lane, i % 4);
      EXPECT_EQ(row, row8);
      EXPECT_EQ(col, col8 + i / 4 * 8);
    }
}

TEST_F(FragmentTest, AtomsRepeatOverWarpsAndSteps) {
  // 2 x 3 warps (n, m), weights of 64 x 32: 2 x 2 atoms a warp. The thread
  // number is [n warps, m warps, lane]; warps along m hold the same weights.
  const int64_t warpsN = 2, warpsM = 3, rowAtoms = 2, colAtoms = 2;
  LayoutAttr weights =
      repeatAtom(&context, atom("m16n8k16").fragA, {warpsN, rowAtoms},
                 {1, colAtoms}, /*before=*/1, /*after=*/warpsM);
  ASSERT_EQ(weights.getNumThreads(), 32 * warpsN * warpsM);
  ASSERT_EQ(weights.getRows(), 16 * warpsN * rowAtoms);
  ASSERT_EQ(weights.getCols(), 16 * colAtoms);
  for (int64_t thread = 0; thread < weights.getNumThreads(); ++thread)
    for (int64_t reg = 0; reg < weights.getNumRegs(); ++reg) {
      int64_t warpN = thread / 32 / warpsM;
      int64_t rowAtom = reg / 8 / colAtoms, colAtom = reg / 8 % colAtoms;
      auto [row, col] = a16(thread % 32, reg % 8);
      Coordinates expected = {(warpN * rowAtoms + rowAtom) * 16 + row,
                              colAtom * 16 + col};
      ASSERT_EQ(weights.coordinates(thread, reg), expected);
    }
}

// Of 256 rows each of two warpgroups has two instructions of 64; of these each
// warp has 16 that follow one another.
TEST_F(FragmentTest, WarpsOfAnInstructionFollowOneAnother) {
  const int64_t warps = 8, rowAtoms = 2, tokenAtoms = 3;
  LayoutAttr acc = repeatWarpgroup(&context, atom("m16n8k16").fragC,
                                   {warps, rowAtoms}, {1, tokenAtoms});
  ASSERT_EQ(acc.getNumThreads(), 32 * warps);
  ASSERT_EQ(acc.getRows(), 256);
  for (int64_t thread = 0; thread < acc.getNumThreads(); ++thread)
    for (int64_t reg = 0; reg < acc.getNumRegs(); ++reg) {
      int64_t warp = thread / 32, rowAtom = reg / 4 / tokenAtoms;
      auto [row, col] = c(thread % 32, reg % 4);
      Coordinates expected = {(warp / 4 * rowAtoms + rowAtom) * 64 +
                                  warp % 4 * 16 + row,
                              reg / 4 % tokenAtoms * 8 + col};
      ASSERT_EQ(acc.coordinates(thread, reg), expected);
    }
}

TEST_F(FragmentTest, TokensRepeatBeforeTheirWarps) {
  const int64_t warpsN = 2, warpsM = 3;
  LayoutAttr tokens = repeatAtom(&context, atom("m16n8k8").fragB, {warpsM, 2},
                                 {1, 4}, /*before=*/warpsN);
  for (int64_t thread = 0; thread < tokens.getNumThreads(); ++thread)
    for (int64_t reg = 0; reg < tokens.getNumRegs(); ++reg) {
      auto [row, col] = b8(thread % 32, reg % 2);
      Coordinates expected = {(thread / 32 % warpsM * 2 + reg / 8) * 8 + row,
                              reg / 2 % 4 * 8 + col};
      ASSERT_EQ(tokens.coordinates(thread, reg), expected);
    }
}

TEST_F(FragmentTest, AccumulatorsCoverTheTileOnce) {
  LayoutAttr acc = repeatAtom(&context, atom("m16n8k16").fragC, {2, 2}, {2, 3});
  std::set<Coordinates> seen;
  for (int64_t thread = 0; thread < acc.getNumThreads(); ++thread)
    for (int64_t reg = 0; reg < acc.getNumRegs(); ++reg) {
      // Warps along m are neighbours; 2 atoms of 16 rows, 3 of 8 tokens.
      auto [row, col] = c(thread % 32, reg % 4);
      Coordinates expected = {(thread / 64 * 2 + reg / 12) * 16 + row,
                              (thread / 32 % 2 * 3 + reg / 4 % 3) * 8 + col};
      ASSERT_EQ(acc.coordinates(thread, reg), expected);
      EXPECT_TRUE(seen.insert(expected).second);
    }
  EXPECT_EQ(static_cast<int64_t>(seen.size()), acc.getRows() * acc.getCols());
  EXPECT_EQ(acc.getRows(), 64);
  EXPECT_EQ(acc.getCols(), 48);
}

// Scales lie in the threads that hold their rows' weights.
TEST_F(FragmentTest, ProjectedRowsFollowTheirThreads) {
  LayoutAttr weights = repeatAtom(&context, atom("m16n8k16").fragA, {2, 2},
                                  {1, 4}, /*before=*/1, /*after=*/2);
  LayoutAttr scale = projectRows(weights, 4);
  ASSERT_EQ(scale.getNumThreads(), weights.getNumThreads());
  ASSERT_EQ(scale.getRows(), weights.getRows());
  ASSERT_EQ(scale.getCols(), 4);
  for (int64_t thread = 0; thread < weights.getNumThreads(); ++thread) {
    std::set<int64_t> rows, scaled;
    for (int64_t reg = 0; reg < weights.getNumRegs(); ++reg)
      rows.insert(weights.coordinates(thread, reg).first);
    for (int64_t reg = 0; reg < scale.getNumRegs(); ++reg)
      scaled.insert(scale.coordinates(thread, reg).first);
    EXPECT_EQ(rows, scaled);
    EXPECT_EQ(scale.getNumRegs(), static_cast<int64_t>(rows.size()) * 4);
  }
}

// Scales of tokens lie in the threads that hold their columns of accumulators.
TEST_F(FragmentTest, ProjectedColumnsFollowTheirThreads) {
  LayoutAttr acc = repeatAtom(&context, atom("m16n8k16").fragC, {2, 2}, {2, 3});
  LayoutAttr scale = projectCols(acc, 1);
  ASSERT_EQ(scale.getNumThreads(), acc.getNumThreads());
  ASSERT_EQ(scale.getCols(), acc.getCols());
  ASSERT_EQ(scale.getRows(), 1);
  for (int64_t thread = 0; thread < acc.getNumThreads(); ++thread) {
    std::set<int64_t> columns, scaled;
    for (int64_t reg = 0; reg < acc.getNumRegs(); ++reg)
      columns.insert(acc.coordinates(thread, reg).second);
    for (int64_t reg = 0; reg < scale.getNumRegs(); ++reg)
      scaled.insert(scale.coordinates(thread, reg).second);
    EXPECT_EQ(columns, scaled);
    EXPECT_EQ(scale.getNumRegs(), static_cast<int64_t>(columns.size()));
  }
}

// What is the same everywhere has one layout, whichever way one comes to it.
TEST_F(FragmentTest, ProjectionsMeet) {
  LayoutAttr acc = repeatAtom(&context, atom("m16n8k16").fragC, {2, 2}, {2, 3});
  LayoutAttr one = projectCols(projectRows(acc, 1), 1);
  EXPECT_EQ(one, projectRows(projectCols(acc, 1), 1));
  EXPECT_EQ(one.getNumThreads(), acc.getNumThreads());
  EXPECT_EQ(one.getNumRegs(), 1);
}
