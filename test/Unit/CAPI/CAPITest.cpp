//===- CAPITest.cpp - The C interface through the shared library ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Errors, problems, plans, compilation and sealing as a C program sees them.
//
//===----------------------------------------------------------------------===//

#include "humming-c/Humming.h"

#include "gtest/gtest.h"

#include <string>

static hummingString toC(const char *text) {
  return {text, std::char_traits<char>::length(text)};
}
static std::string toString(hummingString text) {
  return std::string(text.data, text.length);
}

static hummingGemmDescription smallGemm() {
  hummingGemmDescription description = {};
  description.n = 64;
  description.k = 128;
  description.group = 64;
  description.code = toC("u4");
  return description;
}

static hummingProblem create(const hummingGemmDescription &description) {
  hummingProblem problem = nullptr;
  EXPECT_EQ(hummingProblemCreate(&description, &problem), HUMMING_OK);
  return problem;
}

TEST(CAPI, MistakesOfTheCallerWriteNothing) {
  hummingProblem problem = nullptr;
  hummingGemmDescription description = smallGemm();
  EXPECT_EQ(hummingProblemCreate(nullptr, &problem), HUMMING_INVALID_ARGUMENT);
  hummingError error;
  hummingLastError(&error);
  EXPECT_EQ(error.status, HUMMING_INVALID_ARGUMENT);
  EXPECT_EQ(toString(error.message),
            "hummingProblemCreate: expected description != nullptr");
  description.output = static_cast<hummingScalar>(77);
  EXPECT_EQ(hummingProblemCreate(&description, &problem),
            HUMMING_INVALID_ARGUMENT);
  EXPECT_EQ(problem, nullptr);
  hummingProblemDestroy(nullptr);
}

TEST(CAPI, ProblemHasBuffersAndAPlan) {
  hummingGemmDescription description = smallGemm();
  description.zero = HUMMING_ZERO_CODE;
  hummingProblem problem = create(description);
  size_t count = 0;
  ASSERT_EQ(hummingProblemBufferCount(problem, &count), HUMMING_OK);
  ASSERT_EQ(count, 5u);
  hummingBuffer buffer;
  ASSERT_EQ(hummingProblemBuffer(problem, 1, &buffer), HUMMING_OK);
  EXPECT_EQ(buffer.role, HUMMING_ROLE_B);
  EXPECT_EQ(buffer.bytes, 64u * 128 / 2);
  EXPECT_EQ(buffer.packedBytes, 64u * 128 / 2);
  EXPECT_EQ(hummingProblemBuffer(problem, 5, &buffer),
            HUMMING_INVALID_ARGUMENT);

  hummingPlan plan = nullptr;
  ASSERT_EQ(hummingPlanCreate(problem, toC("sm_80"), &plan), HUMMING_OK);
  ASSERT_EQ(hummingPlanCount(plan, &count), HUMMING_OK);
  ASSERT_GE(count, 3u);
  hummingPlanEntry first, last;
  ASSERT_EQ(hummingPlanGet(plan, 0, &first), HUMMING_OK);
  ASSERT_EQ(hummingPlanGet(plan, count - 1, &last), HUMMING_OK);
  EXPECT_EQ(first.tokens, 8);
  EXPECT_FALSE(first.pack);
  EXPECT_TRUE(last.pack);
  EXPECT_NE(toString(first.symbol), toString(last.symbol));
  hummingPlanDestroy(plan);
  hummingProblemDestroy(problem);
}

TEST(CAPI, CompilesToPtxWithoutADevice) {
  hummingProblem problem = create(smallGemm());
  hummingModule module = nullptr;
  ASSERT_EQ(hummingModuleCompile(problem, toC("sm_80"), 16, &module),
            HUMMING_OK);
  hummingString ptx;
  ASSERT_EQ(hummingModulePtx(module, &ptx), HUMMING_OK);
  EXPECT_NE(toString(ptx).find(".entry gemm("), std::string::npos);
  size_t count = 0;
  ASSERT_EQ(hummingModuleKernelCount(module, &count), HUMMING_OK);
  EXPECT_EQ(count, 3u);
  for (size_t i = 0; i < count; ++i) {
    hummingKernel kernel;
    ASSERT_EQ(hummingModuleKernel(module, i, &kernel), HUMMING_OK);
    EXPECT_EQ(toString(kernel.name).rfind("gemm", 0), 0u);
    EXPECT_GT(kernel.threads, 0u);
  }
  ASSERT_EQ(hummingModuleStageCount(module, &count), HUMMING_OK);
  hummingStage stage;
  ASSERT_EQ(hummingModuleStage(module, count - 1, &stage), HUMMING_OK);
  EXPECT_EQ(toString(stage.name), "codegen");
  hummingModuleDestroy(module);
  hummingProblemDestroy(problem);
}

TEST(CAPI, CompileErrorsNamePassOpAndLocation) {
  hummingGemmDescription description = smallGemm();
  description.activation = description.scale = HUMMING_BF16;
  hummingProblem problem = create(description);
  hummingModule module = nullptr;
  EXPECT_EQ(hummingModuleCompile(problem, toC("sm_75"), 0, &module),
            HUMMING_COMPILE_FAILED);
  EXPECT_EQ(module, nullptr);
  hummingError error;
  hummingLastError(&error);
  EXPECT_EQ(toString(error.pass), "humming-check-target");
  EXPECT_EQ(toString(error.op), "humming.gemm");
  EXPECT_EQ(toString(error.location).rfind("problem:", 0), 0u);
  EXPECT_NE(toString(error.message).find("sm_80"), std::string::npos);
  hummingProblemDestroy(problem);
}

TEST(CAPI, SealedJitRefusesToCompile) {
  hrtDevice *device = nullptr;
  ASSERT_EQ(hummingOpenEmulator(&device), HUMMING_OK);
  hummingJit jit = nullptr;
  ASSERT_EQ(hummingJitCreate(device, toC("sm_75"), &jit), HUMMING_OK);
  hummingString arch;
  ASSERT_EQ(hummingJitArch(jit, &arch), HUMMING_OK);
  EXPECT_EQ(toString(arch), "sm_75");
  hummingProblem problem = create(smallGemm());
  hummingGemm gemm = nullptr;
  ASSERT_EQ(hummingGemmCreate(jit, problem, &gemm), HUMMING_OK);
  ASSERT_EQ(hummingJitSeal(jit), HUMMING_OK);
  EXPECT_EQ(hummingGemmPrepare(gemm, 8), HUMMING_SEALED);
  size_t count = 7;
  ASSERT_EQ(hummingJitCompiledCount(jit, &count), HUMMING_OK);
  EXPECT_EQ(count, 0u);
  hummingGemmDestroy(gemm);
  hummingProblemDestroy(problem);
  hummingJitDestroy(jit);
  hrtClose(device);
}

TEST(CAPI, DeviceErrorsCarryTheRuntimesStatus) {
  hrtDevice *device = nullptr;
  ASSERT_EQ(hummingOpenEmulator(&device), HUMMING_OK);
  hummingJit jit = nullptr;
  ASSERT_EQ(hummingJitCreate(device, toC("sm_80"), &jit), HUMMING_OK);
  hummingProblem problem = create(smallGemm());
  hummingGemm gemm = nullptr;
  ASSERT_EQ(hummingGemmCreate(jit, problem, &gemm), HUMMING_OK);
  // Addresses of no allocation.
  hummingStatus status =
      hummingGemmPack(gemm, HUMMING_ROLE_B, 0x10, 0, 0x20, nullptr);
  EXPECT_EQ(status, HUMMING_DEVICE_FAILED);
  hummingError error;
  hummingLastError(&error);
  EXPECT_EQ(error.device, HRT_FAULT) << toString(error.message);
  hummingGemmDestroy(gemm);
  hummingProblemDestroy(problem);
  hummingJitDestroy(jit);
  hrtClose(device);
}
