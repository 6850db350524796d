//===- CompiledSlicesTest.cpp - Guards of sums in a cluster ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Compiles gemms whose slices of k are added in the shared memory of a cluster,
// and breaks the nvvm form in one place: what counts the sums that come, who
// waits for them, and what stands between stages and the sums in their place.
//
//===----------------------------------------------------------------------===//

#include "CompiledBulk.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;

namespace humming::emulator {
namespace {

class CompiledSlicesTest : public CompiledBulk {
protected:
  /// Stores into another block's shared memory.
  static SmallVector<LLVM::InlineAsmOp> stores(ModuleOp module) {
    SmallVector<LLVM::InlineAsmOp> ops;
    gemm(module)->walk([&](LLVM::InlineAsmOp op) {
      if (op.getAsmString().starts_with("st.async."))
        ops.push_back(op);
    });
    return ops;
  }
};

TEST_P(CompiledSlicesTest, RunsCleanInEveryOrder) {
  OwningOpRef<ModuleOp> module = compile();
  ASSERT_TRUE(module);
  run(*module, /*expectCaught=*/false, "as compiled");
}

TEST_P(CompiledSlicesTest, IsCaughtWithoutAnyOneOfItsGuards) {
  auto erase = [](Operation *op) { op->erase(); };
  for (StringRef guard :
       {"nvvm.mbarrier.init", "nvvm.mbarrier.arrive.expect_tx"})
    breakEach(guard, "without", erase);
  // Large sums are behind a fence and a meeting that pass on the mbarrier, too.
  if (StringRef(GetParam().name) == "small")
    breakEach("nvvm.fence.mbarrier.init", "without", erase);
}

TEST_P(CompiledSlicesTest, IsCaughtWithoutAnyOneStore) {
  OwningOpRef<ModuleOp> module = compile();
  ASSERT_TRUE(module);
  size_t count = stores(*module).size();
  EXPECT_GT(count, 0u);
  for (size_t i = 0; i < count; ++i) {
    OwningOpRef<ModuleOp> broken = module->clone();
    stores(*broken)[i].erase();
    run(*broken, /*expectCaught=*/true, "without store " + std::to_string(i));
  }
}

TEST_P(CompiledSlicesTest, IsCaughtWhenItDoesNotWaitForTheSums) {
  breakEach("nvvm.mbarrier.try_wait", "taken as done", takeAsDone);
}

TEST_P(CompiledSlicesTest, IsCaughtWithOtherCounts) {
  for (int64_t by : {-16, 16})
    breakEach("nvvm.mbarrier.arrive.expect_tx", std::to_string(by) + " bytes",
              [=](Operation *op) { add(op, 1, by); });
}

/// Sums too large for a buffer of their own.
class CompiledLargeSlicesTest : public CompiledBulk {};

TEST_P(CompiledLargeSlicesTest,
       IsCaughtWhenItTakesThePlaceOfStagesThatAreNotLeft) {
  OwningOpRef<ModuleOp> module = compile();
  ASSERT_TRUE(module);
  for (StringRef guard : {"nvvm.fence.proxy", "nvvm.cluster.arrive"})
    EXPECT_EQ(find(*module, guard).size(), 1u) << guard.str();
  breakEach("nvvm.fence.proxy", "without", [](Operation *op) { op->erase(); });
  breakEach("nvvm.cluster.arrive", "relaxed", [](Operation *op) {
    OpBuilder builder(op);
    NVVM::ClusterArriveRelaxedOp::create(builder, op->getLoc(),
                                         /*aligned=*/UnitAttr());
    op->erase();
  });
}

static constexpr BulkProblem kSmall = {
    "small", 64,
    "block = [64, 16, 128], warps = [4, 1], stages = 3, mma = m16n8k16, copy = "
    "cp_async, split_k = 4, fixup = cluster"};
static constexpr BulkProblem kLarge = {
    "large", 64,
    "block = [64, 40, 128], warps = [4, 1], stages = 3, mma = m16n8k16, copy = "
    "cp_async, split_k = 4, fixup = cluster, store = shared"};

INSTANTIATE_TEST_SUITE_P(Problems, CompiledSlicesTest,
                         testing::Values(kSmall, kLarge), [](const auto &info) {
                           return std::string(info.param.name);
                         });
INSTANTIATE_TEST_SUITE_P(Problems, CompiledLargeSlicesTest,
                         testing::Values(kLarge), [](const auto &info) {
                           return std::string(info.param.name);
                         });

} // namespace
} // namespace humming::emulator
