//===- CompiledBulkTest.cpp - Guards of compiled producers and consumers --===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Compiles gemms whose copies are started by a warp of their own, and breaks
// the nvvm form in one place: without a guard or a copy, with a wait for the
// other phase or for none, with other counts of arrivals or of bytes. As
// compiled the kernel runs clean in every order; broken it is caught in every
// order.
//
//===----------------------------------------------------------------------===//

#include "CompiledBulk.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;

namespace humming::emulator {
namespace {

class CompiledBulkTest : public CompiledBulk {};

TEST_P(CompiledBulkTest, RunsCleanInEveryOrder) {
  OwningOpRef<ModuleOp> module = compile();
  ASSERT_TRUE(module);
  run(*module, /*expectCaught=*/false, "as compiled");
}

TEST_P(CompiledBulkTest, IsCaughtWithoutAnyOneOfItsGuards) {
  for (StringRef guard :
       {"nvvm.barrier0", "nvvm.mbarrier.init", "nvvm.fence.mbarrier.init",
        "nvvm.mbarrier.arrive", "nvvm.mbarrier.arrive.expect_tx",
        "nvvm.wgmma.commit.group.sync.aligned"})
    breakEach(guard, "without", [](Operation *op) { op->erase(); });
}

TEST_P(CompiledBulkTest, IsCaughtWithoutAFenceOfRegisters) {
  StringRef fence = "nvvm.wgmma.fence.aligned";
  auto erase = [](Operation *op) { op->erase(); };
  if (StringRef(GetParam().name) != "weights_in_memory")
    return breakEach(fence, "without", erase);
  // Behind the first tile nothing writes a register of the products.
  OwningOpRef<ModuleOp> module = compile();
  ASSERT_TRUE(module);
  find(*module, fence)[0]->erase();
  run(*module, /*expectCaught=*/true, "without the first fence");
}

TEST_P(CompiledBulkTest, IsCaughtWithoutAnyOneBarrierOfTheConsumers) {
  OwningOpRef<ModuleOp> module = compile();
  ASSERT_TRUE(module);
  // They meet where sums are shared or results staged, and where results of
  // the piece before are still read; in further pieces for nothing else.
  if (find(*module, "nvvm.barrier").empty())
    EXPECT_EQ(StringRef(GetParam().name), "one_warpgroup");
  else
    breakBarriers();
}

TEST_P(CompiledBulkTest, IsCaughtWhenItArrivesElsewhere) {
  for (StringRef arrive :
       {"nvvm.mbarrier.arrive", "nvvm.mbarrier.arrive.expect_tx"})
    breakEach(arrive, "at the next mbarrier", [](Operation *op) {
      OpBuilder builder(op);
      Value address = op->getOperand(0);
      op->setOperand(0, LLVM::GEPOp::create(builder, op->getLoc(),
                                            address.getType(),
                                            builder.getI64Type(), address,
                                            ArrayRef<LLVM::GEPArg>{1}));
    });
}

TEST_P(CompiledBulkTest, IsCaughtWhenItWaitsForOneGroupOfProductsLess) {
  OwningOpRef<ModuleOp> module = compile();
  ASSERT_TRUE(module);
  StringRef wait = "llvm.inline_asm";
  for (size_t i = 0, end = find(*module, wait).size(); i < end; ++i) {
    OwningOpRef<ModuleOp> broken = module->clone();
    auto inlineAsm = cast<LLVM::InlineAsmOp>(find(*broken, wait)[i]);
    std::string text = inlineAsm.getAsmString().str();
    char &pending = text[text.size() - 2];
    if (pending == '7') // The most there is.
      continue;
    ++pending;
    inlineAsm.setAsmString(text);
    run(*broken, /*expectCaught=*/true, "wait " + std::to_string(i));
  }
}

TEST_P(CompiledBulkTest, IsCaughtWithoutAnyOneCopy) {
  for (StringRef copy : {"nvvm.cp.async.bulk.shared.cluster.global",
                         "nvvm.cp.async.bulk.tensor.shared.cluster.global"})
    breakEach(copy, "without", [](Operation *op) { op->erase(); });
}

TEST_P(CompiledBulkTest, IsCaughtWhenItDoesNotWait) {
  breakEach("nvvm.mbarrier.try_wait", "taken as done", takeAsDone);
}

TEST_P(CompiledBulkTest, IsCaughtWhenItWaitsForTheOtherPhase) {
  breakEach("nvvm.mbarrier.try_wait", "other parity", [](Operation *op) {
    OpBuilder builder(op);
    Value parity = op->getOperand(1);
    Value one =
        LLVM::ConstantOp::create(builder, op->getLoc(), parity.getType(), 1);
    op->setOperand(1, LLVM::XOrOp::create(builder, op->getLoc(), parity, one));
  });
}

TEST_P(CompiledBulkTest, IsCaughtWithOtherCounts) {
  for (int64_t by : {-16, 16})
    breakEach("nvvm.mbarrier.arrive.expect_tx", std::to_string(by) + " bytes",
              [=](Operation *op) { add(op, 1, by); });
  for (int64_t by : {-1, 1})
    breakEach("nvvm.mbarrier.init", std::to_string(by) + " arrivals",
              [=](Operation *op) { add(op, 1, by); });
}

INSTANTIATE_TEST_SUITE_P(
    Problems, CompiledBulkTest,
    testing::Values(
        BulkProblem{"one_warpgroup", 64,
                    "block = [64, 32, 64], warps = [4, 1], stages = 3, mma = "
                    "m64k16, copy = tma, split_k = 1"},
        BulkProblem{"two_warpgroups", 128,
                    "block = [128, 16, 64], warps = [8, 1], stages = 3, mma = "
                    "m64k16, copy = tma, split_k = 1, store = shared"},
        BulkProblem{"split", 64,
                    "block = [64, 16, 64], warps = [4, 1], stages = 3, mma = "
                    "m64k16, copy = tma, split_k = 2"},
        // Of nine tiles each block has three whole ones in turn, another one
        // and a half. With as many stages as a tile takes of k, warps may be
        // in different tiles.
        BulkProblem{"shared_tiles", 192,
                    "block = [64, 16, 128], warps = [4, 1], stages = 8, mma = "
                    "m64k16, copy = tma, split_k = 1, store = shared, blocks = "
                    "2"},
        BulkProblem{"shared_wide_tiles", 128,
                    "block = [128, 16, 64], warps = [8, 1], stages = 3, mma = "
                    "m64k16, copy = tma, split_k = 1, blocks = 2"},
        // Two sets of warps, and as many pieces as above. Without its turn a
        // set takes the phase of one round for that of another.
        BulkProblem{"turns", 192,
                    "block = [64, 16, 128], warps = [4, 1], stages = 8, mma = "
                    "m64k16, copy = tma, split_k = 1, store = shared, blocks = "
                    "2, turns = 2"},
        // Weights that products read themselves, those of a tile behind those
        // of the one before, and one tile's at a time.
        BulkProblem{"weights_in_memory", 192,
                    "block = [64, 16, 128], warps = [4, 1], stages = 8, mma = "
                    "m64k32, copy = tma, split_k = 1, store = shared, blocks = "
                    "2",
                    "e4m3", "f8E4M3FN", "1xf32"},
        BulkProblem{"groups_of_weights_in_memory", 128,
                    "block = [128, 16, 128], warps = [8, 1], stages = 3, mma = "
                    "m64k32, copy = tma, split_k = 1, store = shared",
                    "e4m3", "f8E4M3FN", "8xf32"},
        BulkProblem{
            "shared_tiles_of_a_table", 64,
            "block = [64, 16, 64], warps = [4, 1], stages = 3, mma = "
            "m64k16, copy = tma, split_k = 1, blocks = 2",
            "lut5, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, "
            "16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, "
            "31]"}),
    [](const auto &info) { return std::string(info.param.name); });

} // namespace
} // namespace humming::emulator
