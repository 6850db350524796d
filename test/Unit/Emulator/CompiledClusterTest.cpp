//===- CompiledClusterTest.cpp - Guards of compiled clusters --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Compiles gemms whose blocks share copies, and gemms whose slices are added in
// shared memory, and breaks the nvvm form in one place. As compiled they run
// clean in every order; broken they are caught in every order.
//
//===----------------------------------------------------------------------===//

#include "CompiledBulk.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;

namespace humming::emulator {
namespace {

class CompiledClusterTest : public CompiledBulk {};

TEST_P(CompiledClusterTest, RunsCleanInEveryOrder) {
  OwningOpRef<ModuleOp> module = compile();
  ASSERT_TRUE(module);
  EXPECT_TRUE(gemm(*module)->hasAttr("nvvm.cluster_dim"));
  run(*module, /*expectCaught=*/false, "as compiled");
}

// That of the copying warps, which is not the last in the text, is there for
// the other warps.
TEST_P(CompiledClusterTest, IsCaughtWithoutItsFirstOrLastMeeting) {
  OwningOpRef<ModuleOp> module = compile();
  ASSERT_TRUE(module);
  size_t waits = find(*module, "nvvm.cluster.wait").size();
  EXPECT_GT(waits, 0u);
  for (size_t i : {size_t(0), waits - 1}) {
    OwningOpRef<ModuleOp> broken = module->clone();
    // Halves alternate in the order of the text.
    SmallVector<Operation *> halves;
    gemm(*broken)->walk([&](Operation *op) {
      if (isa<NVVM::ClusterArriveOp, NVVM::ClusterArriveRelaxedOp,
              NVVM::ClusterWaitOp>(op))
        halves.push_back(op);
    });
    ASSERT_EQ(halves.size(), 2 * waits);
    halves[2 * i]->erase();
    halves[2 * i + 1]->erase();
    run(*broken, /*expectCaught=*/true, "without meeting " + std::to_string(i));
  }
}

class CompiledMulticastTest : public CompiledBulk {};

TEST_P(CompiledMulticastTest, IsCaughtWithoutAnyOneOfItsGuards) {
  for (StringRef guard :
       {"nvvm.mbarrier.init", "nvvm.fence.mbarrier.init",
        "nvvm.mbarrier.arrive", "nvvm.mbarrier.arrive.expect_tx",
        "nvvm.cp.async.bulk.tensor.shared.cluster.global"})
    breakEach(guard, "without", [](Operation *op) { op->erase(); });
}

TEST_P(CompiledMulticastTest, IsCaughtWhenALaneArrivesForOthers) {
  breakEach("nvvm.mapa", "without the warp's synchronization",
            [](Operation *op) {
              Block *election = op->getBlock()->getSinglePredecessor();
              ASSERT_TRUE(election);
              auto syncs = election->getOps<NVVM::SyncWarpOp>();
              ASSERT_FALSE(syncs.empty());
              (*syncs.begin())->erase();
            });
}

TEST_P(CompiledMulticastTest, IsCaughtWhenItArrivesAtItsOwnBlockAlone) {
  breakEach("nvvm.mapa", "at the first block", [](Operation *op) {
    OpBuilder builder(op);
    op->setOperand(1, LLVM::ConstantOp::create(builder, op->getLoc(),
                                               builder.getI32Type(), 0));
  });
}

TEST_P(CompiledMulticastTest, IsCaughtWhenItAwaitsOneBlockAlone) {
  constexpr int64_t lanes = 32;
  // Its lanes' arrivals, and none at another block: nobody waits for the
  // other's warps, as there would be nobody to wait for without a cluster.
  OwningOpRef<ModuleOp> module = compile();
  ASSERT_TRUE(module);
  for (Operation *op : find(*module, "nvvm.mbarrier.init")) {
    auto count = op->getOperand(1).getDefiningOp<LLVM::ConstantOp>();
    int64_t arrivals = cast<IntegerAttr>(count.getValue()).getInt();
    OpBuilder builder(op);
    if (arrivals > 1)
      op->setOperand(1, LLVM::ConstantOp::create(builder, op->getLoc(),
                                                 builder.getI32Type(),
                                                 arrivals / lanes * lanes));
  }
  for (Operation *op : find(*module, "nvvm.mbarrier.arrive"))
    if (op->getOperand(0).getDefiningOp<NVVM::MapaOp>())
      op->erase();
  run(*module, /*expectCaught=*/true, "own leavers only");
}

TEST_P(CompiledMulticastTest, IsCaughtWhenItCopiesToItselfAlone) {
  breakEach("nvvm.cp.async.bulk.tensor.shared.cluster.global", "for this block",
            [](Operation *op) {
              auto copy =
                  cast<NVVM::CpAsyncBulkTensorGlobalToSharedClusterOp>(op);
              ASSERT_TRUE(copy.getMulticastMask());
              copy.getMulticastMaskMutable().clear();
            });
}

TEST_P(CompiledMulticastTest, IsCaughtWithOtherCounts) {
  for (int64_t by : {-16, 16})
    breakEach("nvvm.mbarrier.arrive.expect_tx", std::to_string(by) + " bytes",
              [=](Operation *op) { add(op, 1, by); });
  for (int64_t by : {-1, 1})
    breakEach("nvvm.mbarrier.init", std::to_string(by) + " arrivals",
              [=](Operation *op) { add(op, 1, by); });
}

const BulkProblem kPairs = {
    "pairs", 128,
    "block = [64, 16, 64], warps = [4, 1], stages = 3, mma = m64k16, copy = "
    "tma, split_k = 1, cluster = 2"};
const BulkProblem kPairsThatShareTiles = {
    "pairs_that_share_tiles", 128,
    "block = [64, 16, 128], warps = [4, 1], stages = 4, mma = m64k16, copy = "
    "tma, split_k = 1, cluster = 2, blocks = 4"};
const BulkProblem kSlices = {
    "slices", 64,
    "block = [64, 16, 128], warps = [4, 1], stages = 3, mma = m16n8k16, copy = "
    "cp_async, split_k = 4, fixup = cluster"};
const BulkProblem kSlicesOfPairs = {
    "slices_of_pairs", 128,
    "block = [64, 16, 64], warps = [4, 1], stages = 3, mma = m64k16, copy = "
    "tma, split_k = 2, cluster = 2, fixup = cluster"};

auto nameOf = [](const auto &info) { return std::string(info.param.name); };

INSTANTIATE_TEST_SUITE_P(Problems, CompiledClusterTest,
                         testing::Values(kPairs, kPairsThatShareTiles, kSlices,
                                         kSlicesOfPairs),
                         nameOf);
INSTANTIATE_TEST_SUITE_P(Problems, CompiledMulticastTest,
                         testing::Values(kPairs, kPairsThatShareTiles), nameOf);

} // namespace
} // namespace humming::emulator
