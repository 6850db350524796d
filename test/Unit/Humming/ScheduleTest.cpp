//===- ScheduleTest.cpp - chosen schedules fit ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Whatever the types, the groups and the target: the schedule that is chosen
// passes the check that given ones pass.
//
//===----------------------------------------------------------------------===//

#include "Gemms.h"

#include "humming/Dialect/Humming/Transforms/Schedules.h"
#include "humming/Dialect/Humming/Transforms/Support.h"

using namespace mlir;
using namespace humming;

namespace {
class ScheduleTest : public GemmFixture {};
} // namespace

TEST_F(ScheduleTest, EveryChosenScheduleFits) {
  // The widest codes, scales and zero points, groups from the narrowest on.
  const GemmText gemms[] = {
      {"f16", "u8", 192, 1000},
      {"f16",
       "u8",
       192,
       1024,
       {{"scale", "192x128xf32"}, {"zero", "192x128xf16"}}},
      {"f16",
       "u8",
       128,
       1024,
       {{"scale", "128x128xf16"}, {"zero", "128x128xf16"}}},
      {"f16", "i4", 4096, 4096, {{"scale", "4096x128xf16"}}},
      {"bf16",
       "e4m3",
       256,
       4160,
       {{"scale", "2x33xf32"}, {"input_scale", "?x33xf32"}},
       "scale_block = array<i64: 128, 128>"},
      {"f8E4M3FN",
       "e4m3",
       256,
       384,
       {{"scale", "256x2xf32"}},
       "scale_block = array<i64: 1, 192>"},
      {"f8E5M2", "i4", 64, 96, {{"scale", "64x3xf32"}}},
      {"f4E2M1FN", "e2m1", 128, 1024, {{"scale", "128x16xf32"}}},
      {"i8",
       "u7",
       1,
       4096,
       {{"scale", "1x128xf32"},
        {"zero", "1x128x!humming.code<u7>"},
        {"input_scale", "?x64xf32"}}},
      {"i8", "i8", 64, 768, {{"input_scale", "?x4xf32"}}},
      {"i4", "i4", 128, 4096, {{"scale", "128x1xf32"}}},
  };
  unsigned checked = 0;
  for (const GemmText &text : gemms) {
    GemmOp gemm = parse(text);
    ASSERT_TRUE(gemm) << text.activation.str() << " " << text.code.str();
    for (const Arch &arch : allArchs()) {
      if (refusal(typesOf(gemm), arch))
        continue;
      SmallVector<int64_t> buckets(tokenBuckets());
      buckets.push_back(0);
      for (OrderKind order : {OrderKind::Any, OrderKind::Fixed}) {
        NumericsAttr numerics = gemm.getEffectiveNumerics();
        gemm.setNumericsAttr(NumericsAttr::get(&context, numerics.getAcc(),
                                               numerics.getScale(), order));
        EXPECT_EQ(bool(fixedOrder(gemm, arch)), order == OrderKind::Fixed);
        for (int64_t tokens : buckets) {
          ScheduleAttr schedule =
              selectSchedule(gemm, arch, gpuFor(arch), tokens);
          ASSERT_TRUE(schedule) << arch.name.str() << " " << tokens;
          EXPECT_TRUE(succeeded(checkSchedule(gemm, schedule, arch)))
              << arch.name.str() << " " << tokens;
          ++checked;
        }
      }
    }
  }
  EXPECT_GT(checked, 800u);
}

TEST_F(ScheduleTest, TilesShrinkToTheSharedMemory) {
  GemmOp gemm = parse({"f16", "u4", 28672, 4096});
  ASSERT_TRUE(gemm);
  Arch arch = *lookupArch("sm_80");
  auto select = [&](unsigned bytes) {
    arch.maxSharedPerBlock = bytes;
    ScheduleAttr schedule =
        selectSchedule(gemm, arch, gpuFor(arch), /*tokens=*/64);
    EXPECT_LE(sharedBytes(gemm, schedule, arch).total(), int64_t(bytes));
    EXPECT_TRUE(succeeded(checkSchedule(gemm, schedule, arch)));
    return schedule;
  };
  // Three stages of 128 x 128 weights and 64 x 128 activations.
  constexpr unsigned stage = 128 * 128 / 2 + 64 * 128 * 2;
  EXPECT_EQ(select(3 * stage).getBlockN(), 128);
  EXPECT_EQ(select(3 * stage).getStages(), 3);
  EXPECT_EQ(select(3 * stage).getBlockK(), 128);
  EXPECT_EQ(select(3 * stage - 1).getStages(), 2);
  EXPECT_EQ(select(2 * stage).getBlockK(), 128);
  // Then shorter stages, then the widest tile that fits, over and over.
  EXPECT_EQ(select(stage).getBlockK(), 64);
  EXPECT_EQ(select(8 * 1024).getBlockM(), 16);
}

TEST_F(ScheduleTest, GroupsOnAccumulatorsTakeASecondSet) {
  const Arch &arch = *lookupArch("sm_80");
  auto accumulators = [&](const char *scale, const char *input) {
    GemmOp gemm = parse(
        {"f16", "u4", 4096, 4096, {{"scale", scale}, {"input_scale", input}}});
    ScheduleAttr schedule =
        selectSchedule(gemm, arch, gpuFor(arch), /*tokens=*/0);
    return schedule.getBlockN() * schedule.getBlockM() / schedule.getThreads();
  };
  EXPECT_EQ(accumulators("4096x1xf32", "?x1xf32"), 128);
  EXPECT_EQ(accumulators("4096x32xf32", "?x1xf32"), 64);
  EXPECT_EQ(accumulators("4096x1xf32", "?x32xf32"), 64);
  EXPECT_EQ(accumulators("4096x32xf16", "?x1xf32"), 128);
}

TEST_F(ScheduleTest, TimesScaleWithTheGpu) {
  GemmOp gemm = parse({"f16", "u4", 28672, 8192, {{"scale", "28672x64xf16"}}});
  const Arch &arch = *lookupArch("sm_90");
  auto time = [&](const char *gpu, int64_t tokens) {
    double least = 1e9;
    for (const ScheduleCandidate &candidate :
         scheduleCandidates(gemm, arch, gpuFor(arch, gpu), tokens))
      least = std::min(least, candidate.microseconds);
    return least;
  };
  // Few tokens are what memory takes, 3350 and 4800 GB/s, until decoding the
  // weights is slower: 78 multiprocessors do not keep up with 4000.
  EXPECT_GT(time("H100", 8), 1.15 * time("H200", 8));
  EXPECT_GT(time("H20", 8), time("H200", 8));
  // Many are what the matrix units take: those of an H20 have a quarter of the
  // rate, on 78 of 132 multiprocessors.
  EXPECT_NEAR(time("H100", 0) / time("H200", 0), 1, 0.01);
  EXPECT_GT(time("H20", 0), 4 * time("H100", 0));
  EXPECT_LT(time("H20", 0), 8 * time("H100", 0));
}

TEST_F(ScheduleTest, TheMultiprocessorsOfTheDeviceDecide) {
  GemmOp gemm = parse({"f16", "u4", 4096, 4096, {{"scale", "4096x32xf16"}}});
  const Arch &arch = *lookupArch("sm_90");
  auto select = [&](unsigned multiprocessors) {
    return selectSchedule(gemm, arch, gpuFor(arch, "H100", multiprocessors),
                          /*tokens=*/8);
  };
  // 64 blocks of whole sums are enough for a few multiprocessors only.
  EXPECT_EQ(select(16).getSplitK(), 1);
  EXPECT_GT(select(132).getSplitK(), 1);
}

/// No schedule is refused for it, and small shared memory is left to stages.
TEST_F(ScheduleTest, PairsHaveATableWhereItFits) {
  constexpr int64_t bytes = 256 * 32 * 4, gap = 1024;
  GemmOp gemm = parse({"f16", "nf4", 28672, 8192, {{"scale", "28672x64xf16"}}});
  ASSERT_TRUE(gemm);
  for (const char *name : {"sm_75", "sm_80", "sm_86", "sm_89", "sm_90"}) {
    const Arch &arch = *lookupArch(name);
    int64_t most = arch.maxSharedPerBlock;
    bool isLarge = bytes <= most / 4;
    EXPECT_EQ(isLarge, arch.sm == 80 || arch.sm == 90);
    int with = 0, without = 0;
    for (int64_t tokens : {8, 64, 256})
      for (const ScheduleCandidate &candidate :
           scheduleCandidates(gemm, arch, gpuFor(arch), tokens)) {
        SharedBytes shared = sharedBytes(gemm, candidate.schedule, arch);
        int64_t rest = shared.total() - shared.table;
        EXPECT_EQ(shared.table,
                  isLarge && rest + gap + bytes <= most ? bytes : 0);
        ++(shared.table ? with : without);
        EXPECT_TRUE(succeeded(checkSchedule(gemm, candidate.schedule, arch)));
      }
    EXPECT_EQ(with > 0, isLarge) << name;
    // Four stages of 128 x 256 tiles and their results leave too little.
    EXPECT_EQ(without > 0, arch.sm != 80) << name;
  }
}

/// Five stages of this tile leave no room for one.
TEST_F(ScheduleTest, AStageOfManyIsGivenUpForATable) {
  Arch arch = *lookupArch("sm_90");
  arch.maxSharedPerBlock = 232 * 1024;
  auto stages = [&](const char *code) -> int64_t {
    GemmOp gemm =
        parse({"f16", code, 28672, 8192, {{"scale", "28672x64xf16"}}});
    for (const ScheduleCandidate &candidate :
         scheduleCandidates(gemm, arch, gpuFor(arch), /*tokens=*/64)) {
      ScheduleAttr schedule = candidate.schedule;
      if (schedule.getBlockN() == 256 && schedule.getBlockM() == 64 &&
          schedule.getCopy() == CopyKind::Tma) {
        EXPECT_EQ(sharedBytes(gemm, schedule, arch).table > 0,
                  std::string(code) == "nf4");
        return schedule.getStages();
      }
    }
    return 0;
  };
  EXPECT_EQ(stages("nf4"), 4);
  EXPECT_EQ(stages("u4"), 5);
}

TEST_F(ScheduleTest, SharedMemoryBoundsTheBlocksOfAMultiprocessor) {
  GemmOp gemm = parse({"f16", "u4", 28672, 8192});
  const Arch &arch = *lookupArch("sm_80");
  for (const char *name : {"A40", "A100", "H100"})
    for (const ScheduleCandidate &candidate :
         scheduleCandidates(gemm, arch, gpuFor(arch, name), /*tokens=*/64)) {
      int64_t shared = sharedBytes(gemm, candidate.schedule, arch).total();
      int64_t size = std::string(name) == "A40"    ? 100
                     : std::string(name) == "A100" ? 164
                                                   : 228;
      EXPECT_LE(candidate.resident * (shared + 1024), size * 1024) << name;
      EXPECT_GE(candidate.resident, 1) << name;
    }
}
