//===- WarpgroupMemoryTest.cpp - wgmma with A in shared memory ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A product of one stage starts before that of the other is waited for, then
// the first stage is written again. As it stands this runs clean in every order
// of warps; with one edit it breaks a rule and is caught in every order.
//
//===----------------------------------------------------------------------===//

#include "WarpgroupKernels.h"

namespace humming::emulator {
namespace {

/// Stages of 4096 bytes: 64 rows of A as core matrices side by side along k,
/// then lines of B. 128 threads fill a half of a stage with each store.
const char *const kKernel = R"(
gpu.module @kernels {
  llvm.mlir.global external @smem() {addr_space = 3 : i32, alignment = 1024 : i64} : !llvm.array<0 x i8>
  llvm.func @kernel(%in: !llvm.ptr<1>, %out: !llvm.ptr<1>) attributes {nvvm.kernel} {
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %zero = llvm.mlir.constant(0.0 : f32) : f32
    %zeros = llvm.mlir.zero : vector<4xi32>
    %smem = llvm.mlir.addressof @smem : !llvm.ptr<3>
    %from = llvm.getelementptr %in[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, vector<4xi32>
    %a0 = llvm.getelementptr %smem[%tid] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, vector<4xi32>
    %b0 = llvm.getelementptr %a0[2048] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
    %a1 = llvm.getelementptr %a0[4096] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
    %b1 = llvm.getelementptr %a0[6144] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
    %result = llvm.getelementptr %out[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, f32
    %line = llvm.load %from : !llvm.ptr<1> -> vector<4xi32>
    llvm.store %line, %b0 : vector<4xi32>, !llvm.ptr<3>
    llvm.store %line, %b1 : vector<4xi32>, !llvm.ptr<3>
    llvm.store %line, %a1 : vector<4xi32>, !llvm.ptr<3>
    llvm.store %line, %a0 : vector<4xi32>, !llvm.ptr<3>
    nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
    nvvm.barrier0
    %address = llvm.ptrtoint %smem : !llvm.ptr<3> to i64
    %four = llvm.mlir.constant(4 : i64) : i64
    %units = llvm.lshr %address, %four : i64
    %stageUnits = llvm.mlir.constant(256 : i64) : i64
    %formatA = llvm.mlir.constant(FORMAT_A : i64) : i64
    %formatB = llvm.mlir.constant(4611686293305294976 : i64) : i64
    %stage0A = llvm.add %units, %formatA : i64
    %stage0B = llvm.add %units, %formatB : i64
    %stage1A = llvm.add %stage0A, %stageUnits : i64
    %stage1B = llvm.add %stage0B, %stageUnits : i64
    nvvm.wgmma.fence.aligned
    PRODUCT d of stage0 on zero
    nvvm.wgmma.commit.group.sync.aligned
    PRODUCT e of stage1 on d
    nvvm.wgmma.commit.group.sync.aligned
    WAIT f for e 1
    nvvm.barrier0
    llvm.store %zeros, %a0 : vector<4xi32>, !llvm.ptr<3>
    WAIT g for f 0
    llvm.store %g0, %result : f32, !llvm.ptr<1>
    llvm.return
  }
})";

/// The descriptor of A: 128 bytes to the next core matrix along k, 256 to the
/// next eight rows.
constexpr uint64_t kFormatA = uint64_t(256 / 16) << 32 | (128 / 16) << 16;

std::string withFormat(uint64_t format) {
  return edited(kKernel, "FORMAT_A", std::to_string(format));
}

LaunchResult launch(const std::string &text, uint64_t seed) {
  return launchSpelled(text, seed, /*sharedBytes=*/9216);
}

void expectCaught(const std::string &text, HazardKind kind,
                  const std::string &op) {
  for (uint64_t seed = 0; seed < 16; ++seed) {
    LaunchResult result = launch(text, seed);
    ASSERT_FALSE(result.succeeded());
    EXPECT_EQ(result.hazard->kind, kind) << result.hazard->message;
    if (!op.empty())
      EXPECT_EQ(result.hazard->op, op) << result.hazard->message;
  }
}

TEST(WarpgroupMemoryTest, GuardedRunsClean) {
  for (uint64_t seed = 0; seed < 16; ++seed) {
    LaunchResult result = launch(withFormat(kFormatA), seed);
    EXPECT_TRUE(result.succeeded()) << result.hazard->message;
  }
}

struct Case {
  const char *name;
  std::vector<std::pair<std::string, std::string>> edits;
  HazardKind kind;
  const char *op; ///< that is blamed; empty where the order decides
};

const std::string kProxyFence =
    "    nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = "
    "#nvvm.shared_space<cta>}\n";
const std::string kWriteA =
    "    llvm.store %line, %a0 : vector<4xi32>, !llvm.ptr<3>\n";
const std::string kOverwrite = "    llvm.store %zeros, %a0 : vector<4xi32>, "
                               "!llvm.ptr<3>\n";

const Case kCases[] = {
    {"StageWrittenBeforeItsProductIsWaitedFor",
     {{"for e 1", "for e 2"}},
     HazardKind::InFlightShared,
     "llvm.store"},
    {"StageOfTheProductBehindWritten",
     {{"%zeros, %a0", "%zeros, %a1"}},
     HazardKind::InFlightShared,
     "llvm.store"},
    {"StageCopiedToBeforeItsProductIsWaitedFor",
     {{"for e 1", "for e 2"},
      {kOverwrite, "    nvvm.cp.async.shared.global %a0, %from, 16, cache = cg "
                   ": !llvm.ptr<3>, !llvm.ptr<1>\n"}},
     HazardKind::InFlightShared,
     "nvvm.cp.async.shared.global"},
    {"NoBarrierBehindTheWait",
     {{"    nvvm.barrier0\n    llvm.store %zeros", "    llvm.store %zeros"}},
     HazardKind::SharedRace,
     ""},
    {"NoBarrierBeforeTheProducts",
     {{kProxyFence + "    nvvm.barrier0\n", kProxyFence},
      {kWriteA, kOverwrite + "    nvvm.barrier0\n" + kWriteA}},
     HazardKind::SharedRace,
     ""},
    {"NoFenceOfTheProxyBehindA",
     {{kProxyFence, ""}, {kWriteA, kProxyFence + kWriteA}},
     HazardKind::MissingFence,
     "llvm.inline_asm"},
    {"AIsNeverWritten",
     {{kWriteA, ""}},
     HazardKind::UninitializedShared,
     "llvm.inline_asm"},
    {"SumsReadBeforeTheirWait",
     {{"store %g0", "store %f0"}, {"    WAIT g for f 0\n", ""}},
     HazardKind::InFlightRegister,
     "llvm.store"},
    {"NoFenceOfRegisters",
     {{"    nvvm.wgmma.fence.aligned\n", ""}},
     HazardKind::MissingFence,
     "llvm.inline_asm"},
    {"DescriptorsOfLanesDiffer",
     {{"%stage1A = llvm.add %stage0A, %stageUnits",
       "%wide = llvm.zext %tid : i32 to i64\n"
       "%stage1A = llvm.add %stage0A, %wide"}},
     HazardKind::Invalid,
     "llvm.inline_asm"},
    {"DescriptorsOfWarpsDiffer",
     {{"%stage1A = llvm.add %stage0A, %stageUnits",
       "%wide = llvm.zext %tid : i32 to i64\n"
       "%five = llvm.mlir.constant(5 : i64) : i64\n"
       "%warp = llvm.lshr %wide, %five : i64\n"
       "%stage1A = llvm.add %stage0A, %warp"}},
     HazardKind::Divergence,
     "llvm.inline_asm"},
};

class WarpgroupMemoryHazardTest : public testing::TestWithParam<Case> {};

TEST_P(WarpgroupMemoryHazardTest, IsCaughtInEveryOrder) {
  std::string text = withFormat(kFormatA);
  for (const auto &[from, to] : GetParam().edits)
    text = edited(text, from, to);
  expectCaught(text, GetParam().kind, GetParam().op);
}

INSTANTIATE_TEST_SUITE_P(Rules, WarpgroupMemoryHazardTest,
                         testing::ValuesIn(kCases), [](const auto &info) {
                           return std::string(info.param.name);
                         });

TEST(WarpgroupMemoryTest, DescriptorsHaveNothingElse) {
  const uint64_t formats[] = {
      kFormatA & ~uint64_t(0x3fff0000),       // no stride along k
      uint64_t(16) << 32 | uint64_t(7) << 16, // one that overlaps
      uint64_t(7) << 32 | uint64_t(8) << 16,  // rows that overlap
      kFormatA | uint64_t(1) << 49,           // a base offset
      kFormatA | uint64_t(2) << 62,           // swizzled by 64 bytes
      kFormatA | uint64_t(3) << 62,           // by 32
      kFormatA | uint64_t(1) << 62,           // by 128, with other strides
      kFormatA | uint64_t(1) << 14,           // an address beyond its field
  };
  for (uint64_t format : formats)
    expectCaught(withFormat(format), HazardKind::Invalid, "llvm.inline_asm");
}

} // namespace
} // namespace humming::emulator
