//===- GridTest.cpp - every schedule of a tuner's grid compiles -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A grid holds what passes checkSchedule; a tuner stops where one of them stops
// the compiler. The first of each grid go all the way to PTX.
//
//===----------------------------------------------------------------------===//

#include "Support.h"

#include "humming/Dialect/Humming/Transforms/ScheduleText.h"
#include "humming/Dialect/Humming/Transforms/Schedules.h"
#include "humming/InitAll.h"
#include "humming/Reference/Reference.h"

#include "gtest/gtest.h"

using namespace humming;
using namespace humming::jit;
using namespace humming::jit::test;

static void compileGrid(const GemmProblem &problem, int64_t tokens,
                        size_t most) {
  mlir::DialectRegistry registry;
  registerAllDialects(registry);
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  auto module = llvm::cantFail(buildProblem(&context, problem));
  GemmOp gemm = *reference::findGemm(*module);
  const Arch &arch = *lookupArch("sm_90");
  auto grid = tuningGrid(gemm, arch, gpuFor(arch), tokens, /*overlaps=*/true);
  grid.truncate(std::min(grid.size(), most));
  for (const ScheduleCandidate &candidate : grid) {
    gemm.setScheduleAttr(candidate.schedule);
    std::string ir;
    llvm::raw_string_ostream(ir) << *module;
    CompileOptions options;
    options.arch = arch.name.str();
    options.tokens = tokens;
    options.kernels = KernelSet::Gemm;
    options.nvvm = false;
    llvm::Expected<CompiledModule> compiled = compile(ir, options);
    EXPECT_TRUE(bool(compiled)) << scheduleText(candidate.schedule);
    if (!compiled)
      ADD_FAILURE() << take(compiled.takeError()).text;
  }
}

TEST(Grid, FewTokens) {
  GemmProblem problem;
  problem.n = 512;
  problem.k = 4096;
  compileGrid(problem, /*tokens=*/16, /*most=*/16);
}

TEST(Grid, ManyTokensOfIntegersInGroups) {
  GemmProblem problem;
  problem.n = 512;
  problem.k = 2048;
  problem.activation = ScalarKind::I8;
  problem.scale = ScalarKind::F32;
  problem.inputScale = InputScale::Token;
  compileGrid(problem, /*tokens=*/0, /*most=*/8);
}
