//===- RegisterPoolTest.cpp - Registers that warps share out --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// setmaxnreg: who may ask for how many, and who waits for ever.
//
//===----------------------------------------------------------------------===//

#include "Harness.h"

namespace humming::emulator {
namespace {

/// All warpgroups but the last ask for `more`, the last keeps `fewer`.
std::optional<Hazard> share(unsigned threads, unsigned more, unsigned fewer,
                            std::optional<uint64_t> seed) {
  std::string text = R"(
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %last = llvm.mlir.constant(LAST : i32) : i32
    %own = llvm.icmp "ult" %tid, %last : i32
    llvm.cond_br %own, ^more, ^fewer
  ^more:
    nvvm.setmaxregister increase MORE
    llvm.br ^end
  ^fewer:
    nvvm.setmaxregister decrease FEWER
    llvm.br ^end
  ^end:
)";
  text = edited(text, "LAST", std::to_string(threads - 128));
  text = edited(text, "MORE", std::to_string(more));
  text = edited(text, "FEWER", std::to_string(fewer));
  Harness harness;
  harness.options.seed = seed;
  harness.config.block = {threads, 1, 1};
  auto module = harness.parse(Harness::wrap(text));
  EXPECT_TRUE(module) << harness.diagnostics;
  return harness.launch(*module->getKernels()[0], uint64_t(0), uint64_t(0))
      .hazard;
}

TEST(RegisterPoolTest, GivesWhatOthersHaveGivenBack) {
  for (uint64_t seed = 0; seed < 8; ++seed) {
    // 168 of 384 threads: 504, and 24 + 2 * 240. 96 of 640: 480, 24 + 4 * 112.
    EXPECT_FALSE(share(384, 240, 24, seed));
    EXPECT_FALSE(share(640, 112, 24, seed));
  }
  EXPECT_FALSE(share(640, 112, 24, std::nullopt));
}

TEST(RegisterPoolTest, ReportsWhoWaitsForMore) {
  for (uint64_t seed = 0; seed < 8; ++seed)
    for (auto [threads, more, fewer] :
         {std::array<unsigned, 3>{640, 120, 24}, {384, 248, 24}}) {
      std::optional<Hazard> hazard = share(threads, more, fewer, seed);
      ASSERT_TRUE(hazard);
      EXPECT_EQ(hazard->kind, HazardKind::Deadlock) << hazard->message;
    }
  std::optional<Hazard> hazard = share(640, 120, 24, std::nullopt);
  ASSERT_TRUE(hazard);
  EXPECT_NE(hazard->message.find(
                "asks for 120 registers, has 96, and the block has 0 for one "
                "warp left of what others have given back; a block of 20 warps "
                "starts with 96"),
            std::string::npos)
      << hazard->message;
}

TEST(RegisterPoolTest, ReportsAnIncreaseThatIsNone) {
  // 160 of 384 are fewer than it has.
  std::optional<Hazard> hazard = share(384, 160, 24, std::nullopt);
  ASSERT_TRUE(hazard);
  EXPECT_EQ(hazard->kind, HazardKind::Invalid);
  // And 176 are more.
  hazard = share(384, 168, 176, std::nullopt);
  ASSERT_TRUE(hazard);
  EXPECT_EQ(hazard->kind, HazardKind::Invalid);
}

} // namespace
} // namespace humming::emulator
