//===- AsyncTest.cpp - cp.async -------------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What cp.async copies, for each size, with zero fill; that a double-buffered
// loop of groups runs clean.
//
//===----------------------------------------------------------------------===//

#include "Harness.h"

#include <numeric>

namespace humming::emulator {
namespace {

TEST(AsyncTest, CopiesEachSizeAndFillsTheRestWithZero) {
  for (unsigned size : {4u, 8u, 16u}) {
    Harness harness;
    harness.config.dynamicSharedBytes = 512;
    std::vector<uint8_t> input(512);
    std::iota(input.begin(), input.end(), 1);
    std::string bytes = std::to_string(size);
    // Lane l reads l % (size + 1) bytes; slots are 16 bytes apart.
    std::string cache = size == 16 ? "cg" : "ca";
    auto results =
        harness.run<uint8_t>(R"(
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %smem = llvm.mlir.addressof @smem : !llvm.ptr<3>
    %period = llvm.mlir.constant()" +
                                 std::to_string(size + 1) + R"( : i32) : i32
    %count = llvm.urem %tid, %period : i32
    %from = llvm.getelementptr %in[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, vector<4xi32>
    %slot = llvm.getelementptr %smem[%tid] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, vector<4xi32>
    nvvm.cp.async.shared.global %slot, %from, )" +
                                 bytes + ", cache = " + cache +
                                 R"(, %count : !llvm.ptr<3>, !llvm.ptr<1>, i32
    nvvm.cp.async.commit.group
    nvvm.cp.async.wait.group 0
    %x = llvm.load %slot : !llvm.ptr<3> -> vector<)" +
                                 bytes + R"(xi8>
    %to = llvm.getelementptr %out[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, vector<4xi32>
    llvm.store %x, %to : vector<)" +
                                 bytes + R"(xi8>, !llvm.ptr<1>
  )",
                             input, 512);
    for (unsigned lane = 0; lane < 32; ++lane)
      for (unsigned byte = 0; byte < size; ++byte)
        EXPECT_EQ(results[lane * 16 + byte],
                  byte < lane % (size + 1) ? input[lane * 16 + byte] : 0);
  }
}

/// Four warps copy tiles through two stages, each thread adding what another
/// warp's thread copied.
const char *const kRing = R"(
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %smem = llvm.mlir.addressof @smem : !llvm.ptr<3>
    %c0 = llvm.mlir.constant(0 : i32) : i32
    %c1 = llvm.mlir.constant(1 : i32) : i32
    %c8 = llvm.mlir.constant(8 : i32) : i32
    %c127 = llvm.mlir.constant(127 : i32) : i32
    %zero = llvm.mlir.zero : vector<4xi32>
    %other = llvm.sub %c127, %tid : i32
    %from0 = llvm.getelementptr %in[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, vector<4xi32>
    %to0 = llvm.getelementptr %smem[%tid] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, vector<4xi32>
    nvvm.cp.async.shared.global %to0, %from0, 16, cache = cg : !llvm.ptr<3>, !llvm.ptr<1>
    nvvm.cp.async.commit.group
    llvm.br ^loop(%c0, %zero : i32, vector<4xi32>)
  ^loop(%tile: i32, %sum: vector<4xi32>):
    %next = llvm.add %tile, %c1 : i32
    %more = llvm.icmp "slt" %next, %c8 : i32
    llvm.cond_br %more, ^fill, ^use
  ^fill:
    %stage = llvm.and %next, %c1 : i32
    %from = llvm.getelementptr %from0[%next] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, !llvm.array<2048 x i8>
    %to = llvm.getelementptr %to0[%stage] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, !llvm.array<2048 x i8>
    nvvm.cp.async.shared.global %to, %from, 16, cache = cg : !llvm.ptr<3>, !llvm.ptr<1>
    llvm.br ^use
  ^use:
    nvvm.cp.async.commit.group
    nvvm.cp.async.wait.group 1
    nvvm.barrier0
    %current = llvm.and %tile, %c1 : i32
    %base = llvm.getelementptr %smem[%current] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, !llvm.array<2048 x i8>
    %at = llvm.getelementptr %base[%other] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, vector<4xi32>
    %x = llvm.load %at : !llvm.ptr<3> -> vector<4xi32>
    %new = llvm.add %sum, %x : vector<4xi32>
    nvvm.barrier0
    llvm.cond_br %more, ^loop(%next, %new : i32, vector<4xi32>), ^end
  ^end:
    %result = llvm.getelementptr %out[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, vector<4xi32>
    llvm.store %new, %result : vector<4xi32>, !llvm.ptr<1>
)";

TEST(AsyncTest, ARingOfStagesRunsCleanInEveryOrder) {
  std::vector<uint32_t> input(8 * 512);
  std::iota(input.begin(), input.end(), 0);
  for (uint64_t seed = 0; seed < 8; ++seed) {
    Harness harness;
    harness.options.seed = seed;
    harness.config.block = {128, 1, 1};
    harness.config.dynamicSharedBytes = 4096;
    auto results = harness.run<uint32_t>(kRing, input, 512);
    for (unsigned thread = 0; thread < 128; ++thread)
      for (unsigned word = 0; word < 4; ++word) {
        uint32_t want = 0;
        for (unsigned tile = 0; tile < 8; ++tile)
          want += input[tile * 512 + (127 - thread) * 4 + word];
        EXPECT_EQ(results[thread * 4 + word], want);
      }
  }
}

TEST(AsyncTest, ARingWithoutItsSecondBarrierIsCaught) {
  std::string broken = kRing;
  size_t last = broken.rfind("nvvm.barrier0");
  broken.erase(last, std::string("nvvm.barrier0").size());
  std::vector<uint32_t> input(8 * 512);
  for (uint64_t seed = 0; seed < 8; ++seed) {
    Harness harness;
    harness.options.seed = seed;
    harness.config.block = {128, 1, 1};
    harness.config.dynamicSharedBytes = 4096;
    auto module = harness.parse(Harness::wrap(broken));
    ASSERT_TRUE(module) << harness.diagnostics;
    uint64_t in = harness.upload(input), out = harness.memory.allocate(2048);
    LaunchResult result = harness.launch(*module->getKernels()[0], in, out);
    ASSERT_FALSE(result.succeeded());
    EXPECT_TRUE(result.hazard->kind == HazardKind::SharedRace ||
                result.hazard->kind == HazardKind::InFlightShared)
        << result.hazard->message;
  }
}

} // namespace
} // namespace humming::emulator
