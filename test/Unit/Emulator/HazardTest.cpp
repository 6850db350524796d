//===- HazardTest.cpp - Each hazard, with its guard and without -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each file of Kernels/ has a good kernel, which must run clean in every order
// of warps, and its twin with the guard removed, which must be caught in every
// order.
//
//===----------------------------------------------------------------------===//

#include "Harness.h"

#include <numeric>

namespace humming::emulator {
namespace {

struct Case {
  const char *file;
  HazardKind kind;
  /// The op that is blamed; null where it depends on the order of warps.
  const char *op;
};

class HazardTest : public testing::TestWithParam<Case> {
protected:
  HazardTest() {
    harness.config.block = {128, 1, 1};
    harness.config.dynamicSharedBytes = 4096;
    harness.options.stepLimit = 10000;
    module = harness.parseFile(GetParam().file);
  }

  LaunchResult launch(const char *kernel) {
    std::vector<int32_t> input(1024);
    std::iota(input.begin(), input.end(), 0);
    uint64_t in = harness.upload(input);
    uint64_t out = harness.memory.allocate(4096);
    return harness.launch(*module->lookup(kernel), in, out, int32_t(99));
  }

  Harness harness;
  std::unique_ptr<Module> module;
};

TEST_P(HazardTest, GuardedRunsClean) {
  ASSERT_TRUE(module) << harness.diagnostics;
  LaunchResult result = launch("good");
  EXPECT_TRUE(result.succeeded()) << result.hazard->message;
  for (uint64_t seed = 0; seed < 8; ++seed) {
    harness.options.seed = seed;
    result = launch("good");
    EXPECT_TRUE(result.succeeded()) << result.hazard->message;
  }
}

TEST_P(HazardTest, UnguardedIsCaught) {
  ASSERT_TRUE(module) << harness.diagnostics;
  // Enough orders for those in which the warps happen to keep out of each
  // other's way.
  for (uint64_t seed = 0; seed < 64; ++seed) {
    if (seed)
      harness.options.seed = seed;
    LaunchResult result = launch("bad");
    ASSERT_FALSE(result.succeeded());
    EXPECT_EQ(result.hazard->kind, GetParam().kind) << result.hazard->message;
    if (GetParam().op) {
      EXPECT_EQ(result.hazard->op, GetParam().op) << result.hazard->message;
    }
    // The message says where: source, kernel, block and warp.
    EXPECT_EQ(result.hazard->message.find("test:"), 0u)
        << result.hazard->message;
    EXPECT_NE(result.hazard->message.find("(kernel bad, block 0,0,0, warp "),
              std::string::npos)
        << result.hazard->message;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Kernels, HazardTest,
    testing::Values(
        Case{"bounds_global", HazardKind::OutOfBounds, "llvm.load"},
        Case{"bounds_shared", HazardKind::OutOfBounds, "llvm.store"},
        Case{"bounds_async", HazardKind::OutOfBounds,
             "nvvm.cp.async.shared.global"},
        Case{"align_global", HazardKind::Misaligned, "llvm.load"},
        Case{"align_ldmatrix", HazardKind::Misaligned, "nvvm.ldmatrix"},
        Case{"align_async", HazardKind::Misaligned,
             "nvvm.cp.async.shared.global"},
        Case{"uninitialized_shared", HazardKind::UninitializedShared,
             "llvm.load"},
        Case{"inflight_wait", HazardKind::InFlightShared, "llvm.load"},
        Case{"inflight_count", HazardKind::InFlightShared, "llvm.load"},
        Case{"inflight_commit", HazardKind::InFlightShared, "llvm.load"},
        Case{"race_write_write", HazardKind::SharedRace, "llvm.store"},
        Case{"race_lanes", HazardKind::SharedRace, "llvm.load"},
        Case{"race_ldmatrix", HazardKind::SharedRace, "nvvm.ldmatrix"},
        Case{"race_write_read", HazardKind::SharedRace, nullptr},
        Case{"race_read_write", HazardKind::SharedRace, nullptr},
        Case{"race_async", HazardKind::SharedRace, nullptr},
        Case{"race_async_reuse", HazardKind::SharedRace, nullptr},
        Case{"race_named_barrier", HazardKind::SharedRace, nullptr},
        Case{"divergence_barrier", HazardKind::Divergence, "nvvm.barrier0"},
        Case{"divergence_shfl", HazardKind::Divergence, "nvvm.shfl.sync"},
        Case{"divergence_warp_sync", HazardKind::Divergence,
             "nvvm.bar.warp.sync"},
        Case{"divergence_mma", HazardKind::Divergence, "nvvm.mma.sync"},
        Case{"divergence_ldmatrix", HazardKind::Divergence, "nvvm.ldmatrix"},
        Case{"deadlock", HazardKind::Deadlock, "nvvm.barrier0"},
        Case{"poison", HazardKind::Poison, "llvm.fadd"},
        Case{"division", HazardKind::Invalid, "llvm.udiv"},
        Case{"step_limit", HazardKind::StepLimit, "llvm.cond_br"}),
    [](const auto &info) { return std::string(info.param.file); });

} // namespace
} // namespace humming::emulator
