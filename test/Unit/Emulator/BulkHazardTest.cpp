//===- BulkHazardTest.cpp - Each rule of mbarriers and bulk copies --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pipeline of PipelineKernel.h with one edit breaks one rule and is caught
// in every order of warps and copies.
//
//===----------------------------------------------------------------------===//

#include "PipelineKernel.h"

#include "llvm/ADT/STLExtras.h"

namespace humming::emulator {
namespace {

struct Case {
  const char *name;
  std::vector<std::pair<std::string, std::string>> edits;
  /// What it may be called, by the order in which things happen.
  std::vector<HazardKind> kinds;
};

using Kind = HazardKind;
const std::string kExpect = "    nvvm.mbarrier.arrive.expect_tx %pFull, "
                            "%stageBytes : !llvm.ptr<3>, i32\n";
const std::vector<HazardKind> kUnread = {Kind::InFlightShared,
                                         Kind::UninitializedShared};

const Case kCases[] = {
    {"InitWithoutItsFence",
     {{"    nvvm.fence.mbarrier.init\n", ""}},
     {Kind::MissingFence}},
    {"InitFencedTooLate",
     {{"    nvvm.fence.mbarrier.init\n", ""},
      {"    nvvm.barrier0\n", "    nvvm.barrier0\n    "
                              "nvvm.fence.mbarrier.init\n"}},
     {Kind::MissingFence}},
    {"InitWithoutABarrier",
     {{"    nvvm.barrier0\n", ""}},
     {Kind::SharedRace, Kind::BarrierMisuse, Kind::MissingFence}},
    {"NotInitialized",
     {{"    nvvm.mbarrier.init %empty1, %c4 : !llvm.ptr<3>, i32\n", ""}},
     {Kind::BarrierMisuse}},
    {"InitializedTwice",
     {{"init %empty1, %c4", "init %empty, %c4"}},
     {Kind::BarrierMisuse}},
    {"ReadAsMemory",
     {{"    %other = llvm.sub %c127", "    %raw = llvm.load %full : "
                                      "!llvm.ptr<3> -> i64\n    %other = "
                                      "llvm.sub %c127"}},
     {Kind::BarrierMisuse}},
    {"WrittenAsMemoryByTheThreadThatInitializedIt",
     {{"    nvvm.fence.mbarrier.init\n",
       "    nvvm.fence.mbarrier.init\n    llvm.store %c1, %full : i32, "
       "!llvm.ptr<3>\n"}},
     {Kind::BarrierMisuse}},
    {"ThreadsWroteTheStageWithoutAProxyFence",
     {{"    nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = "
       "#nvvm.shared_space<cta>}\n",
       ""}},
     {Kind::MissingFence}},
    {"ConsumerDoesNotWait", {{"llvm.br ^awaitFull", "llvm.br ^read"}}, kUnread},
    {"ConsumerWaitsForTheWrongPhase",
     {{"    %cFull = ", "    %wrong = llvm.xor %parity, %c1 : i32\n    %cFull "
                        "= "},
      {"try_wait %cFull, %parity", "try_wait %cFull, %wrong"}},
     kUnread},
    {"ConsumerWaitsForTheWrongStage",
     {{"    %cFull = llvm.getelementptr %full[%stage]",
       "    %not = llvm.xor %stage, %c1 : i32\n"
       "    %cFull = llvm.getelementptr %full[%not]"}},
     kUnread},
    {"OneLaneWaitsForAll",
     {{"llvm.br ^awaitFull", "%one = llvm.icmp \"eq\" %lane, %c0 : i32\n"
                             "llvm.cond_br %one, ^awaitFull, ^read"}},
     kUnread},
    {"ProducerDoesNotWait",
     {{"llvm.br ^awaitEmpty", "llvm.br ^copy"}},
     {Kind::SharedRace, Kind::InFlightShared, Kind::BarrierMisuse}},
    {"ProducerWaitsForTheWrongPhase",
     {{"try_wait %pEmpty, %pParity", "try_wait %pEmpty, %pOdd"}},
     {Kind::Deadlock}},
    {"TooManyBytesExpected",
     {{"constant(4096 : i32)", "constant(4112 : i32)"}},
     {Kind::Deadlock}},
    {"TooFewBytesExpected",
     {{"constant(4096 : i32)", "constant(4080 : i32)"}},
     {Kind::BarrierMisuse}},
    {"TooFewBytesExpectedBehindTheCopies",
     {{"constant(4096 : i32)", "constant(4080 : i32)"},
      {kExpect, ""},
      {"    %pNext = ", kExpect + "    %pNext = "}},
     {Kind::BarrierMisuse}},
    {"BytesExpectedOfOneCopyOnly",
     {{"constant(4096 : i32)", "constant(2048 : i32)"}},
     {Kind::BarrierMisuse}},
    {"NobodyArrivesAtFull",
     {{"    nvvm.mbarrier.arrive.expect_tx %pFull, %stageBytes : "
       "!llvm.ptr<3>, i32\n",
       ""}},
     {Kind::Deadlock}},
    {"NobodyArrivesAtEmpty",
     {{"    %state = nvvm.mbarrier.arrive %cEmpty : !llvm.ptr<3> -> i64\n",
       ""}},
     {Kind::Deadlock}},
    {"EmptyAwaitsTooMany",
     {{"init %empty, %c4", "init %empty, %c8"}},
     {Kind::Deadlock}},
    {"EmptyAwaitsTooFew",
     {{"init %empty, %c4", "init %empty, %c1"}},
     {Kind::SharedRace, Kind::InFlightShared, Kind::BarrierMisuse}},
    {"EveryLaneArrives",
     {{"llvm.cond_br %isLeader, ^release, ^next", "llvm.br ^release"}},
     {Kind::BarrierMisuse}},
    {"ArrivesBeforeItReads",
     {{"    %state = nvvm.mbarrier.arrive %cEmpty : !llvm.ptr<3> -> i64\n", ""},
      {"  ^read:\n", "  ^read:\n    %early = llvm.icmp \"eq\" %lane, %c0 : "
                     "i32\n    llvm.cond_br %early, ^free, ^readOn\n  "
                     "^free:\n    nvvm.mbarrier.arrive %cEmpty : "
                     "!llvm.ptr<3>\n    llvm.br ^readOn\n  ^readOn:\n"}},
     {Kind::SharedRace, Kind::InFlightShared}},
    {"ArrivesForLanesThatMayNotHaveRead",
     {{"    nvvm.bar.warp.sync %all : i32\n", ""}},
     {Kind::SharedRace}},
    {"NobodyWaitsForTheLastCopy",
     {{"%cMore = llvm.icmp \"slt\" %cNext, %c8",
       "%c7 = llvm.mlir.constant(7 : i32) : i32\n"
       "%cMore = llvm.icmp \"slt\" %cNext, %c7"}},
     {Kind::InFlightShared}},
    {"RunOfABrokenSize",
     {{"constant(2048 : i32)", "constant(2040 : i32)"}},
     {Kind::Invalid}},
    {"RunFromAMisalignedAddress",
     {{"%in[%p] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, !llvm.array<2048",
       "%in[%p] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, !llvm.array<2056"}},
     {Kind::Misaligned}},
    {"RunBeyondItsAllocation",
     {{"%in[%p] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, !llvm.array<2048",
       "%in[%p] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, !llvm.array<2064"}},
     {Kind::OutOfBounds}},
    {"BoxAtAMisalignedAddress",
     {{"%run[2048] :", "%run[2064] :"}},
     {Kind::Misaligned}},
    {"BoxBeyondItsStage",
     {{"%run[2048] :", "%run[2176] :"}},
     {Kind::BarrierMisuse, Kind::InFlightShared, Kind::SharedRace}},
    {"NoTensorMap",
     {{"    %box = ", "    %flat = llvm.addrspacecast %from0 : !llvm.ptr<1> "
                      "to !llvm.ptr\n    %box = "},
      {"    %c0 = ", "    %from0 = llvm.getelementptr %in[0] : "
                     "(!llvm.ptr<1>) -> !llvm.ptr<1>, i8\n    %c0 = "},
      {"%boxTo, %map,", "%boxTo, %flat,"}},
     {Kind::Invalid}},
};

class BulkHazardTest : public testing::TestWithParam<Case> {};

TEST_P(BulkHazardTest, IsCaughtInEveryOrder) {
  const Case &parameter = GetParam();
  std::string text = pipeline();
  for (auto &[from, to] : parameter.edits)
    text = edited(text, from, to);
  std::vector<std::optional<uint64_t>> seeds = {std::nullopt};
  for (uint64_t seed = 0; seed < 12; ++seed)
    seeds.push_back(seed);
  for (std::optional<uint64_t> seed : seeds) {
    LaunchResult result = runPipeline(text, seed);
    ASSERT_FALSE(result.succeeded()) << "seed " << seed.value_or(99);
    EXPECT_TRUE(llvm::is_contained(parameter.kinds, result.hazard->kind))
        << result.hazard->message;
  }
}

INSTANTIATE_TEST_SUITE_P(All, BulkHazardTest, testing::ValuesIn(kCases),
                         [](const auto &info) { return info.param.name; });

TEST(BulkHazardTest, BytesMayBeExpectedBehindTheCopies) {
  std::string text = edited(pipeline(), kExpect, "");
  text = edited(text, "    %pNext = ", kExpect + "    %pNext = ");
  for (uint64_t seed = 0; seed < 12; ++seed) {
    LaunchResult result = runPipeline(text, seed);
    EXPECT_TRUE(result.succeeded()) << result.hazard->message;
  }
}

/// Warp 0 writes and arrives, warp 1 waits and reads what other lanes wrote. In
/// ascending order the phase is complete before anybody waits.
const char *const kHandOver = R"(
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %lane = nvvm.read.ptx.sreg.laneid : i32
    %c0 = llvm.mlir.constant(0 : i32) : i32
    %c31 = llvm.mlir.constant(31 : i32) : i32
    %c32 = llvm.mlir.constant(32 : i32) : i32
    %smem = llvm.mlir.addressof @smem : !llvm.ptr<3>
    %done = llvm.getelementptr %smem[128] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
    %isFirst = llvm.icmp "eq" %tid, %c0 : i32
    llvm.cond_br %isFirst, ^init, ^start
  ^init:
    nvvm.mbarrier.init %done, %c32 : !llvm.ptr<3>, i32
    llvm.br ^start
  ^start:
    nvvm.barrier0
    %isWriter = llvm.icmp "ult" %tid, %c32 : i32
    llvm.cond_br %isWriter, ^write, ^await
  ^write:
    %mine = llvm.getelementptr %smem[%lane] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i32
    llvm.store %lane, %mine : i32, !llvm.ptr<3>
    nvvm.mbarrier.arrive %done : !llvm.ptr<3>
    llvm.br ^end
  ^await:
    llvm.br ^again
  ^again:
    %isDone = nvvm.mbarrier.try_wait %done, %c0 : !llvm.ptr<3>, i32 -> i1
    llvm.cond_br %isDone, ^read, ^again
  ^read:
    %other = llvm.sub %c31, %lane : i32
    %theirs = llvm.getelementptr %smem[%other] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i32
    %x = llvm.load %theirs : !llvm.ptr<3> -> i32
    llvm.br ^end
  ^end:
)";

std::optional<HazardKind> runHandOver(const std::string &body,
                                      std::optional<uint64_t> seed = {}) {
  Harness harness;
  harness.options.seed = seed;
  harness.config.block = {64, 1, 1};
  harness.config.dynamicSharedBytes = 256;
  auto module = harness.parse(Harness::wrap(body));
  EXPECT_TRUE(module) << harness.diagnostics;
  LaunchResult result =
      harness.launch(*module->getKernels()[0], uint64_t(0), uint64_t(0));
  return result.hazard ? std::optional(result.hazard->kind) : std::nullopt;
}

TEST(BulkHazardTest, LanesThatArriveHandOverToThoseThatWait) {
  for (uint64_t seed = 0; seed < 8; ++seed)
    EXPECT_EQ(runHandOver(kHandOver, seed), std::nullopt);
  EXPECT_EQ(runHandOver(kHandOver), std::nullopt);
  // One lane asks for all, of a phase that is complete or not.
  std::string asks = edited(kHandOver, "^await:\n    llvm.br ^again",
                            "^await:\n    %asks = llvm.icmp \"eq\" %lane, "
                            "%c0 : i32\n    llvm.cond_br %asks, ^again, "
                            "^read");
  EXPECT_EQ(runHandOver(asks), Kind::SharedRace);
  // Nobody knows that the mbarrier is there.
  EXPECT_EQ(runHandOver(edited(kHandOver, "    nvvm.barrier0\n", "")),
            Kind::SharedRace);
}

TEST(BulkHazardTest, AWaitThatDoesNotLoopIsCaughtInSomeOrder) {
  std::string text = edited(
      pipeline(), "llvm.cond_br %isFull, ^read, ^awaitFull", "llvm.br ^read");
  bool caught = false;
  for (uint64_t seed = 0; seed < 12; ++seed)
    caught |= !runPipeline(text, seed).succeeded();
  EXPECT_TRUE(caught);
}

TEST(BulkHazardTest, ADeadlockSaysWhatIsMissing) {
  std::string text =
      edited(pipeline(), "constant(4096 : i32)", "constant(4112 : i32)");
  LaunchResult result = runPipeline(text, std::nullopt);
  ASSERT_FALSE(result.succeeded());
  EXPECT_NE(result.hazard->message.find(
                "phase 0 of the mbarrier awaits 0 of 1 arrivals, and 4096 of "
                "4112 bytes have come"),
            std::string::npos)
      << result.hazard->message;
}

} // namespace
} // namespace humming::emulator
