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
#include <vector>

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

/// What is zero is absent; the rest of a description shows in the problem.
TEST(CAPI, DescriptionsSayEverything) {
  auto irOf = [](const hummingGemmDescription &description) {
    hummingProblem problem = create(description);
    hummingString ir;
    EXPECT_EQ(hummingProblemIr(problem, &ir), HUMMING_OK);
    std::string text = toString(ir);
    hummingProblemDestroy(problem);
    return text;
  };
  std::string plain = irOf(smallGemm());
  EXPECT_NE(plain.find("tensor<64x2xf16>"), std::string::npos) << plain;
  for (const char *absent : {"zero(", "global_scale", "input_scale", "perm",
                             "epilogue(", "numerics", "scale_block"})
    EXPECT_EQ(plain.find(absent), std::string::npos) << absent;

  hummingGemmDescription full = smallGemm();
  full.rows = 48;
  full.zero = HUMMING_ZERO_NUMBER;
  full.globalScale = full.perm = full.bias = full.f16Accumulators = true;
  full.fixedOrder = true;
  full.inputScale = HUMMING_INPUT_SCALE_TOKEN;
  full.inputScaleType = HUMMING_UE8M0;
  full.inputGroup = 32;
  full.scalePlace = HUMMING_SCALE_ACCUMULATOR;
  std::string text = irOf(full);
  for (const char *present :
       {"zero(%arg3 : tensor<2x2xf16>)", "global_scale(%arg4 : tensor<1xf32>)",
        "input_scale(%arg5 : tensor<?x4xf8E8M0FNU>)",
        "perm(%arg6 : tensor<128xi32>)", "epilogue(%arg7 : tensor<64xf16>)",
        "acc = f16, scale = accumulator, order = fixed",
        "scale_block = array<i64: 48, 64>"})
    EXPECT_NE(text.find(present), std::string::npos) << present << "\n" << text;

  hummingGemmDescription other = smallGemm();
  other.activation = HUMMING_E2M1;
  other.code = toC("lut1,[-1,0.5]");
  other.scale = HUMMING_NO_SCALE;
  other.inputScale = HUMMING_INPUT_SCALE_TENSOR;
  other.inputScaleType = HUMMING_F32;
  text = irOf(other);
  for (const char *present : {"tensor<?x128xf4E2M1FN>", "lut1, [-1, 0.5]",
                              "input_scale(%arg2 : tensor<1x1xf32>)"})
    EXPECT_NE(text.find(present), std::string::npos) << present << "\n" << text;
  other = smallGemm();
  other.rows = -1;
  other.group = 0;
  EXPECT_NE(irOf(other).find("tensor<1x1xf16>"), std::string::npos);
}

TEST(CAPI, NumbersOutsideAnEnumAreRefused) {
  hummingProblem problem = nullptr;
  auto isRefused = [&](void (*change)(hummingGemmDescription &)) {
    hummingGemmDescription description = smallGemm();
    change(description);
    return hummingProblemCreate(&description, &problem) ==
               HUMMING_INVALID_ARGUMENT &&
           problem == nullptr;
  };
  using D = hummingGemmDescription;
  EXPECT_TRUE(isRefused([](D &d) { d.zero = static_cast<hummingZero>(3); }));
  EXPECT_TRUE(isRefused(
      [](D &d) { d.inputScale = static_cast<hummingInputScale>(3); }));
  EXPECT_TRUE(
      isRefused([](D &d) { d.scale = static_cast<hummingScalar>(-2); }));
  EXPECT_TRUE(isRefused([](D &d) { d.activation = HUMMING_NO_SCALE; }));
  EXPECT_TRUE(isRefused([](D &d) { d.rows = -2; }));
  EXPECT_TRUE(isRefused([](D &d) { d.inputScale = HUMMING_INPUT_SCALE_TOKEN; }))
      << "an input scale of f16";
}

TEST(CAPI, QuantizesRowsAndShortGroups) {
  hummingGemmDescription description = smallGemm();
  description.n = 1;
  description.k = 5;
  description.group = 4;
  description.code = toC("i4");
  description.scale = HUMMING_F32;
  const float weights[] = {7, -7, 3.5, 0, 14};
  uint8_t codes[3];
  float scales[2];
  ASSERT_EQ(hummingQuantize(&description, weights, codes, scales, nullptr),
            HUMMING_OK);
  EXPECT_EQ(scales[0], 1);
  EXPECT_EQ(scales[1], 2); // The last group has one value.
  EXPECT_EQ(codes[0], 0x97);
  EXPECT_EQ(codes[1], 0x04); // 3.5: a tie to even
  EXPECT_EQ(codes[2], 0x07);
  for (auto change :
       {+[](hummingGemmDescription &d) { d.rows = 2; },
        +[](hummingGemmDescription &d) { d.rows = -1; },
        +[](hummingGemmDescription &d) { d.scale = HUMMING_NO_SCALE; }}) {
    hummingGemmDescription other = description;
    change(other);
    EXPECT_EQ(hummingQuantize(&other, weights, codes, scales, nullptr),
              HUMMING_INVALID_ARGUMENT);
  }
}

/// Each weight meets the activation of its column, wherever both are moved.
TEST(CAPI, PermutedWeightsOnTheEmulator) {
  hrtDevice *device = nullptr;
  ASSERT_EQ(hummingOpenEmulator(&device), HUMMING_OK);
  hummingJit jit = nullptr;
  ASSERT_EQ(hummingJitCreate(device, toC("sm_80"), &jit), HUMMING_OK);
  hummingGemmDescription description = smallGemm();
  description.code = toC("i8");
  description.scale = HUMMING_F32;
  description.output = HUMMING_F32;
  description.perm = true;
  hummingProblem problem = create(description);
  hummingGemm gemm = nullptr;
  ASSERT_EQ(hummingGemmCreate(jit, problem, &gemm), HUMMING_OK);

  const int n = 64, k = 128;
  std::vector<uint8_t> codes(n * k);
  std::vector<uint16_t> a(k);
  std::vector<int32_t> perm(k);
  std::vector<float> scales(n * 2), c(n), expected(n);
  for (int j = 0; j < k; ++j) {
    a[j] = j % 3 == 0 ? 0x3c00 : j % 3 == 1 ? 0xc000 : 0; // 1, -2, 0
    perm[j] = (j * 37 + 5) % k;
  }
  for (int i = 0; i < n; ++i) {
    scales[2 * i] = 1, scales[2 * i + 1] = 0.5;
    for (int j = 0; j < k; ++j)
      codes[i * k + j] = static_cast<uint8_t>((i * 5 + j * 3) % 17 - 8);
    for (int j = 0; j < k; ++j) {
      int p = perm[j];
      float x = p % 3 == 0 ? 1 : p % 3 == 1 ? -2 : 0;
      expected[i] +=
          x * static_cast<int8_t>(codes[i * k + p]) * (j < 64 ? 1 : 0.5f);
    }
  }
  auto upload = [&](const void *from, size_t bytes) {
    hrtPointer address = 0;
    EXPECT_EQ(hrtAlloc(device, bytes, &address), HRT_OK);
    EXPECT_EQ(hrtCopyIn(device, address, from, bytes), HRT_OK);
    return address;
  };
  hrtPointer b = upload(codes.data(), codes.size()),
             s = upload(scales.data(), scales.size() * 4),
             order = upload(perm.data(), perm.size() * 4);
  hummingBuffer info;
  hrtPointer packed[2];
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(hummingProblemBuffer(problem, i + 1, &info), HUMMING_OK);
    ASSERT_EQ(hrtAlloc(device, info.packedBytes, &packed[i]), HRT_OK);
  }
  // The permutation goes with the weights, and with nothing else.
  EXPECT_EQ(hummingGemmPack(gemm, HUMMING_ROLE_B, b, 0, packed[0], nullptr),
            HUMMING_INVALID_ARGUMENT);
  EXPECT_EQ(hummingGemmLaunch(gemm, 1, &b, 1, nullptr, (hummingLaunchOrder)2),
            HUMMING_INVALID_ARGUMENT);
  EXPECT_EQ(
      hummingGemmPack(gemm, HUMMING_ROLE_SCALE, s, order, packed[1], nullptr),
      HUMMING_INVALID_ARGUMENT);
  ASSERT_EQ(hummingGemmPack(gemm, HUMMING_ROLE_B, b, order, packed[0], nullptr),
            HUMMING_OK);
  ASSERT_EQ(hummingGemmPack(gemm, HUMMING_ROLE_SCALE, s, 0, packed[1], nullptr),
            HUMMING_OK);
  hrtPointer buffers[] = {upload(a.data(), a.size() * 2), packed[0], packed[1],
                          order, upload(c.data(), c.size() * 4)};
  ASSERT_EQ(
      hummingGemmLaunch(gemm, 1, buffers, 5, nullptr, HUMMING_LAUNCH_SERIAL),
      HUMMING_OK);
  ASSERT_EQ(hrtCopyOut(device, c.data(), buffers[4], c.size() * 4), HRT_OK);
  EXPECT_EQ(c, expected);
  for (hrtPointer address :
       {b, s, order, packed[0], packed[1], buffers[0], buffers[4]})
    EXPECT_EQ(hrtFree(device, address), HRT_OK);
  hummingGemmDestroy(gemm);
  hummingProblemDestroy(problem);
  hummingJitDestroy(jit);
  hrtClose(device);
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

TEST(CAPI, KernelsSayWhichTensorMapsTheyTake) {
  const char *ir =
      "func.func @f(%a: tensor<?x512xf16>, %w: "
      "tensor<64x512x!humming.code<u4>>,"
      " %s: tensor<64x1xf16>) -> tensor<?x64xf16> { %c = humming.gemm a(%a : "
      "tensor<?x512xf16>) b(%w : tensor<64x512x!humming.code<u4>>) scale(%s : "
      "tensor<64x1xf16>) -> tensor<?x64xf16> attributes {schedule = "
      "#humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 3, mma "
      "= m64k16, copy = tma, split_k = 1>} { ^bb0(%x: f32): %h = arith.truncf "
      "%x : f32 to f16 humming.yield %h : f16 } return %c : tensor<?x64xf16> }";
  hummingProblem problem = nullptr;
  ASSERT_EQ(hummingProblemParse(toC(ir), toC("problem"), &problem), HUMMING_OK);
  hummingModule module = nullptr;
  ASSERT_EQ(hummingModuleCompile(problem, toC("sm_90"), 16, &module),
            HUMMING_OK);
  size_t count = 0;
  ASSERT_EQ(hummingModuleKernelCount(module, &count), HUMMING_OK);
  for (size_t i = 0; i < count; ++i) {
    hummingKernel kernel;
    ASSERT_EQ(hummingModuleKernel(module, i, &kernel), HUMMING_OK);
    ASSERT_EQ(kernel.tensorCount, toString(kernel.name) == "f" ? 1u : 0u);
    if (kernel.tensorCount == 0)
      continue;
    EXPECT_EQ(kernel.tensors[0].buffer, 0u);
    EXPECT_EQ(kernel.tensors[0].elementBytes, 2u);
    EXPECT_EQ(kernel.tensors[0].cols, 512u);
    EXPECT_EQ(kernel.tensors[0].boxRows, 16u);
  }
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
