//===- BulkHazardTest.cpp - Each rule of mbarriers and bulk copies --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pipeline of PipelineKernel.h with one edit breaks one rule and is caught
// in every order of warps and copies.
//
//===----------------------------------------------------------------------===//

#include "PipelineKernel.h"

namespace humming::emulator {
namespace {

struct Case {
  const char *name;
  std::vector<std::pair<std::string, std::string>> edits;
  /// What it may be called, by the order in which things happen.
  std::vector<HazardKind> kinds;
};

using Kind = HazardKind;
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
    EXPECT_NE(std::find(parameter.kinds.begin(), parameter.kinds.end(),
                        result.hazard->kind),
              parameter.kinds.end())
        << result.hazard->message;
  }
}

INSTANTIATE_TEST_SUITE_P(All, BulkHazardTest, testing::ValuesIn(kCases),
                         [](const auto &info) { return info.param.name; });

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
