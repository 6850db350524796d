//===- BulkCopyTest.cpp - Bulk copies and mbarriers -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What bulk copies bring, of runs and of boxes of a tensor map; that a pipeline
// of a producer and consumers runs clean in every order; what is refused.
//
//===----------------------------------------------------------------------===//

#include "PipelineKernel.h"

#include <set>

namespace humming::emulator {
namespace {

/// What thread `thread` of the pipeline adds up in word `word`: the box is
/// swizzled, and its last rows and columns are outside of the tensor.
uint32_t expectedSum(unsigned thread, unsigned word) {
  uint32_t sum = 0;
  unsigned chunk = 127 - thread, line = chunk / 8;
  for (unsigned tile = 0; tile < 8; ++tile) {
    sum += tile * 512 + chunk * 4 + word;
    // Chunk c of a line lies at c ^ line % 8.
    unsigned row = tile * 16 + line;
    unsigned column = (chunk % 8 ^ line % 8) * 4 + word;
    if (row < 120 && column < 30)
      sum += (1 << 20) + row * 32 + column;
  }
  return sum;
}

TEST(BulkCopyTest, APipelineRunsCleanInEveryOrder) {
  std::vector<std::optional<uint64_t>> seeds = {std::nullopt};
  for (uint64_t seed = 0; seed < 24; ++seed)
    seeds.push_back(seed);
  for (std::optional<uint64_t> seed : seeds) {
    std::vector<uint32_t> results;
    LaunchResult result = runPipeline(pipeline(), seed, &results);
    ASSERT_TRUE(result.succeeded()) << result.hazard->message;
    for (unsigned thread = 0; thread < 128; ++thread)
      for (unsigned word = 0; word < 4; ++word)
        ASSERT_EQ(results[thread * 4 + word], expectedSum(thread, word))
            << thread << " " << word;
    // One bulk copy and one box a tile; 16 rows a tile, the last 8 outside.
    EXPECT_EQ(result.counters.count(InstructionKind::BulkCopy), 16u);
    EXPECT_EQ(result.counters.globalBytesRead, 8 * 2048 + 120 * 30 * 4u);
  }
}

/// The copies of the pipeline with the whole warp waiting: one lane expects the
/// bytes and starts the box, four copy 512 bytes of the run each.
const char *const kSharedRuns = R"(
    llvm.cond_br %elected, ^expect, ^share
  ^expect:
    nvvm.mbarrier.arrive.expect_tx %pFull, %stageBytes : !llvm.ptr<3>, i32
    %box = llvm.getelementptr %pRun[2048] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
    %boxTo = llvm.addrspacecast %box : !llvm.ptr<3> to !llvm.ptr<7>
    %row = llvm.mul %p, %c16 : i32
    nvvm.cp.async.bulk.tensor.shared.cluster.global %boxTo, %map, %pFull, box[%c0, %row] : !llvm.ptr<7>, !llvm.ptr
    llvm.br ^share
  ^share:
    %isFew = llvm.icmp "ult" %lane, %c4 : i32
    llvm.cond_br %isFew, ^runs, ^behind
  ^runs:
    %run = llvm.getelementptr %pRun[%lane] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, !llvm.array<512 x i8>
    %tile = llvm.getelementptr %in[%p] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, !llvm.array<2048 x i8>
    %from = llvm.getelementptr %tile[%lane] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, !llvm.array<512 x i8>
    nvvm.cp.async.bulk.shared.cluster.global %run, %from, %pFull, %runBytes : !llvm.ptr<3>, !llvm.ptr<1>
    llvm.br ^behind
  ^behind:
)";

TEST(BulkCopyTest, LanesShareTheRunsOfAStage) {
  std::string text = pipeline();
  size_t first = text.find("    nvvm.mbarrier.arrive.expect_tx");
  size_t last = text.find("    %pNext = ");
  text.replace(first, last - first, kSharedRuns);
  text = edited(text, "llvm.cond_br %elected, ^fill(%c0 : i32), ^end",
                "llvm.br ^fill(%c0 : i32)");
  text = edited(text, "    llvm.br ^awaitEmpty",
                "    %pRun = llvm.getelementptr %smem[%pStage] : "
                "(!llvm.ptr<3>, i32) -> !llvm.ptr<3>, !llvm.array<4096 x i8>\n"
                "    llvm.br ^awaitEmpty");
  text = edited(text, "constant(2048 : i32)", "constant(512 : i32)");
  for (uint64_t seed = 0; seed < 8; ++seed) {
    std::vector<uint32_t> results;
    LaunchResult result = runPipeline(text, seed, &results);
    ASSERT_TRUE(result.succeeded()) << result.hazard->message;
    for (unsigned thread = 0; thread < 128; ++thread)
      ASSERT_EQ(results[thread * 4], expectedSum(thread, 0));
    // Lanes that did not wait know nothing of the stage being empty.
    std::string broken = edited(text, "llvm.br ^awaitEmpty",
                                "llvm.cond_br %elected, ^awaitEmpty, ^copy");
    LaunchResult caught = runPipeline(broken, seed);
    ASSERT_FALSE(caught.succeeded());
  }
}

TEST(BulkCopyTest, AnyLaneMayBeElectedAndItStays) {
  const char *const kBody = R"(
    %lane = nvvm.read.ptx.sreg.laneid : i32
    %first = nvvm.elect.sync -> i1
    %second = nvvm.elect.sync -> i1
    %a = llvm.zext %first : i1 to i32
    %b = llvm.zext %second : i1 to i32
    %both = llvm.add %a, %b : i32
    %to = llvm.getelementptr %out[%lane] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
    llvm.store %both, %to : i32, !llvm.ptr<1>
)";
  std::set<unsigned> elected;
  for (uint64_t seed = 0; seed < 8; ++seed) {
    Harness harness;
    harness.options.seed = seed;
    auto results = harness.run<uint32_t>(kBody, std::vector<uint32_t>(1), 32);
    unsigned leader = 32;
    for (unsigned lane = 0; lane < 32; ++lane) {
      EXPECT_TRUE(results[lane] == 0 || (results[lane] == 2 && leader == 32));
      if (results[lane])
        leader = lane;
    }
    elected.insert(leader);
  }
  EXPECT_GT(elected.size(), 1u);
  EXPECT_EQ(elected.count(32), 0u);
}

TEST(BulkCopyTest, AnElectionNeedsTheLanesItNames) {
  Harness harness;
  auto module = harness.parse(Harness::wrap(R"(
    %some = llvm.mlir.constant(15 : i32) : i32
    %x = nvvm.elect.sync %some -> i1
)"));
  ASSERT_TRUE(module) << harness.diagnostics;
  LaunchResult result =
      harness.launch(*module->getKernels()[0], uint64_t(0), uint64_t(0));
  ASSERT_FALSE(result.succeeded());
  EXPECT_EQ(result.hazard->kind, HazardKind::Divergence);
}

TEST(BulkCopyTest, RegistersAreSetByWholeWarpgroups) {
  const char *const kBody = R"(
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %c128 = llvm.mlir.constant(128 : i32) : i32
    %low = llvm.icmp "ult" %tid, %c128 : i32
    llvm.cond_br %low, ^more, ^less
  ^more:
    nvvm.setmaxregister increase 232
    llvm.br ^end
  ^less:
    nvvm.setmaxregister decrease 40
    llvm.br ^end
  ^end:
)";
  for (unsigned threads : {384u, 416u}) {
    Harness harness;
    harness.config.block = {threads, 1, 1};
    auto module = harness.parse(Harness::wrap(kBody));
    ASSERT_TRUE(module) << harness.diagnostics;
    LaunchResult result =
        harness.launch(*module->getKernels()[0], uint64_t(0), uint64_t(0));
    EXPECT_EQ(result.succeeded(), threads == 384);
    if (!result.succeeded()) {
      EXPECT_EQ(result.hazard->kind, HazardKind::Divergence);
    }
  }
}

TEST(BulkCopyTest, FormsThatAreNotEmulatedAreRefused) {
  std::pair<const char *, const char *> cases[] = {
      {"%s = nvvm.mbarrier.arrive %smem : !llvm.ptr<3> -> i64\n"
       "%x = nvvm.mbarrier.try_wait %smem, %s : !llvm.ptr<3>, i64 -> i1",
       "the state"},
      {"nvvm.mbarrier.arrive %smem {relaxed = true} : !llvm.ptr<3>",
       "order nothing"},
      {"%x = nvvm.mbarrier.try_wait %smem, %size : !llvm.ptr<3>, i64 -> i1",
       "wait by parity"},
      {"%x = nvvm.mbarrier.try_wait %flat, %n : !llvm.ptr, i32 -> i1",
       "the block's shared memory"},
      {"nvvm.cp.async.bulk.tensor.shared.cluster.global %all, %flat, %smem, "
       "box[%n, %n, %n] : !llvm.ptr<7>, !llvm.ptr",
       "a box of two dimensions"},
  };
  for (auto [line, reason] : cases) {
    Harness harness;
    auto module = harness.parse(Harness::wrap(std::string(R"(
    %n = llvm.mlir.constant(0 : i32) : i32
    %size = llvm.mlir.constant(0 : i64) : i64
    %smem = llvm.mlir.addressof @smem : !llvm.ptr<3>
    %all = llvm.addrspacecast %smem : !llvm.ptr<3> to !llvm.ptr<7>
    %flat = llvm.addrspacecast %smem : !llvm.ptr<3> to !llvm.ptr
    )") + line));
    EXPECT_FALSE(module) << line;
    EXPECT_NE(harness.diagnostics.find(reason), std::string::npos)
        << harness.diagnostics;
  }
}

} // namespace
} // namespace humming::emulator
