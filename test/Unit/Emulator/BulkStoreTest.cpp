//===- BulkStoreTest.cpp - Bulk copies to global memory -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A kernel that writes three tiles, one after the other, to the same shared
// memory, from where one lane stores each as a box of a tensor. What it stores;
// that it runs clean in every order, and broken in one place is caught in every
// order.
//
//===----------------------------------------------------------------------===//

#include "Emulator/TensorMap.h"
#include "Harness.h"

#include "llvm/ADT/STLExtras.h"

#include <numeric>

namespace humming::emulator {
namespace {

/// 64 threads; a tile has 16 lines of 128 bytes, of which a thread writes two
/// chunks of 16, eight lines apart.
const char *const kKernel = R"(
gpu.module @kernels {
  llvm.mlir.global external @smem() {addr_space = 3 : i32, alignment = 1024 : i64} : !llvm.array<0 x i8>
  llvm.func @kernel(%in: !llvm.ptr<1>, %map: !llvm.ptr {llvm.byval = !llvm.array<128 x i8>, llvm.align = 64 : i64, nvvm.grid_constant}, %out: !llvm.ptr<1>) attributes {nvvm.kernel} {
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %c0 = llvm.mlir.constant(0 : i32) : i32
    %c1 = llvm.mlir.constant(1 : i32) : i32
    %c3 = llvm.mlir.constant(3 : i32) : i32
    %c7 = llvm.mlir.constant(7 : i32) : i32
    %c16 = llvm.mlir.constant(16 : i32) : i32
    %start = llvm.mlir.constant(LINES : i32) : i32
    %smem = llvm.mlir.addressof @smem : !llvm.ptr<3>
    %tile = llvm.getelementptr %smem[%start] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, !llvm.array<128 x i8>
    %line = llvm.lshr %tid, %c3 : i32
    %lineAt = llvm.add %line, %start : i32
    %pattern = llvm.and %lineAt, %c7 : i32
    %place = llvm.xor %tid, %pattern : i32
    %to0 = llvm.getelementptr %tile[%place] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, vector<4xi32>
    %to1 = llvm.getelementptr %to0[1024] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
    %stores = llvm.icmp "eq" %tid, %c0 : i32
    %awaits = llvm.icmp "eq" %tid, %c0 : i32
    llvm.br ^piece(%c0 : i32)
  ^piece(%p: i32):
    llvm.cond_br %awaits, ^await, ^write
  ^await:
    nvvm.cp.async.bulk.wait_group 0 {read}
    llvm.br ^write
  ^write:
    nvvm.barrier0
    %from = llvm.getelementptr %in[%p] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, !llvm.array<2048 x i8>
    %from0 = llvm.getelementptr %from[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, vector<4xi32>
    %from1 = llvm.getelementptr %from0[1024] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i8
    %x0 = llvm.load %from0 : !llvm.ptr<1> -> vector<4xi32>
    %x1 = llvm.load %from1 : !llvm.ptr<1> -> vector<4xi32>
    llvm.store %x0, %to0 : vector<4xi32>, !llvm.ptr<3>
    llvm.store %x1, %to1 : vector<4xi32>, !llvm.ptr<3>
    nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
    nvvm.barrier0
    llvm.cond_br %stores, ^store, ^next
  ^store:
    %row = llvm.mul %p, %c16 : i32
    nvvm.cp.async.bulk.tensor.global.shared.cta %map, %tile, box[%c0, %row] : !llvm.ptr, !llvm.ptr<3>
    nvvm.cp.async.bulk.commit.group
    llvm.br ^next
  ^next:
    %pNext = llvm.add %p, %c1 : i32
    %more = llvm.icmp "slt" %pNext, %c3 : i32
    llvm.cond_br %more, ^piece(%pNext : i32), ^last
  ^last:
    llvm.cond_br %awaits, ^awaitLast, ^end
  ^awaitLast:
    nvvm.cp.async.bulk.wait_group 0 {read}
    llvm.br ^end
  ^end:
    llvm.return
  }
})";

/// The tile starts that many lines into shared memory.
std::string kernel(unsigned lines = 0) {
  return edited(kKernel, "LINES", std::to_string(lines));
}

constexpr unsigned kRows = 40, kCols = 30; ///< of 48 and 32

LaunchResult launch(const std::string &text, std::optional<uint64_t> seed,
                    std::vector<uint32_t> *results = nullptr,
                    unsigned rows = kRows, bool isPending = false) {
  Harness harness;
  harness.options.seed = seed;
  harness.config.block = {64, 1, 1};
  harness.config.dynamicSharedBytes = 4096;
  auto module = harness.parse(text);
  if (!module) {
    ADD_FAILURE() << harness.diagnostics;
    return {};
  }
  std::vector<uint32_t> input(3 * 512);
  std::iota(input.begin(), input.end(), 1000);
  uint64_t in = harness.upload(input), out = harness.memory.allocate(6144);
  if (isPending)
    harness.options.pending.emplace();
  hrtTensorMap map;
  encodeTensorMap({out, rows, kCols, 128, 4, 16}, map);
  LaunchResult result = harness.launch(*module->getKernels()[0], in, map, out);
  if (results)
    *results = harness.download<uint32_t>(out, 3 * 512);
  return result;
}

std::vector<std::optional<uint64_t>> seeds() {
  std::vector<std::optional<uint64_t>> all = {std::nullopt};
  for (uint64_t seed = 0; seed < 12; ++seed)
    all.push_back(seed);
  return all;
}

TEST(BulkStoreTest, StoresWhatIsInsideOfTheTensor) {
  for (unsigned lines : {0u, 3u})
    for (std::optional<uint64_t> seed : seeds()) {
      std::vector<uint32_t> results;
      LaunchResult result = launch(kernel(lines), seed, &results);
      ASSERT_TRUE(result.succeeded()) << result.hazard->message;
      for (unsigned i = 0; i < results.size(); ++i)
        ASSERT_EQ(results[i],
                  i / 32 < kRows && i % 32 < kCols ? 1000 + i : 0xffffffff)
            << i;
      EXPECT_EQ(result.counters.count(InstructionKind::BulkCopy), 3u);
      EXPECT_EQ(result.counters.globalBytesWritten, kRows * kCols * 4);
      EXPECT_EQ(result.counters.globalSectorsWritten, kRows * 4);
    }
}

const std::string kWait = "    nvvm.cp.async.bulk.wait_group 0 {read}\n";
const std::string kWaitAll = "    nvvm.cp.async.bulk.wait_group 0\n";
const std::string kCommit = "    nvvm.cp.async.bulk.commit.group\n";
const std::string kBarrier = "    nvvm.barrier0\n";
const std::string kFence = "    nvvm.fence.proxy {kind = #nvvm.proxy_kind<async"
                           ".shared>, space = #nvvm.shared_space<cta>}\n";
const std::string kReadResult =
    "    %first = llvm.load %out : !llvm.ptr<1> -> i32\n";

using Edits = std::vector<std::pair<std::string, std::string>>;

std::string broken(const Edits &edits) {
  std::string text = kernel();
  for (const auto &[from, to] : edits)
    text = edited(text, from, to);
  return text;
}

TEST(BulkStoreTest, RunsCleanWithOtherGuards) {
  const Edits cases[] = {
      // The storing warp tells the proxy what it has heard of.
      {{kFence + kBarrier, kBarrier + kFence}},
      // Groups may stay in flight until another wait.
      {{"^awaitLast:\n" + kWait,
        "^awaitLast:\n    nvvm.cp.async.bulk.wait_group 1 {read}\n" + kWait}},
      // A wait for more than the reads gives the results to the lane, and a
      // barrier to the others.
      {{"^awaitLast:\n" + kWait, "^awaitLast:\n" + kWaitAll + kReadResult}},
      {{"^awaitLast:\n" + kWait, "^awaitLast:\n" + kWaitAll},
       {"^end:\n", "^end:\n" + kBarrier + kReadResult}},
  };
  for (const Edits &edits : cases)
    for (std::optional<uint64_t> seed : seeds()) {
      LaunchResult result = launch(broken(edits), seed);
      EXPECT_TRUE(result.succeeded()) << result.hazard->message;
    }
}

struct Case {
  const char *name;
  Edits edits;
  std::vector<HazardKind> kinds; ///< by the order in which things happen
};
using Kind = HazardKind;

const Case kCases[] = {
    {"WrittenAgainBeforeItIsRead",
     {{"^await:\n" + kWait, "^await:\n"}},
     {Kind::InFlightShared}},
    {"AnotherLaneWaits",
     {{"%awaits = llvm.icmp \"eq\" %tid, %c0",
       "%awaits = llvm.icmp \"eq\" %tid, %c1"}},
     {Kind::InFlightShared}},
    {"WaitsForOneGroupLess",
     {{"^await:\n    nvvm.cp.async.bulk.wait_group 0",
       "^await:\n    nvvm.cp.async.bulk.wait_group 1"}},
     {Kind::InFlightShared}},
    {"NoGroup", {{kCommit, ""}}, {Kind::InFlightShared}},
    {"NoBarrierBehindTheWait",
     {{"^write:\n" + kBarrier, "^write:\n"}},
     {Kind::SharedRace, Kind::InFlightShared}},
    {"NoBarrierBeforeTheStore",
     {{kFence + kBarrier, kFence}},
     {Kind::SharedRace, Kind::UninitializedShared, Kind::MissingFence}},
    {"NoFenceOfTheProxy", {{kFence, ""}}, {Kind::MissingFence}},
    {"FenceOfTheProxyBeforeTheWrites",
     {{kFence, ""}, {"    llvm.store %x0", kFence + "    llvm.store %x0"}},
     {Kind::MissingFence}},
    {"FenceOfOneLaneBehindTheBarrier",
     {{kFence, ""}, {"^store:\n", "^store:\n" + kFence}},
     {Kind::MissingFence}},
    {"EndsBeforeItIsRead",
     {{"^awaitLast:\n" + kWait, "^awaitLast:\n"}},
     {Kind::InFlightShared}},
    {"ResultsReadBehindAWaitForReads",
     {{"^awaitLast:\n" + kWait, "^awaitLast:\n" + kWait + kReadResult}},
     {Kind::GlobalRace}},
    {"ResultsReadByOthersBehindAWaitForReads",
     {{"^end:\n", "^end:\n" + kBarrier + kReadResult}},
     {Kind::GlobalRace}},
    {"ResultsReadByOthersWithNoBarrier",
     {{"^awaitLast:\n" + kWait, "^awaitLast:\n" + kWaitAll},
      {"^end:\n", "^end:\n" + kReadResult}},
     {Kind::GlobalRace}},
    {"ResultsWrittenTwice",
     {{"%row = llvm.mul %p, %c16", "%row = llvm.mul %c1, %c16"}},
     {Kind::GlobalRace}},
    {"Misaligned",
     {{"cta %map, %tile", "cta %map, %off"},
      {"    %line =", "    %off = llvm.getelementptr %tile[64] : "
                      "(!llvm.ptr<3>) -> !llvm.ptr<3>, i8\n    %line ="}},
     {Kind::Misaligned}},
    {"BeyondSharedMemory",
     {{"cta %map, %tile", "cta %map, %off"},
      {"    %line =", "    %off = llvm.getelementptr %tile[3072] : "
                      "(!llvm.ptr<3>) -> !llvm.ptr<3>, i8\n    %line ="}},
     {Kind::UninitializedShared, Kind::OutOfBounds}},
    {"NoTensorMap",
     {{"cta %map, %tile", "cta %flat, %tile"},
      {"    %line =", "    %flat = llvm.addrspacecast %in : !llvm.ptr<1> to "
                      "!llvm.ptr\n    %line ="}},
     {Kind::Invalid}},
};

class BulkStoreHazardTest : public testing::TestWithParam<Case> {};

TEST_P(BulkStoreHazardTest, IsCaughtInEveryOrder) {
  for (std::optional<uint64_t> seed : seeds()) {
    LaunchResult result = launch(broken(GetParam().edits), seed);
    ASSERT_FALSE(result.succeeded()) << "seed " << seed.value_or(99);
    EXPECT_TRUE(llvm::is_contained(GetParam().kinds, result.hazard->kind))
        << result.hazard->message;
  }
}

INSTANTIATE_TEST_SUITE_P(Rules, BulkStoreHazardTest, testing::ValuesIn(kCases),
                         [](const auto &info) {
                           return std::string(info.param.name);
                         });

TEST(BulkStoreTest, WritesWhatIsAllocatedAndNotPending) {
  LaunchResult result = launch(kernel(), std::nullopt, nullptr, /*rows=*/64);
  EXPECT_TRUE(result.succeeded()) << result.hazard->message;
  std::string far = edited(kernel(), "%row = llvm.mul %p, %c16 : i32",
                           "%row = llvm.mul %c3, %c16 : i32");
  result = launch(far, std::nullopt, nullptr, /*rows=*/64);
  ASSERT_FALSE(result.succeeded());
  EXPECT_EQ(result.hazard->kind, HazardKind::OutOfBounds);
  result = launch(kernel(), std::nullopt, nullptr, kRows, /*isPending=*/true);
  ASSERT_FALSE(result.succeeded());
  EXPECT_EQ(result.hazard->kind, HazardKind::PendingMemory);
}

TEST(BulkStoreTest, OtherFormsAreRefused) {
  const char *const kOthers[] = {"box[%c0, %row, %c0]",
                                 "box[%c0, %row], predicate = %stores"};
  for (const char *other : kOthers) {
    Harness harness;
    EXPECT_FALSE(harness.parse(edited(kernel(), "box[%c0, %row]", other)));
    EXPECT_NE(harness.diagnostics.find("a box of two dimensions"),
              std::string::npos)
        << harness.diagnostics;
  }
}

} // namespace
} // namespace humming::emulator
