//===- BlockTest.cpp - What orders blocks ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A reduction by the last block to arrive is right, and clean, in any order of
// blocks; without any one of the steps that order it, and where two blocks
// write the same result, it is caught.
//
//===----------------------------------------------------------------------===//

#include "Harness.h"

namespace humming::emulator {
namespace {

/// Sixteen blocks of two warps. %in: a counter in the first 256 bytes, then
/// each block's 64 partial sums. The last block adds them up, mirrored, so that
/// every thread reads what another warp has written.
const char *const kLastBlockSums = R"(
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %block = nvvm.read.ptx.sreg.ctaid.x : i32
    %smem = llvm.mlir.addressof @smem : !llvm.ptr<3>
    %c0 = llvm.mlir.constant(0 : i32) : i32
    %c1 = llvm.mlir.constant(1 : i32) : i32
    %c15 = llvm.mlir.constant(15 : i32) : i32
    %c16 = llvm.mlir.constant(16 : i32) : i32
    %c63 = llvm.mlir.constant(63 : i32) : i32
    %partials = llvm.getelementptr %in[1] : (!llvm.ptr<1>) -> !llvm.ptr<1>, !llvm.array<256 x i8>
    %mine = llvm.getelementptr %partials[%block] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, !llvm.array<256 x i8>
    %slot = llvm.getelementptr %mine[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
    %value = llvm.mul %block, %tid : i32
    llvm.store %value, %slot : i32, !llvm.ptr<1>
    nvvm.barrier0 // all of the block's sums are there
    %first = llvm.icmp "eq" %tid, %c0 : i32
    llvm.cond_br %first, ^count, ^meet
  ^count:
    llvm.fence syncscope("device") release
    %old = llvm.atomicrmw add %in, %c1 syncscope("device") monotonic : !llvm.ptr<1>, i32
    llvm.fence syncscope("device") acquire
    llvm.store %old, %smem : i32, !llvm.ptr<3>
    llvm.br ^meet
  ^meet:
    nvvm.barrier0 // all of the block know how many came before
    %arrived = llvm.load %smem : !llvm.ptr<3> -> i32
    %last = llvm.icmp "eq" %arrived, %c15 : i32
    llvm.cond_br %last, ^sum(%c0, %c0 : i32, i32), ^end
  ^sum(%i: i32, %total: i32):
    %theirs = llvm.getelementptr %partials[%i] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, !llvm.array<256 x i8>
    %mirror = llvm.sub %c63, %tid : i32
    %from = llvm.getelementptr %theirs[%mirror] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
    %x = llvm.load %from : !llvm.ptr<1> -> i32
    %new = llvm.add %total, %x : i32
    %next = llvm.add %i, %c1 : i32
    %more = llvm.icmp "slt" %next, %c16 : i32
    llvm.cond_br %more, ^sum(%next, %new : i32, i32), ^write
  ^write:
    %to = llvm.getelementptr %out[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
    llvm.store %new, %to : i32, !llvm.ptr<1>
    llvm.br ^end
  ^end:
)";

class BlockTest : public testing::Test {
protected:
  /// Runs `body` on zeros in sixteen blocks of 64 threads, in one order.
  LaunchResult run(const std::string &body, uint64_t seed) {
    auto module = harness.parse(Harness::wrap(body));
    EXPECT_TRUE(module) << harness.diagnostics;
    harness.config.grid = {16, 1, 1};
    harness.config.block = {64, 1, 1};
    harness.config.dynamicSharedBytes = 16;
    harness.options.seed.reset();
    if (seed)
      harness.options.seed = seed;
    uint64_t in = harness.upload(std::vector<int32_t>(64 * 17));
    out = harness.memory.allocate(256);
    return harness.launch(*module->getKernels()[0], in, out);
  }

  /// kLastBlockSums with one piece of text replaced.
  static std::string changed(const std::string &from, const std::string &to) {
    std::string body = kLastBlockSums;
    body.replace(body.find(from), from.size(), to);
    return body;
  }

  void expectRace(const std::string &body) {
    for (uint64_t seed = 0; seed < 6; ++seed) {
      LaunchResult result = run(body, seed);
      ASSERT_FALSE(result.succeeded());
      EXPECT_EQ(result.hazard->kind, HazardKind::GlobalRace)
          << result.hazard->message;
    }
  }

  Harness harness;
  uint64_t out = 0;
};

TEST_F(BlockTest, TheLastBlockToArriveSumsAll) {
  for (uint64_t seed = 0; seed < 6; ++seed) {
    LaunchResult result = run(kLastBlockSums, seed);
    ASSERT_TRUE(result.succeeded()) << result.hazard->message;
    auto sums = harness.download<int32_t>(out, 64);
    for (int thread = 0; thread < 64; ++thread)
      EXPECT_EQ(sums[thread], 120 * (63 - thread));
  }
}

TEST_F(BlockTest, TheBlockHasToMeetBeforeItCounts) {
  expectRace(changed("nvvm.barrier0 // all of the block's sums", "//"));
}

TEST_F(BlockTest, TheCounterNeedsItsFences) {
  const std::string release = "llvm.fence syncscope(\"device\") release";
  const std::string acquire = "llvm.fence syncscope(\"device\") acquire";
  expectRace(changed(release, ""));
  expectRace(changed(acquire, ""));
  expectRace(changed(release, "llvm.fence syncscope(\"block\") release"));
  expectRace(changed(release, acquire));
}

TEST_F(BlockTest, TwoBlocksMustNotWriteTheSameResult) {
  expectRace(changed("%last = llvm.icmp \"eq\" %arrived, %c15 : i32",
                     "%last = llvm.icmp \"ne\" %block, %c15 : i32"));
}

TEST_F(BlockTest, WarpsOfABlockNeedABarrierInGlobalMemoryToo) {
  const std::string body = R"(
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %block = nvvm.read.ptx.sreg.ctaid.x : i32
    %c63 = llvm.mlir.constant(63 : i32) : i32
    %mine = llvm.getelementptr %in[%block] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, !llvm.array<256 x i8>
    %slot = llvm.getelementptr %mine[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
    llvm.store %tid, %slot : i32, !llvm.ptr<1>
    GUARD
    %mirror = llvm.sub %c63, %tid : i32
    %theirs = llvm.getelementptr %mine[%mirror] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
    %x = llvm.load %theirs : !llvm.ptr<1> -> i32
    llvm.store %x, %theirs : i32, !llvm.ptr<1>
  )";
  auto with = [&](const std::string &guard) {
    std::string text = body;
    return text.replace(text.find("GUARD"), 5, guard);
  };
  for (uint64_t seed = 0; seed < 6; ++seed) {
    LaunchResult result = run(with("nvvm.barrier0"), seed);
    EXPECT_TRUE(result.succeeded()) << result.hazard->message;
  }
  expectRace(with(""));
}

} // namespace
} // namespace humming::emulator
