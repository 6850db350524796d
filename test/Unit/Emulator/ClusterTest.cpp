//===- ClusterTest.cpp - Blocks that run together -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What clusters compute in every order of their warps, and what a launch or a
// kernel of clusters must not look like.
//
//===----------------------------------------------------------------------===//

#include "ClusterKernels.h"

namespace humming::emulator {
namespace {

std::vector<std::optional<uint64_t>> orders() {
  std::vector<std::optional<uint64_t>> seeds = {std::nullopt};
  for (uint64_t seed = 0; seed < 12; ++seed)
    seeds.push_back(seed);
  return seeds;
}

TEST(ClusterTest, BlocksWriteEachOthersSharedMemory) {
  for (std::optional<uint64_t> seed : orders()) {
    std::vector<uint32_t> results;
    LaunchResult result = runExchange(kExchange, seed, &results);
    ASSERT_TRUE(result.succeeded()) << result.hazard->message;
    for (uint32_t block = 0; block < kClusterBlocks; ++block)
      for (uint32_t thread = 0; thread < 64; ++thread)
        ASSERT_EQ(results[block * 64 + thread],
                  (block + (block ^ 1)) * 100 + 2 * (63 - thread));
  }
}

TEST(ClusterTest, BlocksShareTheirCopies) {
  for (std::optional<uint64_t> seed : orders()) {
    std::vector<uint32_t> results;
    LaunchResult result = runMulticast(kMulticast, seed, &results);
    ASSERT_TRUE(result.succeeded()) << result.hazard->message;
    // What is copied once is read once.
    EXPECT_EQ(result.counters.globalBytesRead,
              kClusterBlocks * 8 * 512 + kClusterBlocks / 2 * 8 * 1024);
    for (uint32_t block = 0; block < kClusterBlocks; ++block)
      for (uint32_t thread = 0; thread < 64; ++thread)
        for (uint32_t word = 0; word < 2; ++word) {
          uint32_t at = (63 - thread) * 2 + word, sum = 0;
          for (uint32_t tile = 0; tile < 8; ++tile) {
            sum += (block * 8 + tile) * 128 + at;
            for (uint32_t box : {at, at + 128}) {
              // Four words are a chunk, swizzled by the line of eight chunks.
              uint32_t line = box / 32, chunk = box / 4 % 8 ^ line;
              sum += (1 << 20) + (tile * 8 + line) * 32 + chunk * 4 + box % 4;
            }
          }
          ASSERT_EQ(results[(block * 64 + thread) * 2 + word], sum);
        }
  }
}

TEST(ClusterTest, ABlockMayWaitForArrivalsInsteadOfMeeting) {
  for (std::optional<uint64_t> seed : orders()) {
    LaunchResult result = runMulticast(awaitingTheLast(), seed);
    EXPECT_TRUE(result.succeeded()) << result.hazard->message;
  }
}

TEST(ClusterTest, ARelaxedArrivalTellsOfFencedMBarriers) {
  std::string text =
      edited(kMulticast, "nvvm.cluster.arrive", "nvvm.cluster.arrive.relaxed");
  for (std::optional<uint64_t> seed : orders()) {
    LaunchResult result = runMulticast(text, seed);
    EXPECT_TRUE(result.succeeded()) << result.hazard->message;
  }
}

TEST(ClusterTest, AGridIsAMultipleOfItsClusters) {
  Harness harness;
  harness.config.grid = {3, 1, 1};
  harness.config.block = {64, 1, 1};
  harness.config.dynamicSharedBytes = 256;
  auto module = harness.parse(kExchange);
  ASSERT_TRUE(module) << harness.diagnostics;
  LaunchResult result = harness.launch(*module->getKernels()[0], uint64_t(0));
  ASSERT_FALSE(result.succeeded());
  EXPECT_EQ(result.hazard->message,
            "invalid launch of kernel kernel: expected a multiple of the "
            "cluster's 2 blocks along x, got 3");
}

TEST(ClusterTest, FormsThatAreNotEmulatedAreRefused) {
  std::pair<std::string, std::string> cases[] = {
      {edited(kExchange, "i32: 2, 1, 1", "i32: 1, 2, 1"),
       "expected clusters of at most 8 blocks along x"},
      {edited(kExchange, "i32: 2, 1, 1", "i32: 16, 1, 1"),
       "expected clusters of at most 8 blocks along x"},
      {edited(kExchange, "llvm.store %mine, %there : i32, !llvm.ptr<7>",
              "%read = llvm.load %there : !llvm.ptr<7> -> i32"),
       "address space 7"},
      {edited(kMulticast,
              "nvvm.mbarrier.arrive.expect_tx %pFull, %stageBytes : "
              "!llvm.ptr<3>",
              "%far = nvvm.mapa %pFull, %c1 : !llvm.ptr<3> -> !llvm.ptr<7>\n"
              "nvvm.mbarrier.arrive.expect_tx %far, %stageBytes {scope = "
              "#nvvm.mem_scope<cluster>} : !llvm.ptr<7>"),
       "the block's shared memory"},
  };
  for (auto &[text, reason] : cases) {
    Harness harness;
    EXPECT_FALSE(harness.parse(text)) << reason;
    EXPECT_NE(harness.diagnostics.find(reason), std::string::npos)
        << harness.diagnostics;
  }
}

TEST(ClusterTest, WhoHasReturnedIsNotWaitedFor) {
  // Warps of the second block return ahead of the last barrier but one.
  std::string text = edited(
      kExchange, "    // Both have written.\n",
      "    %leaves = llvm.icmp \"ne\" %other, %rank : i32\n"
      "    llvm.cond_br %leaves, ^rest, ^gone\n  ^gone:\n    llvm.return\n"
      "  ^rest:\n");
  for (std::optional<uint64_t> seed : orders()) {
    LaunchResult result = runExchange(text, seed);
    EXPECT_TRUE(result.succeeded()) << result.hazard->message;
  }
}

} // namespace
} // namespace humming::emulator
