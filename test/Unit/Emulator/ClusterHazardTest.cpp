//===- ClusterHazardTest.cpp - Each rule of clusters ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The kernels of ClusterKernels.h with one edit break one rule and are caught
// in every order of warps and copies.
//
//===----------------------------------------------------------------------===//

#include "ClusterKernels.h"

#include "llvm/ADT/STLExtras.h"

namespace humming::emulator {
namespace {

struct Edit {
  std::string from, to;
  unsigned nth = 0;
};

struct Case {
  const char *name;
  std::vector<Edit> edits;
  /// What it may be called, by the order in which things happen.
  std::vector<HazardKind> kinds;
};

using Kind = HazardKind;
const std::string kArrive = "    nvvm.cluster.arrive\n",
                  kWait = "    nvvm.cluster.wait\n", kMeet = kArrive + kWait,
                  kRelaxed = "    nvvm.cluster.arrive.relaxed\n";

const Case kExchangeCases[] = {
    {"NobodyWaitsForTheOthersToBegin",
     {{kRelaxed, ""}, {kWait, "", 0}, {kMeet, ""}},
     {Kind::AbsentBlock}},
    {"OverwritesWhatMayNotHaveBeenRead", {{kMeet, "", 0}}, {Kind::SharedRace}},
    {"ArrivesRelaxedBehindItsReads",
     {{kArrive, kRelaxed, 0}},
     {Kind::SharedRace}},
    {"ReadsWhatMayNotHaveBeenWritten",
     {{kMeet, "", 1}},
     {Kind::SharedRace, Kind::AbsentBlock}},
    {"ArrivesRelaxedBehindItsWrites",
     {{kArrive, kRelaxed, 1}},
     {Kind::SharedRace, Kind::AbsentBlock}},
    {"MayWriteToABlockThatHasReturned",
     {{kMeet, "", 1},
      {"%y = llvm.load %here : !llvm.ptr<3> -> i32",
       "%y = llvm.add %x, %c1 : i32"}},
     {Kind::AbsentBlock}},
    {"WritesToNoBlock",
     {{"mapa %smem, %other", "mapa %smem, %c63"}},
     {Kind::OutOfBounds}},
    {"WritesBeyondAnothersMemory",
     {{"%theirs[%mirror]", "%theirs[%c64]"}},
     {Kind::OutOfBounds}},
    {"ArrivesTwice", {{kWait, "", 0}}, {Kind::BarrierMisuse}},
    {"WaitsAndHasNotArrived", {{kArrive, "", 1}}, {Kind::BarrierMisuse}},
    {"ArrivesInPart",
     {{kMeet,
       "    %low = llvm.trunc %tid : i32 to i1\n    llvm.cond_br %low, ^low, "
       "^met\n  ^low:\n    nvvm.cluster.arrive\n    nvvm.cluster.wait\n "
       "   llvm.br ^met\n  ^met:\n",
       0}},
     {Kind::Divergence}},
};

const std::string kLastMeet = "  ^end:\n" + kMeet;

const Case kMulticastCases[] = {
    {"NobodyWaitsForTheOthersToBegin",
     {{kMeet, "    nvvm.barrier0\n"}},
     {Kind::AbsentBlock}},
    {"InitWithoutItsFence",
     {{"    nvvm.fence.mbarrier.init\n", ""}},
     {Kind::MissingFence}},
    {"InitWithoutItsFenceAndARelaxedArrival",
     {{"    nvvm.fence.mbarrier.init\n", ""}, {kArrive, kRelaxed}},
     {Kind::SharedRace, Kind::MissingFence}},
    {"InitializesBehindTheBarrier",
     {{"  ^start:\n" + kMeet, "  ^start:\n    nvvm.barrier0\n"},
      {"    %isFirst = ", kMeet + "    %isFirst = "}},
     {Kind::SharedRace, Kind::BarrierMisuse}},
    {"MayArriveAtABlockThatHasReturned",
     {{kLastMeet, "  ^end:\n"}},
     {Kind::AbsentBlock}},
    {"ArrivesRelaxedAtTheEnd",
     {{kLastMeet, "  ^end:\n" + kRelaxed + kWait}},
     {Kind::AbsentBlock}},
    {"AwaitsTheLeaversOfOneBlock",
     {{"%leavers = llvm.mlir.constant(4", "%leavers = llvm.mlir.constant(2"},
      {"mapa %cEmpty, %lane", "mapa %cEmpty, %rank"},
      {"\"ult\" %lane, %c2", "\"ult\" %lane, %c1"}},
     {Kind::SharedRace, Kind::InFlightShared, Kind::BarrierMisuse}},
    {"ArrivesForLanesThatMayNotHaveRead",
     {{"    nvvm.bar.warp.sync %all : i32\n", ""}},
     {Kind::SharedRace}},
    {"ArrivesAtOneBlockOnly",
     {{"mapa %cEmpty, %lane", "mapa %cEmpty, %c0"}},
     {Kind::Deadlock, Kind::BarrierMisuse, Kind::SharedRace,
      Kind::InFlightShared}},
    {"CopiesToOneBlockOnly",
     {{"constant(3 : i16)", "constant(1 : i16)"}},
     {Kind::Deadlock, Kind::BarrierMisuse, Kind::InFlightShared,
      Kind::SharedRace}},
    {"CopiesToNoBlock",
     {{"constant(3 : i16)", "constant(0 : i16)"}},
     {Kind::Invalid}},
    {"CopiesToABlockBeyondTheCluster",
     {{"constant(3 : i16)", "constant(7 : i16)"}},
     {Kind::OutOfBounds}},
    {"ExpectsItsOwnBytesOnly",
     {{"constant(1536 : i32)", "constant(1024 : i32)"}},
     {Kind::BarrierMisuse, Kind::UninitializedShared, Kind::InFlightShared}},
    {"ABlockReturnsAheadOfItsCopies",
     {{"%cMore = llvm.icmp \"slt\" %cNext, %c8",
       "%some = llvm.sub %c8, %rank : i32\n"
       "%cMore = llvm.icmp \"slt\" %cNext, %some"}},
     {Kind::InFlightShared, Kind::Deadlock}},
};

void expectCaught(const Case &parameter, const char *kernel,
                  LaunchResult (*run)(const std::string &,
                                      std::optional<uint64_t>,
                                      std::vector<uint32_t> *)) {
  std::string text = kernel;
  for (const Edit &edit : parameter.edits)
    text = edited(text, edit.from, edit.to, edit.nth);
  std::vector<std::optional<uint64_t>> seeds = {std::nullopt};
  for (uint64_t seed = 0; seed < 12; ++seed)
    seeds.push_back(seed);
  for (std::optional<uint64_t> seed : seeds) {
    LaunchResult result = run(text, seed, nullptr);
    ASSERT_FALSE(result.succeeded()) << "seed " << seed.value_or(99);
    EXPECT_TRUE(llvm::is_contained(parameter.kinds, result.hazard->kind))
        << result.hazard->message;
  }
}

class ExchangeHazardTest : public testing::TestWithParam<Case> {};

TEST_P(ExchangeHazardTest, IsCaughtInEveryOrder) {
  expectCaught(GetParam(), kExchange, runExchange);
}

INSTANTIATE_TEST_SUITE_P(All, ExchangeHazardTest,
                         testing::ValuesIn(kExchangeCases),
                         [](const auto &info) { return info.param.name; });

class MulticastHazardTest : public testing::TestWithParam<Case> {};

TEST_P(MulticastHazardTest, IsCaughtInEveryOrder) {
  expectCaught(GetParam(), kMulticast, runMulticast);
}

INSTANTIATE_TEST_SUITE_P(All, MulticastHazardTest,
                         testing::ValuesIn(kMulticastCases),
                         [](const auto &info) { return info.param.name; });

TEST(ClusterHazardTest, ABlockWaitsForEachLastArrival) {
  // Without one of both stages.
  for (const char *from : {"%isLeft, ^awaitSecond", "%pNext : i32), ^last"}) {
    std::string to = from[1] == 'i' ? "%isLeft, ^end" : "%pNext : i32), ^end";
    std::string text = edited(awaitingTheLast(), from, to);
    for (uint64_t seed = 0; seed < 12; ++seed) {
      LaunchResult result = runMulticast(text, seed);
      ASSERT_FALSE(result.succeeded());
      EXPECT_EQ(result.hazard->kind, HazardKind::AbsentBlock)
          << result.hazard->message;
    }
  }
}

TEST(ClusterHazardTest, ADeadlockNamesWhoIsMissing) {
  // A warp of the second block waits for one that waits for the cluster.
  std::string text = edited(
      kExchange, "    // Both have written.\n",
      "    %c32 = llvm.mlir.constant(32 : i32) : i32\n"
      "    %second = llvm.icmp \"eq\" %block, %c1 : i32\n"
      "    %upper = llvm.icmp \"uge\" %tid, %c32 : i32\n"
      "    %stays = llvm.and %second, %upper : i1\n"
      "    llvm.cond_br %stays, ^stay, ^rest\n  ^stay:\n    nvvm.barrier0\n"
      "    llvm.br ^rest\n  ^rest:\n");
  LaunchResult result = runExchange(text, std::nullopt);
  ASSERT_FALSE(result.succeeded());
  EXPECT_EQ(result.hazard->kind, HazardKind::Deadlock);
  EXPECT_NE(result.hazard->message.find("barrier 0 awaits 2 warps, 1 arrived; "
                                        "warp 0 waits elsewhere"),
            std::string::npos)
      << result.hazard->message;
  EXPECT_NE(result.hazard->message.find("block 1,0,0, warp 1"),
            std::string::npos)
      << result.hazard->message;
}

} // namespace
} // namespace humming::emulator
