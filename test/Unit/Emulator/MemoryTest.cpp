//===- MemoryTest.cpp - Accesses, address spaces, counters ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Vectors and scalars through memory, generic pointers, static shared memory,
// and the counts of bank conflicts and sectors on patterns counted by hand.
//
//===----------------------------------------------------------------------===//

#include "Harness.h"

#include <numeric>

namespace humming::emulator {
namespace {

TEST(MemoryTest, GenericPointersReachSharedAndGlobalMemory) {
  Harness harness;
  harness.config.dynamicSharedBytes = 128;
  std::vector<int32_t> input(32);
  std::iota(input.begin(), input.end(), 5);
  auto results = harness.run<int32_t>(R"(
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %smem = llvm.mlir.addressof @smem : !llvm.ptr<3>
    %window = llvm.addrspacecast %smem : !llvm.ptr<3> to !llvm.ptr
    %global = llvm.addrspacecast %in : !llvm.ptr<1> to !llvm.ptr
    %from = llvm.getelementptr %global[%tid] : (!llvm.ptr, i32) -> !llvm.ptr, i32
    %slot = llvm.getelementptr %window[%tid] : (!llvm.ptr, i32) -> !llvm.ptr, i32
    %x = llvm.load %from : !llvm.ptr -> i32
    llvm.store %x, %slot : i32, !llvm.ptr
    %back = llvm.addrspacecast %slot : !llvm.ptr to !llvm.ptr<3>
    %y = llvm.load %back : !llvm.ptr<3> -> i32
    %to = llvm.getelementptr %out[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
    llvm.store %y, %to : i32, !llvm.ptr<1>
  )",
                                      input, 32);
  EXPECT_EQ(results, input);
}

TEST(MemoryTest, StructsArraysAndComputedPositions) {
  Harness harness;
  std::vector<uint8_t> input(32 * 16);
  std::iota(input.begin(), input.end(), 0);
  // struct {i8, i32, [2 x i16]} has its fields at bytes 0, 4 and 8.
  auto results = harness.run<uint16_t>(R"(
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %c1 = llvm.mlir.constant(1 : i32) : i32
    %which = llvm.and %tid, %c1 : i32
    %base = llvm.getelementptr %in[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, vector<4xi32>
    %field = llvm.getelementptr %base[0, 2, %which] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, !llvm.struct<(i8, i32, array<2 x i16>)>
    %x = llvm.load %field : !llvm.ptr<1> -> i16
    %all = llvm.load %base : !llvm.ptr<1> -> vector<8xi16>
    %y = llvm.extractelement %all[%which : i32] : vector<8xi16>
    %pair = llvm.mlir.zero : vector<2xi16>
    %one = llvm.insertelement %x, %pair[%which : i32] : vector<2xi16>
    %other = llvm.xor %which, %c1 : i32
    %both = llvm.insertelement %y, %one[%other : i32] : vector<2xi16>
    %to = llvm.getelementptr %out[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, vector<2xi16>
    llvm.store %both, %to : vector<2xi16>, !llvm.ptr<1>
  )",
                                       input, 64);
  auto half = [&](unsigned byte) {
    return uint16_t(input[byte] | input[byte + 1] << 8);
  };
  for (unsigned lane = 0; lane < 32; ++lane) {
    unsigned which = lane % 2;
    EXPECT_EQ(results[2 * lane + which], half(lane * 16 + 8 + 2 * which));
    EXPECT_EQ(results[2 * lane + 1 - which], half(lane * 16 + 2 * which));
  }
}

TEST(MemoryTest, IndicesAreSigned) {
  Harness harness;
  std::vector<int32_t> input(32);
  std::iota(input.begin(), input.end(), 100);
  auto results = harness.run<int32_t>(R"(
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %c0 = llvm.mlir.constant(0 : i32) : i32
    %back = llvm.sub %c0, %tid : i32
    %wide = llvm.sext %back : i32 to i64
    %end = llvm.getelementptr %in[31] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i32
    %from = llvm.getelementptr %end[%back] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
    %x = llvm.load %from : !llvm.ptr<1> -> i32
    %last = llvm.getelementptr %out[31] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i32
    %to = llvm.getelementptr %last[%wide] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, i32
    llvm.store %x, %to : i32, !llvm.ptr<1>
  )",
                                      input, 32);
  EXPECT_EQ(results, input);
}

TEST(MemoryTest, StaticSharedMemoryComesBeforeDynamic) {
  Harness harness;
  auto module = harness.parse(R"(gpu.module @kernels {
    llvm.mlir.global internal @first() {addr_space = 3 : i32} : !llvm.array<3 x i8>
    llvm.mlir.global internal @second() {addr_space = 3 : i32} : !llvm.array<4 x i32>
    llvm.mlir.global external @rest() {addr_space = 3 : i32, alignment = 128 : i64} : !llvm.array<0 x i8>
    llvm.func @kernel(%out: !llvm.ptr<1>) attributes {nvvm.kernel} {
      %first = llvm.mlir.addressof @first : !llvm.ptr<3>
      %second = llvm.mlir.addressof @second : !llvm.ptr<3>
      %rest = llvm.mlir.addressof @rest : !llvm.ptr<3>
      %a = llvm.ptrtoint %first : !llvm.ptr<3> to i32
      %b = llvm.ptrtoint %second : !llvm.ptr<3> to i32
      %c = llvm.ptrtoint %rest : !llvm.ptr<3> to i32
      %to1 = llvm.getelementptr %out[1] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i32
      %to2 = llvm.getelementptr %out[2] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i32
      llvm.store %a, %out : i32, !llvm.ptr<1>
      llvm.store %b, %to1 : i32, !llvm.ptr<1>
      llvm.store %c, %to2 : i32, !llvm.ptr<1>
      llvm.return
    }
  })");
  ASSERT_TRUE(module) << harness.diagnostics;
  harness.config.block = {1, 1, 1};
  uint64_t out = harness.memory.allocate(12);
  LaunchResult result = harness.launch(*module->lookup("kernel"), out);
  ASSERT_TRUE(result.succeeded()) << result.hazard->message;
  EXPECT_EQ(harness.download<uint32_t>(out, 3),
            (std::vector<uint32_t>{0, 4, 128}));
  EXPECT_EQ(module->lookup("kernel")->getStaticSharedBytes(), 128u);
}

/// Stores %tid to shared memory at a pitch of `pitch` bytes as `type`.
Counters storeAtPitch(unsigned pitch, const std::string &type) {
  Harness harness;
  harness.config.dynamicSharedBytes = 32 * 256;
  harness.run<int32_t>(R"(
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %smem = llvm.mlir.addressof @smem : !llvm.ptr<3>
    %zero = llvm.mlir.zero : )" +
                           type + R"(
    %to = llvm.getelementptr %smem[%tid] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, !llvm.array<)" +
                           std::to_string(pitch) + R"( x i8>
    llvm.store %zero, %to : )" +
                           type + ", !llvm.ptr<3>\n",
                       std::vector<int32_t>(1), 1);
  return harness.counters;
}

TEST(MemoryTest, BankConflictsAreCounted) {
  EXPECT_EQ(storeAtPitch(4, "i32").bankConflicts, 0u);
  EXPECT_EQ(storeAtPitch(4, "i32").sharedWavefronts, 1u);
  EXPECT_EQ(storeAtPitch(8, "i32").bankConflicts, 1u);
  EXPECT_EQ(storeAtPitch(128, "i32").bankConflicts, 31u);
  EXPECT_EQ(storeAtPitch(2, "i16").bankConflicts, 0u); // words are shared
  EXPECT_EQ(storeAtPitch(8, "vector<2xi32>").sharedWavefronts, 2u);
  EXPECT_EQ(storeAtPitch(16, "vector<4xi32>").sharedWavefronts, 4u);
  EXPECT_EQ(storeAtPitch(16, "vector<4xi32>").bankConflicts, 0u);
  EXPECT_EQ(storeAtPitch(64, "vector<4xi32>").bankConflicts, 12u);
  EXPECT_EQ(storeAtPitch(80, "vector<4xi32>").bankConflicts, 0u);
}

TEST(MemoryTest, SectorsAndBytesAreCounted) {
  Harness harness;
  // Coalesced reads of 4 bytes: 4 sectors; writes 64 bytes apart: 32 sectors.
  harness.run<int32_t>(R"(
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %from = llvm.getelementptr %in[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
    %x = llvm.load %from : !llvm.ptr<1> -> i32
    %to = llvm.getelementptr %out[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, !llvm.array<64 x i8>
    llvm.store %x, %to : i32, !llvm.ptr<1>
  )",
                       std::vector<int32_t>(32), 32 * 16);
  EXPECT_EQ(harness.counters.globalSectorsRead, 4u);
  EXPECT_EQ(harness.counters.globalBytesRead, 128u);
  EXPECT_EQ(harness.counters.globalSectorsWritten, 32u);
  EXPECT_EQ(harness.counters.globalBytesWritten, 128u);
  EXPECT_EQ(harness.counters.count(InstructionKind::GlobalLoad), 1u);
  EXPECT_EQ(harness.counters.count(InstructionKind::GlobalStore), 1u);
  EXPECT_EQ(harness.counters.count(InstructionKind::Address), 2u);
  EXPECT_EQ(harness.counters.total(), 5u); // and the return
}

TEST(MemoryTest, DeviceMemoryChecksItsBounds) {
  DeviceMemory memory;
  EXPECT_EQ(memory.allocate(0), 0u);
  uint64_t a = memory.allocate(100), b = memory.allocate(100);
  EXPECT_EQ(a % DeviceMemory::kAlignment, 0u);
  EXPECT_GT(b - a, 4096u);
  uint8_t bytes[101] = {};
  EXPECT_TRUE(memory.read(a, bytes, 100));
  EXPECT_EQ(bytes[99], 0xff);
  EXPECT_FALSE(memory.read(a, bytes, 101));
  EXPECT_FALSE(memory.write(a + 100, bytes, 1));
  EXPECT_FALSE(memory.write(a - 1, bytes, 1));
  EXPECT_TRUE(memory.fill(a + 50, 3, 50));
  EXPECT_FALSE(memory.fill(a + 50, 3, 51));
  EXPECT_FALSE(memory.free(a + 1));
  EXPECT_TRUE(memory.free(a));
  EXPECT_FALSE(memory.read(a, bytes, 1));
  EXPECT_FALSE(memory.free(a));
}

} // namespace
} // namespace humming::emulator
