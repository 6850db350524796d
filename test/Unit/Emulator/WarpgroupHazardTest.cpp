//===- WarpgroupHazardTest.cpp - Each rule of wgmma, kept and broken ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Kernels that keep every rule run clean in every order of warps; with one edit
// they break one and are caught in every order.
//
//===----------------------------------------------------------------------===//

#include "WarpgroupKernels.h"

#include <set>

namespace humming::emulator {
namespace {

/// Two products on the same accumulators, then their shared memory is written
/// again. 128 threads fill 2048 bytes.
const char *const kPrologue = R"(
gpu.module @kernels {
  llvm.mlir.global external @smem() {addr_space = 3 : i32, alignment = 1024 : i64} : !llvm.array<0 x i8>
  llvm.func @kernel(%in: !llvm.ptr<1>, %out: !llvm.ptr<1>) attributes {nvvm.kernel} {
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %c3 = llvm.mlir.constant(3 : i32) : i32
    %some = llvm.mlir.constant(128 : i32) : i32
    %zero = llvm.mlir.constant(0.0 : f32) : f32
    %zeros = llvm.mlir.zero : vector<4xi32>
    %smem = llvm.mlir.addressof @smem : !llvm.ptr<3>
    %from = llvm.getelementptr %in[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, vector<4xi32>
    %to = llvm.getelementptr %smem[%tid] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, vector<4xi32>
    %result = llvm.getelementptr %out[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, f32
    %line = llvm.load %from : !llvm.ptr<1> -> vector<4xi32>
    llvm.store %line, %to : vector<4xi32>, !llvm.ptr<3>
    nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
    nvvm.barrier0
    %address = llvm.ptrtoint %smem : !llvm.ptr<3> to i64
    %four = llvm.mlir.constant(4 : i64) : i64
    %units = llvm.lshr %address, %four : i64
    %format = llvm.mlir.constant(4611686293305294848 : i64) : i64
    %descriptor = llvm.add %units, %format : i64
    %a = llvm.mul %tid, %c3 : i32
)";
const char *const kStraight = R"(
    %here = llvm.icmp "ult" %tid, %some : i32
    llvm.cond_br %here, ^go, ^end
  ^go:
    nvvm.wgmma.fence.aligned
    PRODUCT d of a on zero
    PRODUCT e of a on d
    nvvm.wgmma.commit.group.sync.aligned
    WAIT f for e 0
    nvvm.barrier0
    llvm.store %zeros, %to : vector<4xi32>, !llvm.ptr<3>
    llvm.store %f0, %result : f32, !llvm.ptr<1>
    llvm.br ^end
  ^end:
    llvm.return
  }
})";
/// Products that start from zero, one after the other: the second writes
/// registers that the wait for the first has handed to the warp.
const char *const kFromZero = R"(
    nvvm.wgmma.fence.aligned
    PRODUCT d of a
    nvvm.wgmma.commit.group.sync.aligned
    WAIT f for d 0
    llvm.store %f0, %result : f32, !llvm.ptr<1>
    nvvm.wgmma.fence.aligned
    PRODUCT e of a
    nvvm.wgmma.commit.group.sync.aligned
    WAIT g for e 0
    llvm.store %g0, %result : f32, !llvm.ptr<1>
    llvm.return
  }
})";
/// A register of A and the accumulators are carried around a loop.
const char *const kLoop = R"(
    llvm.br ^loop(%a, %c3, %zero, %zero, %zero, %zero : i32, i32, f32, f32, f32, f32)
  ^loop(%x: i32, %left: i32, %s0: f32, %s1: f32, %s2: f32, %s3: f32):
    nvvm.wgmma.fence.aligned
    PRODUCT d of x on s
    nvvm.wgmma.commit.group.sync.aligned
    WAIT f for d 0
    %one = llvm.mlir.constant(1 : i32) : i32
    %y = llvm.add %x, %one : i32
    %less = llvm.sub %left, %one : i32
    %isLast = llvm.icmp "eq" %less, %one : i32
    llvm.cond_br %isLast, ^end, ^loop(%y, %less, %f0, %f1, %f2, %f3 : i32, i32, f32, f32, f32, f32)
  ^end:
    llvm.store %f0, %result : f32, !llvm.ptr<1>
    llvm.return
  }
})";

struct Case {
  const char *name;
  const char *body;
  std::vector<std::pair<std::string, std::string>> edits;
  HazardKind kind;
  /// The op that is blamed; null where it depends on the order of warps.
  const char *op;
};

const std::string kOverwrite =
    "    llvm.store %zeros, %to : vector<4xi32>, !llvm.ptr<3>\n";
const std::string kCommit = "    nvvm.wgmma.commit.group.sync.aligned\n";
const std::string kProxyFence =
    "    nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = "
    "#nvvm.shared_space<cta>}\n";

const Case kCases[] = {
    {"SumReadBeforeItsWait",
     kStraight,
     {{"store %f0", "store %e0"}},
     HazardKind::InFlightRegister,
     "llvm.store"},
    {"SumOfNoWait",
     kStraight,
     {{"    WAIT f for e 0\n", ""},
      {"store %f0", "store %e0"},
      {kOverwrite, ""}},
     HazardKind::InFlightRegister,
     "llvm.store"},
    {"SumOfALaterGroup",
     kStraight,
     {{"    PRODUCT e", kCommit + "    PRODUCT e"},
      {"for e 0", "for e 1"},
      {kOverwrite, ""}},
     HazardKind::InFlightRegister,
     "llvm.store"},
    {"SumThatNoWaitCovers",
     kStraight,
     {{"for e 0", "for e 1"}, {kOverwrite, ""}},
     HazardKind::InFlightRegister,
     "llvm.store"},
    {"SumOfNoGroup",
     kStraight,
     {{kCommit, ""}, {kOverwrite, ""}},
     HazardKind::InFlightRegister,
     "llvm.store"},
    {"SumTakenOverTwice",
     kStraight,
     {{"WAIT f for e", "WAIT f for d"}},
     HazardKind::InFlightRegister,
     "llvm.inline_asm"},
    {"OperandWrittenBeforeTheWait",
     kLoop,
     {{"for d 0", "for d 1"}},
     HazardKind::InFlightRegister,
     "llvm.cond_br"},
    {"NoFenceOfRegisters",
     kStraight,
     {{"    nvvm.wgmma.fence.aligned\n", ""}},
     HazardKind::MissingFence,
     "llvm.inline_asm"},
    {"NoFenceSinceAWrite",
     kStraight,
     {{"    PRODUCT d of a",
       "    %late = llvm.mul %tid, %c3 : i32\n    PRODUCT "
       "d of late"}},
     HazardKind::MissingFence,
     "llvm.inline_asm"},
    {"NoFenceSinceAWriteOfSums",
     kStraight,
     {{"    PRODUCT d of a on zero",
       "    %late = llvm.fadd %zero, %zero : f32\n    PRODUCT d of a on late"}},
     HazardKind::MissingFence,
     "llvm.inline_asm"},
    {"NoFenceOfTheFirstFromZero",
     kFromZero,
     {{"    nvvm.wgmma.fence.aligned\n", ""}},
     HazardKind::MissingFence,
     "llvm.inline_asm"},
    {"NoFenceSinceAWaitOfTheNextFromZero",
     kFromZero,
     {{"!llvm.ptr<1>\n    nvvm.wgmma.fence.aligned\n", "!llvm.ptr<1>\n"}},
     HazardKind::MissingFence,
     "llvm.inline_asm"},
    {"SumFromZeroReadBeforeItsWait",
     kFromZero,
     {{"store %g0", "store %e0"}},
     HazardKind::InFlightRegister,
     "llvm.store"},
    {"SumFromZeroThatNoWaitCovers",
     kFromZero,
     {{"for e 0", "for e 1"}},
     HazardKind::InFlightRegister,
     "llvm.store"},
    {"NoFenceBehindAnEdge",
     kLoop,
     {{"    nvvm.wgmma.fence.aligned\n", ""},
      {"    llvm.br ^loop", "    nvvm.wgmma.fence.aligned\n    llvm.br ^loop"}},
     HazardKind::MissingFence,
     "llvm.inline_asm"},
    {"NoFenceOfTheProxy",
     kStraight,
     {{kProxyFence, ""}},
     HazardKind::MissingFence,
     "llvm.inline_asm"},
    {"FenceOfTheProxyBeforeTheStore",
     kStraight,
     {{kProxyFence, ""}, {"    llvm.store", kProxyFence + "    llvm.store"}},
     HazardKind::MissingFence,
     "llvm.inline_asm"},
    {"NoBarrierBeforeTheProduct",
     kStraight,
     {{"    nvvm.barrier0\n", ""},
      {"    llvm.store", kOverwrite + "    nvvm.barrier0\n    llvm.store"}},
     HazardKind::SharedRace,
     nullptr},
    {"NoBarrierBehindTheProduct",
     kStraight,
     {{"0\n    nvvm.barrier0\n", "0\n"}},
     HazardKind::SharedRace,
     nullptr},
    {"SharedMemoryWrittenBeforeTheWait",
     kStraight,
     {{"for e 0", "for e 1"},
      {"    llvm.store %f0, %result : f32, !llvm.ptr<1>\n", ""}},
     HazardKind::InFlightShared,
     "llvm.store"},
    {"LanesMissing",
     kStraight,
     {{"128 : i32", "112 : i32"}},
     HazardKind::Divergence,
     "nvvm.wgmma.fence.aligned"},
    {"WarpMissing",
     kStraight,
     {{"128 : i32", "96 : i32"},
      {"0\n    nvvm.barrier0\n", "0\n"},
      {kOverwrite, ""}},
     HazardKind::Divergence,
     "nvvm.wgmma.fence.aligned"},
    {"DescriptorsOfLanesDiffer",
     kStraight,
     {{"    %descriptor = llvm.add %units, %format",
       "    %wide = llvm.zext %tid : i32 to i64\n    %shift = "
       "llvm.mlir.constant(4 : i64) : i64\n    %far = llvm.lshr %wide, "
       "%shift : i64\n    %own = llvm.add %units, %far : i64\n    %descriptor "
       "= "
       "llvm.add %own, %format"}},
     HazardKind::Invalid,
     "llvm.inline_asm"},
    {"DescriptorsOfWarpsDiffer",
     kStraight,
     {{"    %descriptor = llvm.add %units, %format",
       "    %wide = llvm.zext %tid : i32 to i64\n    %shift = "
       "llvm.mlir.constant(5 : i64) : i64\n    %far = llvm.lshr %wide, "
       "%shift : i64\n    %own = llvm.add %units, %far : i64\n    %descriptor "
       "= "
       "llvm.add %own, %format"}},
     HazardKind::Divergence,
     "llvm.inline_asm"},
    {"NotSwizzled",
     kStraight,
     {{"4611686293305294848", "274877906944"}},
     HazardKind::Invalid,
     "llvm.inline_asm"},
    {"PatternNotAligned",
     kStraight,
     {{"4611686293305294848", "4611686293305294856"}},
     HazardKind::Misaligned,
     "llvm.inline_asm"},
    {"SharedMemoryNeverWritten",
     kStraight,
     {{"4611686293305294848", "4611686293305294976"}},
     HazardKind::UninitializedShared,
     "llvm.inline_asm"},
};

LaunchResult launch(const std::string &text, uint64_t seed) {
  return launchSpelled(text, seed, /*sharedBytes=*/4096);
}

std::string edit(std::string text, const Case &broken) {
  for (const auto &[from, to] : broken.edits) {
    EXPECT_NE(text.find(from), std::string::npos) << from;
    text.replace(text.find(from), from.size(), to);
  }
  return text;
}

class WarpgroupHazardTest : public testing::TestWithParam<Case> {};

TEST_P(WarpgroupHazardTest, GuardedRunsClean) {
  for (uint64_t seed = 0; seed < 8; ++seed) {
    LaunchResult result =
        launch(std::string(kPrologue) + GetParam().body, seed);
    EXPECT_TRUE(result.succeeded()) << result.hazard->message;
  }
}

TEST_P(WarpgroupHazardTest, UnguardedIsCaught) {
  std::string text = edit(std::string(kPrologue) + GetParam().body, GetParam());
  for (uint64_t seed = 0; seed < 32; ++seed) {
    LaunchResult result = launch(text, seed);
    ASSERT_FALSE(result.succeeded());
    EXPECT_EQ(result.hazard->kind, GetParam().kind) << result.hazard->message;
    if (GetParam().op) {
      EXPECT_EQ(result.hazard->op, GetParam().op) << result.hazard->message;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Rules, WarpgroupHazardTest, testing::ValuesIn(kCases),
                         [](const auto &info) {
                           return std::string(info.param.name);
                         });

TEST(WarpgroupProxyTest, TheReadersMayFenceAsWell) {
  // PTX ISA, "Causality order": a fence of the proxy anywhere between.
  const Case moved = {
      "",
      kStraight,
      {{kProxyFence, ""},
       {"    nvvm.barrier0\n", "    nvvm.barrier0\n" + kProxyFence}},
      HazardKind::Invalid,
      nullptr};
  for (uint64_t seed = 0; seed < 8; ++seed) {
    LaunchResult result =
        launch(edit(std::string(kPrologue) + kStraight, moved), seed);
    EXPECT_TRUE(result.succeeded()) << result.hazard->message;
  }
}

TEST(WarpgroupOrderTest, ABarrierBeforeTheWaitOrdersNoReads) {
  // Only warp 0 writes again: where it comes last, the others have waited.
  const Case early = {"",
                      kStraight,
                      {{"    WAIT f for e 0\n    nvvm.barrier0\n",
                        "    nvvm.barrier0\n    WAIT f for e 0\n"},
                       {kOverwrite, ""},
                       {"    llvm.br ^end",
                        "    %first = llvm.mlir.constant(32 : i32) : i32\n"
                        "    %isFirst = llvm.icmp \"ult\" %tid, %first : i32\n"
                        "    llvm.cond_br %isFirst, ^again, ^end\n  ^again:\n" +
                            kOverwrite + "    llvm.br ^end"}},
                      HazardKind::Invalid,
                      nullptr};
  std::set<HazardKind> kinds;
  for (uint64_t seed = 0; seed < 32; ++seed) {
    LaunchResult result =
        launch(edit(std::string(kPrologue) + kStraight, early), seed);
    ASSERT_FALSE(result.succeeded());
    kinds.insert(result.hazard->kind);
  }
  EXPECT_EQ(kinds,
            (std::set{HazardKind::InFlightShared, HazardKind::SharedRace}));
}

TEST(WarpgroupShapeTest, ABlockOfThreeWarpsHasNoWarpgroup) {
  Harness harness;
  harness.config.block = {96, 1, 1};
  harness.config.dynamicSharedBytes = 4096;
  auto module = harness.parse(spell(std::string(kPrologue) + kStraight));
  ASSERT_TRUE(module) << harness.diagnostics;
  uint64_t in = harness.upload(std::vector<uint32_t>(512));
  LaunchResult result = harness.launch(*module->getKernels()[0], in,
                                       harness.memory.allocate(512));
  ASSERT_FALSE(result.succeeded());
  EXPECT_EQ(result.hazard->kind, HazardKind::Divergence);
}

} // namespace
} // namespace humming::emulator
