//===- PackOnceTest.cpp - one packing for all kernels ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The packed types that humming-pack-operands gives a gemm are the same on
// every architecture, for every number of tokens and under every schedule.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/Dialect/Humming/Transforms/Passes.h"
#include "humming/Dialect/Humming/Transforms/Schedules.h"
#include "humming/JIT/Problem.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/raw_ostream.h"

#include "gtest/gtest.h"

using namespace mlir;
using namespace humming;

/// How a tensor lies in memory, as text.
static std::string encodingOf(Value tensor) {
  std::string text;
  llvm::raw_string_ostream(text)
      << cast<RankedTensorType>(tensor.getType()).getEncoding();
  return text;
}

namespace {
class PackOnceTest : public ::testing::Test {
protected:
  PackOnceTest() {
    problem.n = 256;
    problem.k = 512;
    problem.zero = jit::ZeroKind::Code;
  }

  /// How weights, scales and zero points lie behind humming-pack-operands. The
  /// schedule is `schedule`, or chosen for `arch` and `tokens`.
  std::string pack(StringRef arch, int64_t tokens, ScheduleAttr schedule = {}) {
    OwningOpRef<ModuleOp> module =
        llvm::cantFail(jit::buildProblem(&context, problem));
    module->walk([&](GemmOp gemm) {
      if (schedule)
        gemm.setScheduleAttr(schedule);
    });
    PassManager manager(&context);
    if (!schedule)
      manager.addPass(createSelectSchedule({arch.str(), tokens}));
    manager.addPass(createPackOperands());
    EXPECT_TRUE(succeeded(manager.run(*module)));
    std::string encodings;
    module->walk([&](GemmOp gemm) {
      for (Value operand : {gemm.getB(), gemm.getScale(), gemm.getZero()})
        encodings += encodingOf(operand) + " ";
      chosen.insert(*gemm.getSchedule());
    });
    return encodings;
  }

  MLIRContext context{MLIRContext::Threading::DISABLED};
  jit::GemmProblem problem;
  DenseSet<Attribute> chosen; ///< schedules so far
};
} // namespace

TEST_F(PackOnceTest, TheSameForEveryArchitectureAndNumberOfTokens) {
  std::string expected = pack("sm_80", 16);
  EXPECT_NE(expected.find("humming_tile.layout"), std::string::npos);
  SmallVector<int64_t> buckets(tokenBuckets());
  buckets.push_back(0);
  for (const Arch &arch : allArchs())
    for (int64_t tokens : buckets)
      EXPECT_EQ(pack(arch.name, tokens), expected)
          << arch.name.str() << ", " << tokens << " tokens";
  EXPECT_GT(chosen.size(), 4u) << "the schedules must differ to show anything";
}

TEST_F(PackOnceTest, TheSameUnderEverySchedule) {
  std::string expected = pack("sm_80", 16);
  for (int64_t blockN : {64, 128})
    for (int64_t blockK : {64, 128})
      for (int64_t split : {1, 4})
        for (StringRef mma : {"m16n8k8", "m16n8k16"})
          for (CopyKind copy : {CopyKind::Sync, CopyKind::CpAsync}) {
            auto schedule = ScheduleAttr::get(
                &context, blockN, /*blockM=*/16, blockK,
                /*warpsN=*/4, /*warpsM=*/1, /*stages=*/2, mma, copy, split,
                StoreKind::Direct,
                /*blocks=*/0, /*prefetch=*/0, /*cluster=*/1, FixupKind::Memory,
                /*turns=*/1);
            EXPECT_EQ(pack("sm_80", 16, schedule), expected);
          }
}

TEST_F(PackOnceTest, TheSameForBothTypesOfSixteenBits) {
  std::string half = pack("sm_80", 16);
  problem.activation = problem.output = ScalarKind::BF16;
  problem.scale = ScalarKind::BF16;
  EXPECT_EQ(pack("sm_80", 16), half);
}

TEST_F(PackOnceTest, TheSameForAllTypesOfEightBits) {
  problem.activation = ScalarKind::I8;
  std::string integers = pack("sm_89", 16);
  EXPECT_EQ(pack("sm_75", 64), integers);
  problem.activation = ScalarKind::E4M3;
  EXPECT_EQ(pack("sm_89", 16), integers);
  // Four bits have a register of eight columns, and their own order.
  problem.activation = ScalarKind::I4;
  problem.code = "u2";
  std::string narrow = pack("sm_80", 16);
  problem.activation = ScalarKind::I8;
  EXPECT_NE(pack("sm_80", 16), narrow);
}
