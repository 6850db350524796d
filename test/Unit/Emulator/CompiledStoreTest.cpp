//===- CompiledStoreTest.cpp - Guards of results that are copied ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Compiles gemms whose results leave shared memory by bulk copies while the
// block goes on, and breaks the nvvm form in one place: without a wait, a
// group, a fence or a barrier, or with a wait for less.
//
//===----------------------------------------------------------------------===//

#include "CompiledBulk.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;

namespace humming::emulator {
namespace {

class CompiledStoreTest : public CompiledBulk {
protected:
  static void erase(Operation *op) { op->erase(); }
};

TEST_P(CompiledStoreTest, RunsCleanInEveryOrder) {
  OwningOpRef<ModuleOp> module = compile();
  ASSERT_TRUE(module);
  EXPECT_FALSE(
      find(*module, "nvvm.cp.async.bulk.tensor.global.shared.cta").empty());
  run(*module, /*expectCaught=*/false, "as compiled");
}

TEST_P(CompiledStoreTest, IsCaughtWithoutAnyOneOfItsGuards) {
  for (StringRef guard : {"nvvm.cp.async.bulk.wait_group", "nvvm.fence.proxy"})
    breakEach(guard, "without", erase);
}

TEST_P(CompiledStoreTest, IsCaughtWithoutAGroup) {
  // The copies of a tile may be in one.
  OwningOpRef<ModuleOp> module = compile();
  ASSERT_TRUE(module);
  SmallVector<Operation *> commits =
      find(*module, "nvvm.cp.async.bulk.commit.group");
  ASSERT_FALSE(commits.empty());
  commits.back()->erase();
  run(*module, /*expectCaught=*/true, "without the last group");
}

TEST_P(CompiledStoreTest, IsCaughtWithoutAnyOneBarrierOfTheConsumers) {
  breakBarriers();
}

TEST_P(CompiledStoreTest, IsCaughtWhenItWaitsForOneGroupLess) {
  breakEach("nvvm.cp.async.bulk.wait_group", "one less", [](Operation *op) {
    auto wait = cast<NVVM::CpAsyncBulkWaitGroupOp>(op);
    wait.setGroup(wait.getGroup() + 1);
  });
}

INSTANTIATE_TEST_SUITE_P(
    Problems, CompiledStoreTest,
    testing::Values(
        BulkProblem{"tiles", 192,
                    "block = [64, 16, 128], warps = [4, 1], stages = 3, mma = "
                    "m64k16, copy = tma, split_k = 1, store = tma, blocks = 2"},
        BulkProblem{"wide_tiles", 384,
                    "block = [128, 16, 64], warps = [8, 1], stages = 3, mma = "
                    "m64k16, copy = tma, split_k = 1, store = tma, blocks = 2"},
        BulkProblem{"turns", 192,
                    "block = [64, 16, 128], warps = [4, 1], stages = 8, mma = "
                    "m64k16, copy = tma, split_k = 1, store = tma, blocks = 2, "
                    "turns = 2"},
        BulkProblem{"pairs_of_blocks", 128,
                    "block = [64, 16, 128], warps = [4, 1], stages = 4, mma = "
                    "m64k32, copy = tma, split_k = 1, store = tma, cluster = "
                    "2, blocks = 4",
                    "e4m3", "f8E4M3FN", "1xf32"}),
    [](const auto &info) { return std::string(info.param.name); });

} // namespace
} // namespace humming::emulator
