//===- JitTest.cpp - Plans, compiling once, sealing -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The JIT on a device that records what it is told.
//
//===----------------------------------------------------------------------===//

#include "../Allocations.h"
#include "Support.h"
#include "humming/Dialect/Humming/Transforms/Schedules.h"

#include "gtest/gtest.h"

#include <thread>

using namespace humming;
using namespace humming::jit;
using namespace humming::jit::test;

namespace {
class JitTest : public ::testing::Test {
protected:
  void SetUp() override {
    llvm::Expected<std::unique_ptr<Jit>> made = Jit::create(&device, "sm_80");
    ASSERT_TRUE(bool(made));
    jit = std::move(*made);
  }
  void TearDown() override {
    jit.reset();
    EXPECT_EQ(device.modules, 0);
    EXPECT_TRUE(device.live.empty());
  }
  std::unique_ptr<Gemm> add(const GemmProblem &problem) {
    return llvm::cantFail(jit->add(llvm::cantFail(Problem::get(problem))));
  }

  RecordingDevice device;
  std::unique_ptr<Jit> jit;
};
} // namespace

TEST_F(JitTest, PlanIsPureAndFinite) {
  Problem problem = llvm::cantFail(Problem::get(smallGemm()));
  std::vector<PlanEntry> first = plan(problem, "sm_80");
  std::vector<PlanEntry> second = plan(problem, "sm_80");
  ASSERT_EQ(first.size(), tokenBuckets().size() + 2);
  for (size_t i = 0; i < first.size(); ++i)
    EXPECT_EQ(first[i].symbol, second[i].symbol);
  for (size_t i = 0; i < tokenBuckets().size(); ++i)
    EXPECT_EQ(first[i].tokens, tokenBuckets()[i]);
  EXPECT_EQ(first[first.size() - 2].tokens, 0);
  EXPECT_EQ(first.back().kernels, KernelSet::Pack);
  EXPECT_NE(plan(problem, "sm_75")[0].symbol, first[0].symbol);

  GemmProblem fixed = smallGemm();
  fixed.m = 40;
  std::vector<PlanEntry> one =
      plan(llvm::cantFail(Problem::get(fixed)), "sm_80");
  ASSERT_EQ(one.size(), 2u);
  EXPECT_EQ(one[0].tokens, 40);
  EXPECT_EQ(jit->getNumCompiled(), 0u);
}

TEST_F(JitTest, ThreadsThatWantTheSameKernelCompileItOnce) {
  std::unique_ptr<Gemm> first = add(smallGemm()), second = add(smallGemm());
  const LoadedKernels *found[8] = {};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&, i] {
      Gemm &gemm = i % 2 ? *first : *second;
      found[i] = llvm::cantFail(gemm.kernelFor(16));
    });
  for (std::thread &thread : threads)
    thread.join();
  for (const LoadedKernels *kernels : found)
    EXPECT_EQ(kernels, found[0]);
  EXPECT_EQ(jit->getNumCompiled(), 1u);
  EXPECT_EQ(device.modules, 1);
}

TEST_F(JitTest, PrepareCompilesThePlanUpToTheLimit) {
  std::unique_ptr<Gemm> gemm = add(smallGemm());
  ASSERT_FALSE(bool(gemm->prepare(16)));
  // Buckets of 8 and 16 tokens, and the packing.
  EXPECT_EQ(jit->getNumCompiled(), 3u);
  ASSERT_FALSE(bool(gemm->prepare()));
  EXPECT_EQ(jit->getNumCompiled(), gemm->getPlan().size());
}

TEST_F(JitTest, SealedJitRefusesToCompileButStillLaunches) {
  std::unique_ptr<Gemm> gemm = add(smallGemm());
  ASSERT_FALSE(bool(gemm->prepare(16)));
  jit->seal();
  hrtPointer buffers[] = {0x1000, 0x2000, 0x3000, 0x4000};
  int before = device.allocations;
  EXPECT_FALSE(bool(gemm->launch(16, buffers)));
  EXPECT_EQ(device.allocations, before);
  JitError error = take(gemm->launch(17, buffers));
  EXPECT_EQ(error.kind, ErrorKind::Sealed);
  error = take(gemm->prepare(64));
  EXPECT_EQ(error.kind, ErrorKind::Sealed);
  EXPECT_EQ(jit->getNumCompiled(), 3u);
  // What is compiled stays usable, by an equal problem too.
  std::unique_ptr<Gemm> equal = add(smallGemm());
  EXPECT_FALSE(bool(equal->launch(8, buffers)));
}

TEST_F(JitTest, FailureReachesEveryoneWhoAsks) {
  GemmProblem problem = smallGemm();
  problem.code = "e6m1"; // parses; its values do not fit f16
  std::unique_ptr<Gemm> gemm = add(problem);
  for (int round = 0; round < 2; ++round) {
    JitError error = takeFrom(gemm->kernelFor(8));
    EXPECT_EQ(error.kind, ErrorKind::CompileFailed);
    EXPECT_EQ(error.pass, "humming-check-target");
    EXPECT_EQ(error.op, "humming.gemm");
    EXPECT_FALSE(error.location.empty());
  }
  EXPECT_EQ(take(gemm->prepare(8)).kind, ErrorKind::CompileFailed);
  EXPECT_EQ(jit->getNumCompiled(), 0u);
}

TEST_F(JitTest, LaunchPassesBuffersThenTokens) {
  GemmProblem problem = smallGemm();
  problem.zero = ZeroKind::Code;
  problem.bias = true;
  std::unique_ptr<Gemm> gemm = add(problem);
  hrtPointer buffers[] = {0x1000, 0x2000, 0x3000, 0x4000, 0x5000, 0x6000};
  ASSERT_FALSE(bool(gemm->launch(33, buffers)));
  ASSERT_EQ(device.launches.size(), 1u);
  const RecordedLaunch &launch = device.launches[0];
  const LoadedKernels *kernels = llvm::cantFail(gemm->kernelFor(33));
  const KernelLaunch &info = kernels->compiled.lookup("gemm")->launch;
  EXPECT_EQ(launch.kernel, "gemm");
  EXPECT_EQ(launch.config.grid[0], info.gridFor(33));
  EXPECT_EQ(launch.config.block[0], info.threads);
  EXPECT_EQ(launch.config.sharedBytes, info.shared);
  ASSERT_GE(launch.arguments.size(), 7u);
  for (size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(launch.arguments[i], buffers[i]);
    EXPECT_EQ(launch.sizes[i], 8u);
  }
  EXPECT_EQ(launch.arguments.back(), 33u);
  EXPECT_EQ(launch.sizes.back(), 4u);
}

TEST_F(JitTest, LaunchesOverlapWhereKernelsAwait) {
  hrtPointer buffers[] = {0x1000, 0x2000, 0x3000, 0x4000};
  for (const char *arch : {"sm_80", "sm_90"}) {
    std::unique_ptr<Jit> other = llvm::cantFail(Jit::create(&device, arch));
    std::unique_ptr<Gemm> gemm =
        llvm::cantFail(other->add(llvm::cantFail(Problem::get(smallGemm()))));
    device.launches.clear();
    ASSERT_FALSE(bool(gemm->launch(8, buffers)));
    ASSERT_FALSE(
        bool(gemm->launch(8, buffers, nullptr, LaunchOrder::Dependent)));
    // Packing writes what others read ahead of their wait.
    ASSERT_FALSE(bool(gemm->pack(BufferRole::B, 0x1000, 0x2000)));
    ASSERT_EQ(device.launches.size(), 3u);
    EXPECT_EQ(device.launches[0].config.dependent, 0u);
    EXPECT_EQ(device.launches[1].config.dependent,
              llvm::StringRef(arch) == "sm_90");
    EXPECT_EQ(device.launches[2].config.dependent, 0u);
  }
}

TEST_F(JitTest, LaunchPassesTensorMapsOfItsTokens) {
  jit = llvm::cantFail(Jit::create(&device, "sm_90"));
  // Partial sums and counters come before the map.
  Problem problem = llvm::cantFail(Problem::parse(R"(
func.func @f(%a: tensor<?x1024xbf16>, %w: tensor<64x1024x!humming.code<i4>>,
             %s: tensor<64x8xbf16>) -> tensor<?x64xbf16> {
  %c = humming.gemm a(%a : tensor<?x1024xbf16>) b(%w : tensor<64x1024x!humming.code<i4>>)
       scale(%s : tensor<64x8xbf16>) -> tensor<?x64xbf16>
       attributes {schedule = #humming.schedule<block = [64, 32, 64], warps = [4, 1], stages = 3,
                                                mma = m64k16, copy = tma, split_k = 2>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to bf16
    humming.yield %h : bf16
  }
  return %c : tensor<?x64xbf16>
}
)"));
  std::unique_ptr<Gemm> gemm = llvm::cantFail(jit->add(std::move(problem)));
  hrtPointer buffers[] = {0x10000, 0x20000, 0x30000, 0x40000};
  for (int64_t m : {5, 70}) {
    ASSERT_FALSE(bool(gemm->launch(m, buffers)));
    const RecordedLaunch &launch = device.launches.back();
    ASSERT_EQ(launch.sizes, (std::vector<uint32_t>{8, 8, 8, 8, 8, 8,
                                                   sizeof(hrtTensorMap), 4}));
    const hrtTensor &tensor = device.tensors.at(launch.arguments[6]);
    EXPECT_EQ(tensor.address, 0x10000u);
    EXPECT_EQ(tensor.rows, uint64_t(m));
    EXPECT_EQ(tensor.cols, 1024u);
    EXPECT_EQ(tensor.rowBytes, 2048u);
    EXPECT_EQ(tensor.elementBytes, 2u);
    EXPECT_EQ(tensor.boxRows, 32u);
  }
}

TEST_F(JitTest, LaunchAfterPrepareAllocatesNothing) {
  std::unique_ptr<Gemm> gemm = add(smallGemm());
  ASSERT_FALSE(bool(gemm->prepare(8)));
  hrtPointer buffers[] = {0x1000, 0x2000, 0x3000, 0x4000};
  device.recording = false;
  size_t before = numAllocations;
  bool failed = bool(gemm->launch(8, buffers));
  EXPECT_EQ(numAllocations, before);
  EXPECT_FALSE(failed);
}

/// A gemm of 64 x 1024 in tiles of 64 x 8 x 64; `shares` says who works on one.
static Problem sharedTiles(const char *shares) {
  std::string text = R"(
func.func @f(%a: tensor<?x1024xf16>, %w: tensor<64x1024x!humming.code<i4>>,
             %s: tensor<64x8xf16>) -> tensor<?x64xf16> {
  %c = humming.gemm a(%a : tensor<?x1024xf16>) b(%w : tensor<64x1024x!humming.code<i4>>)
       scale(%s : tensor<64x8xf16>) -> tensor<?x64xf16>
       attributes {schedule = #humming.schedule<block = [64, 8, 64], warps = [4, 1], stages = 3,
                                                mma = m16n8k16, copy = cp_async, )";
  text += shares;
  text += R"(>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x64xf16>
}
)";
  return llvm::cantFail(Problem::parse(text));
}

TEST_F(JitTest, SplitReductionsGetAZeroedWorkspace) {
  std::unique_ptr<Gemm> gemm =
      llvm::cantFail(jit->add(sharedTiles("split_k = 4")));
  ASSERT_FALSE(bool(gemm->prepare(8)));
  EXPECT_EQ(device.allocations, 2);
  jit->seal();
  hrtPointer buffers[] = {0x10000, 0x20000, 0x30000, 0x40000};
  ASSERT_FALSE(bool(gemm->launch(8, buffers)));
  const RecordedLaunch &launch = device.launches.back();
  EXPECT_EQ(launch.config.grid[0], 4u);
  ASSERT_EQ(launch.arguments.size(), 7u);
  hrtPointer partials = launch.arguments[4], counters = launch.arguments[5];
  EXPECT_EQ(device.live[partials], 4u * 64 * 8 * 4);
  EXPECT_EQ(device.live[counters], 4u);
  EXPECT_EQ(device.filled[counters], 4u);
}

TEST_F(JitTest, BlocksThatShareTilesHaveSlotsForEveryM) {
  std::unique_ptr<Gemm> gemm =
      llvm::cantFail(jit->add(sharedTiles("split_k = 1, blocks = 20")));
  ASSERT_FALSE(bool(gemm->prepare(1024)));
  jit->seal();
  hrtPointer buffers[] = {0x10000, 0x20000, 0x30000, 0x40000};
  // One tile of 16 units, and more tiles than blocks; and as many tiles as
  // leave the most to share.
  for (auto [m, grid] : {std::pair(1, 16u), {9, 20u}, {800, 20u}, {312, 20u}}) {
    ASSERT_FALSE(bool(gemm->launch(m, buffers)));
    EXPECT_EQ(device.launches.back().config.grid[0], grid);
  }
  const RecordedLaunch &launch = device.launches.back();
  ASSERT_EQ(launch.arguments.size(), 7u);
  hrtPointer partials = launch.arguments[4], counters = launch.arguments[5];
  EXPECT_EQ(device.live[partials], (39u + 20) * 64 * 8 * 4);
  EXPECT_EQ(device.live[counters], 128u * 4);
  EXPECT_EQ(device.filled[counters], 128u * 4);
}

TEST_F(JitTest, MistakesOfTheCaller) {
  std::unique_ptr<Gemm> gemm = add(smallGemm());
  hrtPointer buffers[] = {0x1000, 0x2000, 0x3000, 0x4000};
  EXPECT_EQ(take(gemm->launch(0, buffers)).kind, ErrorKind::InvalidArgument);
  EXPECT_EQ(take(gemm->launch(8, {buffers, 3})).text,
            "expected 4 buffers, got 3");
  buffers[2] = 0x3008;
  EXPECT_EQ(take(gemm->launch(8, buffers)).text,
            "expected buffer 2 aligned to 16 bytes, got address 12296");
  EXPECT_EQ(take(gemm->pack(BufferRole::A, 0x1000, 0x2000)).kind,
            ErrorKind::InvalidArgument);
  EXPECT_EQ(take(gemm->pack(BufferRole::Zero, 0x1000, 0x2000)).text,
            "@gemm has no such operand");
  EXPECT_EQ(takeFrom(Jit::create(&device, "sm_12")).kind,
            ErrorKind::InvalidArgument);
}

TEST(JitArch, NewestThatTheDeviceRuns) {
  hrtDeviceInfo info = {};
  EXPECT_EQ(llvm::cantFail(archFor(info)), "sm_80");
  info.sm = 75;
  EXPECT_EQ(llvm::cantFail(archFor(info)), "sm_75");
  info.sm = 88;
  EXPECT_EQ(llvm::cantFail(archFor(info)), "sm_87");
  info.sm = 70;
  EXPECT_EQ(takeFrom(archFor(info)).kind, ErrorKind::InvalidArgument);
}
