//===- DeviceTest.cpp - The emulator through the runtime ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Memory, modules and launches through humming_rt.h, and how errors come back.
//
//===----------------------------------------------------------------------===//

#include "humming/Emulator/Device.h"

#include "gtest/gtest.h"

#include <numeric>
#include <string>

namespace humming::emulator {
namespace {

const char *const kImage = R"(
gpu.module @kernels {
  llvm.func @scale(%x: !llvm.ptr<1>, %factor: i32) attributes {nvvm.kernel, other.launch = #other.launch<32>} {
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %p = llvm.getelementptr %x[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
    %v = llvm.load %p : !llvm.ptr<1> -> i32
    %w = llvm.mul %v, %factor : i32
    llvm.store %w, %p : i32, !llvm.ptr<1>
    llvm.return
  }
})";

class DeviceTest : public testing::Test {
protected:
  void TearDown() override { hrtClose(device); }

  hrtStatus load(const std::string &image) {
    return hrtLoadModule(device, HRT_IMAGE_NVVM, image.data(), image.size(),
                         &module);
  }

  hrtDevice *device = openDevice();
  hrtModule module = nullptr;
};

TEST_F(DeviceTest, RunsAKernel) {
  hrtDeviceInfo info;
  ASSERT_EQ(hrtGetInfo(device, &info), HRT_OK);
  EXPECT_EQ(info.image, HRT_IMAGE_NVVM);
  ASSERT_EQ(load(kImage), HRT_OK) << hrtLastError();
  hrtKernel kernel;
  ASSERT_EQ(hrtGetKernel(device, module, "scale", 0, &kernel), HRT_OK);
  EXPECT_EQ(hrtGetKernel(device, module, "shrink", 0, &kernel), HRT_NOT_FOUND);
  ASSERT_EQ(hrtGetKernel(device, module, "scale", 0, &kernel), HRT_OK);

  std::vector<int32_t> values(32);
  std::iota(values.begin(), values.end(), 0);
  hrtPointer address;
  ASSERT_EQ(hrtAlloc(device, 128, &address), HRT_OK);
  ASSERT_EQ(hrtCopyIn(device, address, values.data(), 128), HRT_OK);
  int32_t factor = 3;
  hrtArgument arguments[] = {{&address, 8}, {&factor, 4}};
  hrtLaunchConfig config = {{1, 1, 1}, {32, 1, 1}, 0, nullptr, 0};
  ASSERT_EQ(hrtLaunch(device, kernel, &config, arguments, 2), HRT_OK)
      << hrtLastError();
  ASSERT_EQ(hrtSynchronize(device, nullptr), HRT_OK);
  std::vector<int32_t> results(32);
  ASSERT_EQ(hrtCopyOut(device, results.data(), address, 128), HRT_OK);
  for (int i = 0; i < 32; ++i)
    EXPECT_EQ(results[i], 3 * i);
  EXPECT_EQ(getLastCounters(device).count(InstructionKind::GlobalLoad), 1u);

  // A hazard comes back as a fault with its message.
  config.block[0] = 64;
  EXPECT_EQ(hrtLaunch(device, kernel, &config, arguments, 2), HRT_FAULT);
  EXPECT_NE(std::string(hrtLastError()).find("out of bounds"),
            std::string::npos);
  arguments[1].size = 8;
  EXPECT_EQ(hrtLaunch(device, kernel, &config, arguments, 2),
            HRT_INVALID_ARGUMENT);
  EXPECT_EQ(hrtFree(device, address), HRT_OK);
  EXPECT_EQ(hrtFree(device, address), HRT_INVALID_ARGUMENT);
  EXPECT_EQ(hrtUnloadModule(device, module), HRT_OK);
}

TEST_F(DeviceTest, DependentLaunchesFindPendingWhatWasWrittenBefore) {
  ASSERT_EQ(load(kImage), HRT_OK) << hrtLastError();
  hrtKernel kernel;
  ASSERT_EQ(hrtGetKernel(device, module, "scale", 0, &kernel), HRT_OK);
  // Reads and writes without a wait.
  hrtPointer first, second;
  ASSERT_EQ(hrtAlloc(device, 128, &first), HRT_OK);
  ASSERT_EQ(hrtAlloc(device, 128, &second), HRT_OK);
  int32_t factor = 3;
  auto launch = [&](hrtPointer address, uint32_t dependent) {
    hrtArgument arguments[] = {{&address, 8}, {&factor, 4}};
    hrtLaunchConfig config = {{1, 1, 1}, {32, 1, 1}, 0, nullptr, dependent};
    return hrtLaunch(device, kernel, &config, arguments, 2);
  };
  auto fault = [&](const char *access) {
    return std::string(hrtLastError()).find(access) != std::string::npos;
  };
  EXPECT_EQ(launch(first, 0), HRT_OK) << hrtLastError();
  EXPECT_EQ(launch(first, 1), HRT_FAULT);
  EXPECT_TRUE(fault("read of memory that the kernel before")) << hrtLastError();
  EXPECT_EQ(launch(second, 1), HRT_FAULT);
  EXPECT_TRUE(fault("write of memory that the kernel before"))
      << hrtLastError();
  // A launch that is not dependent waits for all; what it writes is pending,
  // what was written before it is not.
  EXPECT_EQ(launch(second, 0), HRT_OK) << hrtLastError();
  EXPECT_EQ(launch(first, 1), HRT_FAULT);
  EXPECT_TRUE(fault("write of memory")) << hrtLastError();
  EXPECT_EQ(launch(second, 1), HRT_FAULT);
  EXPECT_TRUE(fault("read of memory")) << hrtLastError();
  // Behind a synchronization nothing is left that runs.
  ASSERT_EQ(hrtSynchronize(device, nullptr), HRT_OK);
  EXPECT_EQ(launch(second, 1), HRT_FAULT);
  EXPECT_TRUE(fault("write of memory")) << hrtLastError();
  EXPECT_EQ(hrtUnloadModule(device, module), HRT_OK);
  EXPECT_EQ(hrtFree(device, first), HRT_OK);
  EXPECT_EQ(hrtFree(device, second), HRT_OK);
}

TEST_F(DeviceTest, EncodesTheTensorMapThatAKernelTakesByValue) {
  // Row 1 of a box of two rows, in whose last columns there is no tensor.
  ASSERT_EQ(load(R"(
gpu.module @kernels {
  llvm.mlir.global external @smem() {addr_space = 3 : i32, alignment = 1024 : i64} : !llvm.array<0 x i8>
  llvm.func @box(%map: !llvm.ptr {llvm.byval = !llvm.array<128 x i8>, llvm.align = 64 : i64, nvvm.grid_constant}, %out: !llvm.ptr<1>) attributes {nvvm.kernel} {
    %lane = nvvm.read.ptx.sreg.laneid : i32
    %c0 = llvm.mlir.constant(0 : i32) : i32
    %c1 = llvm.mlir.constant(1 : i32) : i32
    %bytes = llvm.mlir.constant(256 : i32) : i32
    %all = llvm.mlir.constant(-1 : i32) : i32
    %smem = llvm.mlir.addressof @smem : !llvm.ptr<3>
    %full = llvm.getelementptr %smem[1024] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
    %to = llvm.addrspacecast %smem : !llvm.ptr<3> to !llvm.ptr<7>
    %leads = llvm.icmp "eq" %lane, %c0 : i32
    llvm.cond_br %leads, ^copy, ^wait
  ^copy:
    nvvm.mbarrier.init %full, %c1 : !llvm.ptr<3>, i32
    nvvm.fence.mbarrier.init
    nvvm.mbarrier.arrive.expect_tx %full, %bytes : !llvm.ptr<3>, i32
    nvvm.cp.async.bulk.tensor.shared.cluster.global %to, %map, %full, box[%c0, %c1] : !llvm.ptr<7>, !llvm.ptr
    llvm.br ^wait
  ^wait:
    nvvm.bar.warp.sync %all : i32
    llvm.br ^again
  ^again:
    %done = nvvm.mbarrier.try_wait %full, %c0 : !llvm.ptr<3>, i32 -> i1
    llvm.cond_br %done, ^read, ^again
  ^read:
    %from = llvm.getelementptr %smem[%lane] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i32
    %x = llvm.load %from : !llvm.ptr<3> -> i32
    %result = llvm.getelementptr %out[%lane] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
    llvm.store %x, %result : i32, !llvm.ptr<1>
    llvm.return
  }
})"),
            HRT_OK)
      << hrtLastError();
  hrtKernel kernel;
  ASSERT_EQ(hrtGetKernel(device, module, "box", 2048, &kernel), HRT_OK);
  std::vector<uint32_t> values(3 * 28);
  std::iota(values.begin(), values.end(), 0);
  hrtPointer address, out;
  ASSERT_EQ(hrtAlloc(device, values.size() * 4, &address), HRT_OK);
  ASSERT_EQ(hrtCopyIn(device, address, values.data(), values.size() * 4),
            HRT_OK);
  ASSERT_EQ(hrtAlloc(device, 128, &out), HRT_OK);
  const hrtTensor tensor = {address, 3, 28, 28 * 4, 4, 2};
  hrtTensorMap map;
  ASSERT_EQ(hrtEncodeTensorMap(device, &tensor, &map), HRT_OK);
  hrtArgument arguments[] = {{&map, sizeof map}, {&out, sizeof out}};
  hrtLaunchConfig config = {{1, 1, 1}, {32, 1, 1}, 2048, nullptr, 0};
  ASSERT_EQ(hrtLaunch(device, kernel, &config, arguments, 2), HRT_OK)
      << hrtLastError();
  std::vector<uint32_t> results(32);
  ASSERT_EQ(hrtCopyOut(device, results.data(), out, 128), HRT_OK);
  for (uint32_t i = 0; i < 32; ++i)
    EXPECT_EQ(results[i], i < 28 ? 28 + i : 0);
  // The bytes of another device's map, or none, are no map.
  map = {};
  EXPECT_EQ(hrtLaunch(device, kernel, &config, arguments, 2), HRT_FAULT);
  EXPECT_NE(std::string(hrtLastError()).find("tensor map"), std::string::npos);
  EXPECT_EQ(hrtFree(device, address), HRT_OK);
  EXPECT_EQ(hrtFree(device, out), HRT_OK);
  EXPECT_EQ(hrtUnloadModule(device, module), HRT_OK);
}

TEST_F(DeviceTest, ExplainsABadImage) {
  EXPECT_EQ(load("gpu.module @kernels {"), HRT_BAD_IMAGE);
  EXPECT_NE(std::string(hrtLastError()).find("does not parse"),
            std::string::npos);
  EXPECT_EQ(load("module {}"), HRT_BAD_IMAGE);
  EXPECT_EQ(load("gpu.module @kernels { llvm.func @f() attributes "
                 "{nvvm.kernel} { nvvm.fence.sc.cluster\n llvm.return } }"),
            HRT_BAD_IMAGE);
  EXPECT_NE(std::string(hrtLastError()).find("nvvm.fence.sc.cluster"),
            std::string::npos);
}

} // namespace
} // namespace humming::emulator
