//===- RuntimeTest.cpp - The runtime against a fake driver ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every path of the CUDA device without a GPU: the loader is pointed at driver
// libraries built for these tests, whose paths come from the build.
//
//===----------------------------------------------------------------------===//

#include "../Allocations.h"
#include "FakeCuda.h"
#include "Runtime/CudaDriver.h"

#include "gtest/gtest.h"

#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <string>

using humming::rt::countCuda;
using humming::rt::openCuda;

namespace {
class RuntimeTest : public ::testing::Test {
protected:
  void SetUp() override {
    void *library = dlopen(HUMMING_FAKE_CUDA, RTLD_NOW);
    ASSERT_NE(library, nullptr) << dlerror();
    fake = reinterpret_cast<FakeCudaFunction>(dlsym(library, "fakeCuda"))();
    *fake = FakeCuda();
  }
  void TearDown() override {
    hrtClose(device);
    EXPECT_EQ(fake->contextDepth, 0);
    EXPECT_EQ(fake->callsWithoutContext, 0);
    EXPECT_EQ(fake->retained, 0);
    EXPECT_EQ(fake->modules, 0);
  }
  void open() {
    ASSERT_EQ(openCuda(HUMMING_FAKE_CUDA, 0, &device), HRT_OK)
        << hrtLastError();
  }
  static bool errorHas(const char *text) {
    return std::strstr(hrtLastError(), text) != nullptr;
  }

  FakeCuda *fake = nullptr;
  hrtDevice *device = nullptr;
};
} // namespace

TEST_F(RuntimeTest, AbsentDriverIsNamed) {
  EXPECT_EQ(openCuda("libno-such-driver.so.1", 0, &device), HRT_NO_DRIVER);
  EXPECT_TRUE(errorHas("libno-such-driver.so.1")) << hrtLastError();
  EXPECT_TRUE(errorHas("install the NVIDIA driver")) << hrtLastError();
  EXPECT_EQ(device, nullptr);
}

TEST_F(RuntimeTest, DriverWithoutAFunctionIsTooOld) {
  EXPECT_EQ(openCuda(HUMMING_FAKE_CUDA_OLD, 0, &device), HRT_NO_DRIVER);
  EXPECT_TRUE(errorHas("lacks cuLaunchKernelEx")) << hrtLastError();
}

TEST_F(RuntimeTest, DriverOfAnOldVersionIsRefused) {
  fake->version = 11080;
  EXPECT_EQ(openCuda(HUMMING_FAKE_CUDA, 0, &device), HRT_NO_DRIVER);
  EXPECT_TRUE(errorHas("11.8")) << hrtLastError();
}

TEST_F(RuntimeTest, DriverWithoutDevices) {
  fake->initResult = 100;
  EXPECT_EQ(openCuda(HUMMING_FAKE_CUDA, 0, &device), HRT_NO_DEVICE);
  EXPECT_TRUE(errorHas("CUDA_ERROR_NO_DEVICE")) << hrtLastError();
  uint32_t count = 7;
  EXPECT_EQ(countCuda(HUMMING_FAKE_CUDA, &count), HRT_OK);
  EXPECT_EQ(count, 0u);
}

TEST_F(RuntimeTest, OrdinalOutOfRange) {
  EXPECT_EQ(openCuda(HUMMING_FAKE_CUDA, 1, &device), HRT_NO_DEVICE);
  EXPECT_TRUE(errorHas("no CUDA device 1: the driver finds 1"))
      << hrtLastError();
}

TEST_F(RuntimeTest, PropertiesOfTheDevice) {
  open();
  hrtDeviceInfo info;
  ASSERT_EQ(hrtGetInfo(device, &info), HRT_OK);
  EXPECT_STREQ(info.name, "Fake GPU");
  EXPECT_EQ(info.image, HRT_IMAGE_PTX);
  EXPECT_EQ(info.sm, 86u);
  EXPECT_EQ(info.multiprocessors, 108u);
  EXPECT_EQ(info.maxSharedBytes, 101376u);
  EXPECT_EQ(info.memoryBytes, uint64_t(24) << 30);
}

TEST_F(RuntimeTest, MemoryThereAndBack) {
  open();
  hrtPointer memory = 0;
  ASSERT_EQ(hrtAlloc(device, 16, &memory), HRT_OK);
  const char text[8] = "humming";
  char back[16] = {};
  EXPECT_EQ(hrtFill(device, memory, 0x5a, 16), HRT_OK);
  EXPECT_EQ(hrtCopyIn(device, memory, text, sizeof text), HRT_OK);
  EXPECT_EQ(hrtCopyOut(device, back, memory, sizeof back), HRT_OK);
  EXPECT_STREQ(back, "humming");
  EXPECT_EQ(back[15], 0x5a);
  // Both writes have been waited for.
  EXPECT_EQ(fake->synchronizations, 2);
  EXPECT_EQ(hrtFree(device, memory), HRT_OK);
}

TEST_F(RuntimeTest, MemoryUsedUp) {
  open();
  fake->allocResult = 2;
  hrtPointer memory = 0;
  EXPECT_EQ(hrtAlloc(device, 4096, &memory), HRT_OUT_OF_MEMORY);
  EXPECT_TRUE(errorHas("4096 bytes")) << hrtLastError();
  EXPECT_EQ(memory, 0u);
}

TEST_F(RuntimeTest, RejectedModuleCarriesTheLog) {
  open();
  fake->rejectLog = "ptxas application ptx input, line 7; error: syntax";
  hrtModule module = nullptr;
  EXPECT_EQ(hrtLoadModule(device, HRT_IMAGE_PTX, ".ver", 4, &module),
            HRT_BAD_IMAGE);
  EXPECT_TRUE(errorHas("CUDA_ERROR_INVALID_PTX")) << hrtLastError();
  EXPECT_TRUE(errorHas("line 7; error: syntax")) << hrtLastError();
}

TEST_F(RuntimeTest, OtherImageKindIsRefused) {
  open();
  hrtModule module = nullptr;
  EXPECT_EQ(hrtLoadModule(device, HRT_IMAGE_NVVM, "module", 6, &module),
            HRT_INVALID_ARGUMENT);
  EXPECT_TRUE(errorHas("Fake GPU loads PTX")) << hrtLastError();
}

TEST_F(RuntimeTest, LaunchPassesEverything) {
  open();
  hrtModule module = nullptr;
  // Only the given bytes belong to the image.
  ASSERT_EQ(hrtLoadModule(device, HRT_IMAGE_PTX, ".version 8.0??", 12, &module),
            HRT_OK);
  EXPECT_EQ(fake->image, ".version 8.0");
  hrtKernel kernel = nullptr;
  ASSERT_EQ(hrtGetKernel(device, module, "axpy", 98304, &kernel), HRT_OK);
  EXPECT_EQ(fake->dynamicShared, 98304);

  uint64_t x = 0x123456789abcdef0, y = 0x0fedcba987654321;
  int32_t count = -5;
  const hrtArgument arguments[] = {{&x, 8}, {&y, 8}, {&count, 4}};
  int stream;
  hrtLaunchConfig config = {{7, 2, 3},
                            {128, 1, 4},
                            98304,
                            reinterpret_cast<hrtStream>(&stream),
                            /*dependent=*/0};
  size_t before = numAllocations;
  hrtStatus status = hrtLaunch(device, kernel, &config, arguments, 3);
  size_t after = numAllocations;
  EXPECT_EQ(status, HRT_OK) << hrtLastError();
  EXPECT_EQ(after, before);
  EXPECT_EQ(fake->grid[0], 7u);
  EXPECT_EQ(fake->grid[1], 2u);
  EXPECT_EQ(fake->grid[2], 3u);
  EXPECT_EQ(fake->block[0], 128u);
  EXPECT_EQ(fake->block[1], 1u);
  EXPECT_EQ(fake->block[2], 4u);
  EXPECT_EQ(fake->shared, 98304u);
  EXPECT_EQ(fake->stream, &stream);
  EXPECT_EQ(fake->pointers[0], x);
  EXPECT_EQ(fake->pointers[1], y);
  EXPECT_EQ(fake->count, -5);
  EXPECT_FALSE(fake->overlaps);
  config.dependent = 1;
  ASSERT_EQ(hrtLaunch(device, kernel, &config, arguments, 3), HRT_OK);
  EXPECT_TRUE(fake->overlaps);
  EXPECT_EQ(fake->shared, 98304u);
  EXPECT_EQ(fake->stream, &stream);
  config.dependent = 0;
  ASSERT_EQ(hrtLaunch(device, kernel, &config, arguments, 3), HRT_OK);
  EXPECT_FALSE(fake->overlaps);

  hrtKernelInfo info;
  ASSERT_EQ(hrtGetKernelInfo(device, kernel, &info), HRT_OK);
  EXPECT_EQ(info.registers, 170u);
  EXPECT_EQ(info.localBytes, 16u);
  EXPECT_EQ(info.sharedBytes, 32u);
  EXPECT_EQ(info.maxThreads, 1024u);

  config.grid[1] = 0;
  EXPECT_EQ(hrtLaunch(device, kernel, &config, arguments, 3),
            HRT_INVALID_ARGUMENT);
  EXPECT_EQ(hrtUnloadModule(device, module), HRT_OK);
}

TEST_F(RuntimeTest, KernelsThatAreNotThereOrDoNotFit) {
  open();
  hrtModule module = nullptr;
  ASSERT_EQ(hrtLoadModule(device, HRT_IMAGE_PTX, ".", 1, &module), HRT_OK);
  hrtKernel kernel = nullptr;
  EXPECT_EQ(hrtGetKernel(device, module, "gemm", 0, &kernel), HRT_NOT_FOUND);
  EXPECT_TRUE(errorHas("no kernel 'gemm'")) << hrtLastError();
  EXPECT_EQ(hrtGetKernel(device, module, "axpy", 101377, &kernel),
            HRT_UNSUPPORTED);
  EXPECT_TRUE(errorHas("axpy wants 101377 bytes of shared memory; Fake GPU "
                       "has 101376"))
      << hrtLastError();
  EXPECT_EQ(hrtUnloadModule(device, module), HRT_OK);
}

TEST_F(RuntimeTest, TensorMapsAreTheDrivers) {
  fake->major = 9;
  open();
  for (uint32_t bytes : {1u, 2u, 4u}) {
    const hrtTensor tensor = {0x7f0000001230, 129,   4096,
                              4096 * bytes,   bytes, 64};
    hrtTensorMap map;
    size_t before = numAllocations;
    hrtStatus status = hrtEncodeTensorMap(device, &tensor, &map);
    EXPECT_EQ(numAllocations, before);
    ASSERT_EQ(status, HRT_OK) << hrtLastError();
    // Address, type of unsigned numbers, extents, stride, box.
    const uint64_t want[] = {0x7f0000001230, bytes / 2u,  4096, 129,
                             4096 * bytes,   128 / bytes, 64};
    EXPECT_EQ(std::memcmp(map.bytes, want, sizeof want), 0);
  }
}

TEST_F(RuntimeTest, TensorMapsThatNoDeviceTakes) {
  open();
  hrtTensorMap map;
  const hrtTensor good = {4096, 16, 64, 128, 2, 16};
  EXPECT_EQ(hrtEncodeTensorMap(device, &good, &map), HRT_UNSUPPORTED);
  EXPECT_TRUE(errorHas("compute capability 9.0 or newer; Fake GPU has 8.6"))
      << hrtLastError();
  hrtTensor bad[] = {good, good, good, good, good, good, good};
  bad[0].address = 4104;
  bad[1].rows = 0;
  bad[2].cols = 65; // more than rowBytes hold
  bad[3].rowBytes = 136;
  bad[4].elementBytes = 8;
  bad[5].boxRows = 257;
  bad[6].rowBytes = uint64_t(1) << 40;
  for (const hrtTensor &tensor : bad)
    EXPECT_EQ(hrtEncodeTensorMap(device, &tensor, &map), HRT_INVALID_ARGUMENT)
        << &tensor - bad;
}

TEST_F(RuntimeTest, FaultOfAKernelIsReportedWhenWaiting) {
  open();
  fake->synchronizeResult = 700;
  EXPECT_EQ(hrtSynchronize(device, nullptr), HRT_FAULT);
  EXPECT_TRUE(errorHas("illegal memory access")) << hrtLastError();
}

TEST_F(RuntimeTest, EventsMeasureTime) {
  open();
  hrtEvent start = nullptr, stop = nullptr;
  ASSERT_EQ(hrtCreateEvent(device, &start), HRT_OK);
  ASSERT_EQ(hrtCreateEvent(device, &stop), HRT_OK);
  EXPECT_EQ(hrtRecordEvent(device, start, nullptr), HRT_OK);
  EXPECT_EQ(hrtRecordEvent(device, stop, nullptr), HRT_OK);
  float milliseconds = 0;
  EXPECT_EQ(hrtElapsed(device, start, stop, &milliseconds), HRT_OK);
  EXPECT_EQ(milliseconds, 1.5f);
  EXPECT_EQ(hrtDestroyEvent(device, start), HRT_OK);
  EXPECT_EQ(hrtDestroyEvent(device, stop), HRT_OK);
}

TEST_F(RuntimeTest, MistakesOfTheCaller) {
  open();
  hrtPointer memory = 0;
  EXPECT_EQ(hrtAlloc(nullptr, 16, &memory), HRT_INVALID_ARGUMENT);
  EXPECT_EQ(hrtAlloc(device, 0, &memory), HRT_INVALID_ARGUMENT);
  EXPECT_TRUE(errorHas("hrtAlloc: expected bytes > 0")) << hrtLastError();
  EXPECT_EQ(hrtCopyIn(device, 0, "x", 1), HRT_INVALID_ARGUMENT);
  EXPECT_EQ(hrtFree(device, 0), HRT_OK);
  EXPECT_EQ(hrtUnloadModule(device, nullptr), HRT_OK);
}

extern "C" int hrtTestUseFromC(void);
TEST(RuntimeStatus, UsableFromC) { EXPECT_EQ(hrtTestUseFromC(), 0); }

TEST(RuntimeStatus, LongTextsAreCutAndMayQuoteTheLastOne) {
  std::string longText(20000, 'x');
  EXPECT_EQ(hrtFail(HRT_FAULT, "%s", longText.c_str()), HRT_FAULT);
  EXPECT_EQ(std::strlen(hrtLastError()), 16383u);
  hrtFail(HRT_FAULT, "inner");
  hrtFail(HRT_FAULT, "outer: %s", hrtLastError());
  EXPECT_STREQ(hrtLastError(), "outer: inner");
}
