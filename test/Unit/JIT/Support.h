//===- Support.h - Helpers of the JIT's tests -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A device that runs nothing and remembers everything, and errors as values.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_TEST_UNIT_JIT_SUPPORT_H
#define HUMMING_TEST_UNIT_JIT_SUPPORT_H

#include "humming/JIT/Jit.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace humming::jit::test {

/// The payload of an error, which must be a JitError.
inline JitError take(llvm::Error error) {
  JitError result(ErrorKind::InvalidArgument, "no error at all");
  llvm::handleAllErrors(std::move(error),
                        [&](const JitError &known) { result = known; });
  return result;
}

template <typename T> JitError takeFrom(llvm::Expected<T> value) {
  return take(value.takeError());
}

struct RecordedLaunch {
  std::string kernel;
  hrtLaunchConfig config;
  std::vector<uint64_t> arguments;
  std::vector<uint32_t> sizes;
};

/// Accepts any image of the nvvm form and any kernel.
struct RecordingDevice : hrtDevice {
  RecordingDevice() { table = &functions; }

  std::mutex mutex;
  bool recording = true; ///< keep launches
  int modules = 0, allocations = 0;
  hrtPointer nextAddress = 4096;
  std::map<hrtPointer, uint64_t> live;   ///< address to bytes
  std::map<hrtPointer, uint64_t> filled; ///< address to bytes set to 0
  std::vector<std::unique_ptr<std::string>> kernels;
  std::vector<RecordedLaunch> launches;
  std::vector<hrtTensor> tensors; ///< a map of one holds its position

  static RecordingDevice &of(hrtDevice *device) {
    return *static_cast<RecordingDevice *>(device);
  }
  static const hrtDeviceTable functions;
};

inline const hrtDeviceTable RecordingDevice::functions = [] {
  hrtDeviceTable table = {};
  table.close = [](hrtDevice *) {};
  table.info = [](hrtDevice *, hrtDeviceInfo *info) {
    *info = {};
    std::strcpy(info->name, "recording device");
    info->image = HRT_IMAGE_NVVM;
    return HRT_OK;
  };
  table.alloc = [](hrtDevice *device, uint64_t bytes, hrtPointer *address) {
    RecordingDevice &self = RecordingDevice::of(device);
    std::lock_guard<std::mutex> lock(self.mutex);
    *address = self.nextAddress;
    self.nextAddress += (bytes + 255) / 256 * 256;
    self.live[*address] = bytes;
    ++self.allocations;
    return HRT_OK;
  };
  table.free = [](hrtDevice *device, hrtPointer address) {
    RecordingDevice &self = RecordingDevice::of(device);
    std::lock_guard<std::mutex> lock(self.mutex);
    return self.live.erase(address) ? HRT_OK
                                    : hrtFail(HRT_INVALID_ARGUMENT, "not live");
  };
  table.fill = [](hrtDevice *device, hrtPointer to, uint8_t value,
                  uint64_t bytes) {
    if (value == 0)
      RecordingDevice::of(device).filled[to] = bytes;
    return HRT_OK;
  };
  table.loadModule = [](hrtDevice *device, const void *, uint64_t,
                        hrtModule *module) {
    RecordingDevice &self = RecordingDevice::of(device);
    std::lock_guard<std::mutex> lock(self.mutex);
    ++self.modules;
    *module = reinterpret_cast<hrtModule>(&self);
    return HRT_OK;
  };
  table.unloadModule = [](hrtDevice *device, hrtModule) {
    RecordingDevice &self = RecordingDevice::of(device);
    std::lock_guard<std::mutex> lock(self.mutex);
    --self.modules;
    return HRT_OK;
  };
  table.getKernel = [](hrtDevice *device, hrtModule, const char *name, uint32_t,
                       hrtKernel *kernel) {
    RecordingDevice &self = RecordingDevice::of(device);
    std::lock_guard<std::mutex> lock(self.mutex);
    self.kernels.push_back(std::make_unique<std::string>(name));
    *kernel = reinterpret_cast<hrtKernel>(self.kernels.back().get());
    return HRT_OK;
  };
  table.encodeTensorMap = [](hrtDevice *device, const hrtTensor *tensor,
                             hrtTensorMap *map) {
    RecordingDevice &self = RecordingDevice::of(device);
    std::lock_guard<std::mutex> lock(self.mutex);
    *map = {};
    map->bytes[0] = self.tensors.size();
    self.tensors.push_back(*tensor);
    return HRT_OK;
  };
  table.launch = [](hrtDevice *device, hrtKernel kernel,
                    const hrtLaunchConfig *config, const hrtArgument *arguments,
                    uint32_t count) {
    if (!RecordingDevice::of(device).recording)
      return HRT_OK;
    RecordedLaunch launch = {
        *reinterpret_cast<std::string *>(kernel), *config, {}, {}};
    for (uint32_t i = 0; i < count; ++i) {
      uint64_t value = 0;
      std::memcpy(&value, arguments[i].value,
                  std::min<size_t>(arguments[i].size, sizeof value));
      launch.arguments.push_back(value);
      launch.sizes.push_back(arguments[i].size);
    }
    RecordingDevice::of(device).launches.push_back(std::move(launch));
    return HRT_OK;
  };
  table.synchronize = [](hrtDevice *, hrtStream) { return HRT_OK; };
  return table;
}();

/// A small gemm that every test can compile quickly.
inline GemmProblem smallGemm() {
  GemmProblem problem;
  problem.n = 64;
  problem.k = 128;
  problem.group = 64;
  return problem;
}

} // namespace humming::jit::test

#endif // HUMMING_TEST_UNIT_JIT_SUPPORT_H
