//===- DependencyTest.cpp - Kernels that overlap --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a kernel may touch ahead of griddepcontrol.wait: one that is right, and
// the same with one thing wrong, which must be found.
//
//===----------------------------------------------------------------------===//

#include "Harness.h"

#include <cstring>

using namespace humming::emulator;

/// Adds `in`, which the kernel before writes, and `table`, which it does not,
/// into `out`; asks for 1024 bytes of each.
static constexpr const char *kKernel = R"(
gpu.module @kernels {
  llvm.mlir.global external @smem() {addr_space = 3 : i32, alignment = 16 : i64} : !llvm.array<0 x i8>
  llvm.func @add(%in: !llvm.ptr<1>, %table: !llvm.ptr<1>, %out: !llvm.ptr<1>) attributes {nvvm.kernel} {
    %size = llvm.mlir.constant(1024 : i32) : i32
    %one = llvm.mlir.constant(1 : i32) : i32
    %warp = llvm.mlir.constant(32 : i32) : i32
    %smem = llvm.mlir.addressof @smem : !llvm.ptr<3>
    nvvm.griddepcontrol launch_dependents
    nvvm.cp.async.bulk.prefetch %table, %size : !llvm.ptr<1>
    nvvm.cp.async.bulk.prefetch %in, %size : !llvm.ptr<1>
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %block = nvvm.read.ptx.sreg.ctaid.x : i32
    %first = llvm.mul %block, %warp : i32
    %n = llvm.add %first, %tid : i32
    %pTable = llvm.getelementptr %table[%n] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
    %pIn = llvm.getelementptr %in[%n] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
    %pOut = llvm.getelementptr %out[%n] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
    %y = llvm.load %pTable : !llvm.ptr<1> -> i32
    // early
    llvm.inline_asm has_side_effects asm_dialect = att "griddepcontrol.wait;", "~{memory}" : () -> ()
    %x = llvm.load %pIn : !llvm.ptr<1> -> i32
    %sum = llvm.add %x, %y : i32
    llvm.store %sum, %pOut : i32, !llvm.ptr<1>
    llvm.return
  }
})";
static constexpr const char *kWait =
    "llvm.inline_asm has_side_effects asm_dialect = att "
    "\"griddepcontrol.wait;\", \"~{memory}\" : () -> ()";
static constexpr const char *kEarly = "// early";

namespace {
class DependencyTest : public testing::Test {
protected:
  DependencyTest() {
    harness.config.grid.x = 2;
    harness.config.block.x = 32;
    harness.config.dynamicSharedBytes = 1024;
    in = harness.upload(std::vector<int32_t>(256, 3));
    table = harness.upload(std::vector<int32_t>(256, 4));
    out = harness.memory.allocate(256);
    harness.options.pending = std::vector<MemoryRange>{{in, 1024}};
  }

  /// Runs the kernel with the first `from` replaced.
  LaunchResult run(const std::string &from = "", const std::string &to = "") {
    std::string text = kKernel;
    if (!from.empty()) {
      size_t at = text.find(from);
      EXPECT_NE(at, std::string::npos) << from;
      text.replace(at, from.size(), to);
    }
    std::unique_ptr<Module> module = harness.parse(text);
    EXPECT_TRUE(module) << harness.diagnostics;
    return harness.launch(*module->getKernels()[0], in, table, out);
  }

  void expectPending(const LaunchResult &result, const char *op,
                     const char *access) {
    ASSERT_FALSE(result.succeeded());
    EXPECT_EQ(result.hazard->kind, HazardKind::PendingMemory)
        << result.hazard->message;
    EXPECT_EQ(result.hazard->op, op);
    EXPECT_NE(result.hazard->message.find(
                  std::string(access) +
                  " of memory that the kernel before may still use; expected "
                  "griddepcontrol.wait ahead of it"),
              std::string::npos)
        << result.hazard->message;
  }

  Harness harness;
  uint64_t in, table, out;
};
} // namespace

TEST_F(DependencyTest, WhatAwaitsIsRight) {
  LaunchResult result = run();
  ASSERT_TRUE(result.succeeded()) << result.hazard->message;
  for (int32_t sum : harness.download<int32_t>(out, 64))
    EXPECT_EQ(sum, 7);
  // 2 instructions of 32 lanes in each block.
  EXPECT_EQ(result.counters.count(InstructionKind::Prefetch), 4u);
  EXPECT_EQ(result.counters.bytesPrefetched, 2u * 2 * 32 * 1024);
  ASSERT_EQ(result.written.size(), 1u);
  EXPECT_EQ(result.written[0].address, out);
  EXPECT_EQ(result.written[0].size, 256u);
}

TEST_F(DependencyTest, ReadsAheadOfTheWaitAreFound) {
  expectPending(run(kWait), "llvm.load", "read");
  expectPending(run(kEarly, "%e = llvm.load %pIn : !llvm.ptr<1> -> i32"),
                "llvm.load", "read");
  expectPending(run(kEarly,
                    "nvvm.cp.async.shared.global %smem, %pIn, 4, cache = ca : "
                    "!llvm.ptr<3>, !llvm.ptr<1>"),
                "nvvm.cp.async.shared.global", "read");
  // The last byte of the range counts, and the first behind it does not.
  harness.options.pending = std::vector<MemoryRange>{{in - 4, 5}};
  expectPending(run(kWait, ""), "llvm.load", "read");
  harness.options.pending =
      std::vector<MemoryRange>{{in + 256, 4}, {in - 4, 4}};
  EXPECT_TRUE(
      run(kEarly, "%e = llvm.load %pIn : !llvm.ptr<1> -> i32").succeeded());
}

TEST_F(DependencyTest, WritesAheadOfTheWaitAreFound) {
  // Anywhere: what the kernel before reads is not known.
  harness.options.pending.emplace();
  EXPECT_TRUE(run().succeeded());
  expectPending(run(kEarly, "llvm.store %y, %pOut : i32, !llvm.ptr<1>"),
                "llvm.store", "write");
  expectPending(run(kEarly, "%o = llvm.atomicrmw add %out, %one monotonic : "
                            "!llvm.ptr<1>, i32"),
                "llvm.atomicrmw", "write");
  expectPending(run(kWait), "llvm.store", "write");
  // Alone on the device there is nothing to wait for.
  harness.options.pending.reset();
  EXPECT_TRUE(run(kWait).succeeded());
}

TEST_F(DependencyTest, EachThreadOfEachBlockWaits) {
  // The wait in some lanes, then in one block only.
  std::string branch =
      std::string("%some = llvm.icmp \"slt\" %tid, %WHO : i32\n"
                  "llvm.cond_br %some, ^wait, ^go\n^wait:\n") +
      kWait + "\nllvm.br ^go\n^go:\n";
  auto waitIf = [&](const char *number, const char *bound) {
    std::string text = branch;
    text.replace(text.find("%tid"), 4, number);
    text.replace(text.find("%WHO"), 4, bound);
    return text;
  };
  EXPECT_TRUE(run(kWait, waitIf("%tid", "%warp")).succeeded());
  LaunchResult lanes = run(kWait, waitIf("%tid", "%one"));
  expectPending(lanes, "llvm.load", "read");
  EXPECT_EQ(lanes.hazard->lane, 1u);
  LaunchResult blocks = run(kWait, waitIf("%block", "%one"));
  expectPending(blocks, "llvm.load", "read");
  EXPECT_EQ(blocks.hazard->block.x, 1u);
}

TEST_F(DependencyTest, PrefetchesAreOfWholeUnitsInsideMemory) {
  EXPECT_EQ(run("1024 : i32", "1032 : i32").hazard->kind, HazardKind::Invalid);
  EXPECT_EQ(run("1024 : i32", "1040 : i32").hazard->kind,
            HazardKind::OutOfBounds);
  LaunchResult result =
      run(kEarly, "nvvm.cp.async.bulk.prefetch %pTable, %warp : !llvm.ptr<1>");
  EXPECT_EQ(result.hazard->kind, HazardKind::Misaligned);
  EXPECT_EQ(result.hazard->lane, 1u);
}

TEST_F(DependencyTest, AWaitThatLoadsCanPassIsRefused) {
  std::string text = kKernel;
  std::string intrinsic = text, noClobber = text;
  intrinsic.replace(text.find(kWait), std::strlen(kWait),
                    "nvvm.griddepcontrol wait");
  EXPECT_FALSE(harness.parse(intrinsic));
  EXPECT_NE(harness.diagnostics.find("loads may move ahead of"),
            std::string::npos)
      << harness.diagnostics;
  noClobber.replace(text.find("\"~{memory}\""), 11, "\"\"");
  EXPECT_FALSE(harness.parse(noClobber));
  EXPECT_NE(harness.diagnostics.find("with ~{memory}"), std::string::npos)
      << harness.diagnostics;
}
