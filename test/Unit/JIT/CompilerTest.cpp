//===- CompilerTest.cpp - One call from a problem to PTX ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What compile returns, and that its errors name pass, op and location.
//
//===----------------------------------------------------------------------===//

#include "Support.h"

#include "gtest/gtest.h"

using namespace humming;
using namespace humming::jit;
using namespace humming::jit::test;

static std::string irOf(const GemmProblem &gemm) {
  llvm::Expected<Problem> problem = Problem::get(gemm);
  EXPECT_TRUE(bool(problem));
  return problem->ir;
}

static size_t entriesIn(const std::string &ptx) {
  size_t count = 0;
  for (size_t at = ptx.find(".entry"); at != std::string::npos;
       at = ptx.find(".entry", at + 1))
    ++count;
  return count;
}

TEST(Compiler, PtxKernelsAndStages) {
  GemmProblem gemm = smallGemm();
  gemm.zero = ZeroKind::Code;
  CompileOptions options;
  options.tokens = 16;
  llvm::Expected<CompiledModule> module = compile(irOf(gemm), options);
  ASSERT_TRUE(bool(module)) << take(module.takeError()).message();
  EXPECT_EQ(module->kernels.size(), 4u);
  for (const char *name :
       {"gemm", "gemm_pack_b", "gemm_pack_scale", "gemm_pack_zero"}) {
    const CompiledKernel *kernel = module->lookup(name);
    ASSERT_NE(kernel, nullptr) << name;
    EXPECT_GT(kernel->launch.threads, 0u);
    EXPECT_GT(kernel->launch.tiles, 0u);
    EXPECT_NE(module->ptx.find(".entry " + kernel->name + "("),
              std::string::npos);
  }
  EXPECT_NE(module->ptx.find(".target sm_80"), std::string::npos);
  EXPECT_FALSE(module->nvvm.empty());

  std::vector<std::string> stages;
  for (const StageTime &stage : module->stages) {
    EXPECT_GE(stage.milliseconds, 0);
    stages.push_back(stage.stage);
  }
  EXPECT_EQ(stages.front(), "parse");
  EXPECT_EQ(stages.back(), "codegen");
  EXPECT_TRUE(llvm::is_contained(stages, "humming-check-target"));
  EXPECT_TRUE(llvm::is_contained(stages, "convert-humming-tile-to-nvvm"));
}

TEST(Compiler, KernelSetsPartTheModule) {
  CompileOptions options;
  options.kernels = KernelSet::Gemm;
  llvm::Expected<CompiledModule> gemm = compile(irOf(smallGemm()), options);
  ASSERT_TRUE(bool(gemm));
  EXPECT_EQ(gemm->kernels.size(), 1u);
  EXPECT_NE(gemm->lookup("gemm"), nullptr);
  EXPECT_EQ(entriesIn(gemm->ptx), 1u);

  options.kernels = KernelSet::Pack;
  llvm::Expected<CompiledModule> pack = compile(irOf(smallGemm()), options);
  ASSERT_TRUE(bool(pack));
  EXPECT_EQ(pack->kernels.size(), 2u);
  EXPECT_EQ(pack->lookup("gemm"), nullptr);
  EXPECT_EQ(entriesIn(pack->ptx), 2u);
}

TEST(Compiler, RefusalNamesPassOpAndLocation) {
  // Line 4 holds the gemm.
  const char *ir = R"(
func.func @f(%a: tensor<?x128xbf16>, %w: tensor<64x128x!humming.code<u4>>,
             %s: tensor<64x2xbf16>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x128xbf16>) b(%w : tensor<64x128x!humming.code<u4>>)
       scale(%s : tensor<64x2xbf16>) -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}
)";
  CompileOptions options;
  options.arch = "sm_75";
  options.source = "turing.mlir";
  JitError error = takeFrom(compile(ir, options));
  EXPECT_EQ(error.kind, ErrorKind::CompileFailed);
  EXPECT_EQ(error.pass, "humming-check-target");
  EXPECT_EQ(error.op, "humming.gemm");
  EXPECT_EQ(error.location, "turing.mlir:4:8");
  EXPECT_NE(error.text.find("sm_80"), std::string::npos) << error.text;
  EXPECT_EQ(error.message(),
            "turing.mlir:4:8: " + error.text + " (in humming-check-target)");
}

TEST(Compiler, ViolatedConstraintIsAParseError) {
  const char *ir = R"(
func.func @f(%a: tensor<?x128xf16>, %w: tensor<64x128x!humming.code<u4>>)
    -> tensor<?x32xf32> {
  %c = humming.gemm a(%a : tensor<?x128xf16>) b(%w : tensor<64x128x!humming.code<u4>>)
       -> tensor<?x32xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x32xf32>
}
)";
  JitError error = takeFrom(compile(ir, {}));
  EXPECT_EQ(error.kind, ErrorKind::CompileFailed);
  EXPECT_EQ(error.pass, "parse");
  EXPECT_EQ(error.op, "humming.gemm");
  EXPECT_EQ(error.location, "problem:4:8");
}

TEST(Compiler, UnknownArchitectureListsTheKnown) {
  CompileOptions options;
  options.arch = "sm_12";
  JitError error = takeFrom(compile(irOf(smallGemm()), options));
  EXPECT_EQ(error.kind, ErrorKind::InvalidArgument);
  EXPECT_NE(error.text.find("'sm_12'"), std::string::npos) << error.text;
  EXPECT_NE(error.text.find("sm_75"), std::string::npos) << error.text;
}
