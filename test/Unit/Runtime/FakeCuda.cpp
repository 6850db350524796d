//===- FakeCuda.cpp - A CUDA driver made for tests ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Answers as libcuda would, by the CUDA Driver API's documentation; written
// apart from the runtime's own table of symbols. With FAKE_CUDA_OLD defined it
// lacks cuLaunchKernelEx.
//
//===----------------------------------------------------------------------===//

#include "FakeCuda.h"

#include <cstdlib>
#include <cstring>

#define EXPORT extern "C" __attribute__((visibility("default")))

static FakeCuda state;
static int context, module, function, event;

static int inContext(int result = 0) {
  state.callsWithoutContext += state.contextDepth == 0;
  return result;
}

EXPORT FakeCuda *fakeCuda() { return &state; }

EXPORT int cuInit(unsigned flags) { return flags ? 1 : state.initResult; }
EXPORT int cuDriverGetVersion(int *version) {
  *version = state.version;
  return 0;
}
EXPORT int cuGetErrorName(int result, const char **name) {
  *name = result == 100   ? "CUDA_ERROR_NO_DEVICE"
          : result == 218 ? "CUDA_ERROR_INVALID_PTX"
          : result == 700 ? "CUDA_ERROR_ILLEGAL_ADDRESS"
                          : nullptr;
  return *name ? 0 : 1;
}
EXPORT int cuGetErrorString(int result, const char **text) {
  *text = result == 700 ? "an illegal memory access was encountered" : nullptr;
  return *text ? 0 : 1;
}

EXPORT int cuDeviceGetCount(int *count) {
  *count = state.devices;
  return 0;
}
EXPORT int cuDeviceGet(int *device, int ordinal) {
  *device = 10 + ordinal;
  return 0;
}
EXPORT int cuDeviceGetName(char *name, int bytes, int device) {
  std::strncpy(name, "Fake GPU", bytes);
  return device == 10 ? 0 : 101;
}
EXPORT int cuDeviceGetAttribute(int *value, int attribute, int device) {
  *value = attribute == 16   ? 108
           : attribute == 75 ? state.major
           : attribute == 76 ? 6
           : attribute == 97 ? 101376
                             : -1;
  return device == 10 ? 0 : 101;
}
EXPORT int cuDeviceTotalMem_v2(size_t *bytes, int device) {
  *bytes = size_t(24) << 30;
  return device == 10 ? 0 : 101;
}

EXPORT int cuDevicePrimaryCtxRetain(void **result, int device) {
  *result = &context;
  ++state.retained;
  return device == 10 ? 0 : 101;
}
EXPORT int cuDevicePrimaryCtxRelease_v2(int device) {
  --state.retained;
  return device == 10 ? 0 : 101;
}
EXPORT int cuCtxPushCurrent_v2(void *pushed) {
  ++state.contextDepth;
  return pushed == &context ? 0 : 201;
}
EXPORT int cuCtxPopCurrent_v2(void **popped) {
  *popped = &context;
  --state.contextDepth;
  return 0;
}

EXPORT int cuMemAlloc_v2(unsigned long long *address, size_t bytes) {
  if (!state.allocResult)
    *address = reinterpret_cast<uintptr_t>(std::malloc(bytes));
  return inContext(state.allocResult);
}
EXPORT int cuMemFree_v2(unsigned long long address) {
  std::free(reinterpret_cast<void *>(address));
  return inContext();
}
EXPORT int cuMemcpyHtoD_v2(unsigned long long to, const void *from,
                           size_t bytes) {
  std::memcpy(reinterpret_cast<void *>(to), from, bytes);
  return inContext();
}
EXPORT int cuMemcpyDtoH_v2(void *to, unsigned long long from, size_t bytes) {
  std::memcpy(to, reinterpret_cast<void *>(from), bytes);
  return inContext();
}
EXPORT int cuMemsetD8_v2(unsigned long long to, unsigned char value,
                         size_t bytes) {
  std::memset(reinterpret_cast<void *>(to), value, bytes);
  return inContext();
}

EXPORT int cuModuleLoadDataEx(void **result, const void *image, unsigned count,
                              int *options, void **values) {
  state.image = static_cast<const char *>(image);
  if (state.rejectLog.empty()) {
    *result = &module;
    ++state.modules;
    return inContext();
  }
  // CU_JIT_ERROR_LOG_BUFFER is 5, its size 6; the size becomes what was used.
  char *log = nullptr;
  for (unsigned i = 0; i < count; ++i) {
    if (options[i] == 5)
      log = static_cast<char *>(values[i]);
    if (options[i] == 6 && log)
      std::strncpy(log, state.rejectLog.c_str(),
                   reinterpret_cast<uintptr_t>(values[i]));
  }
  return inContext(218);
}
EXPORT int cuModuleUnload(void *unloaded) {
  --state.modules;
  return inContext(unloaded == &module ? 0 : 400);
}
EXPORT int cuModuleGetFunction(void **result, void *from, const char *name) {
  *result = &function;
  return inContext(std::strcmp(name, "axpy") ? 500 : from == &module ? 0 : 400);
}
EXPORT int cuFuncSetAttribute(void *, int attribute, int value) {
  if (attribute == 8)
    state.dynamicShared = value;
  return inContext();
}
EXPORT int cuFuncGetAttribute(int *value, int attribute, void *) {
  *value = attribute == 0   ? 1024
           : attribute == 1 ? 32
           : attribute == 3 ? 16
           : attribute == 4 ? 170
                            : -1;
  return inContext();
}

#ifndef FAKE_CUDA_OLD
/// CUlaunchConfig and its attributes; 6 is
/// CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION.
struct LaunchAttribute {
  int id;
  char pad[4];
  union {
    char bytes[64];
    int allowed;
  } value;
};
struct LaunchConfig {
  unsigned gridX, gridY, gridZ;
  unsigned blockX, blockY, blockZ;
  unsigned shared;
  void *stream;
  LaunchAttribute *attributes;
  unsigned numAttributes;
};

EXPORT int cuLaunchKernelEx(const LaunchConfig *config, void *kernel,
                            void **parameters, void **extra) {
  const unsigned grid[] = {config->gridX, config->gridY, config->gridZ};
  const unsigned block[] = {config->blockX, config->blockY, config->blockZ};
  std::memcpy(state.grid, grid, sizeof grid);
  std::memcpy(state.block, block, sizeof block);
  state.shared = config->shared;
  state.stream = config->stream;
  state.overlaps = false;
  for (unsigned i = 0; i < config->numAttributes; ++i) {
    if (config->attributes[i].id != 6)
      return inContext(1);
    state.overlaps = config->attributes[i].value.allowed == 1;
  }
  std::memcpy(&state.pointers[0], parameters[0], 8);
  std::memcpy(&state.pointers[1], parameters[1], 8);
  std::memcpy(&state.count, parameters[2], 4);
  return inContext(kernel == &function && !extra ? 0 : 400);
}
#endif

EXPORT int cuTensorMapEncodeTiled(void *map, int type, unsigned rank,
                                  void *address, const uint64_t *extents,
                                  const uint64_t *strides, const unsigned *box,
                                  const unsigned *elementStrides,
                                  int interleave, int swizzle, int promotion,
                                  int fill) {
  // Numbers are of 4 bytes or less; a swizzle by 128 bytes is 3.
  bool good = reinterpret_cast<uintptr_t>(map) % 64 == 0 && rank == 2 &&
              elementStrides[0] == 1 && elementStrides[1] == 1 &&
              interleave == 0 && swizzle == 3 && promotion == 2 && fill == 0;
  const uint64_t values[] = {reinterpret_cast<uintptr_t>(address),
                             uint64_t(type),
                             extents[0],
                             extents[1],
                             strides[0],
                             box[0],
                             box[1]};
  std::memcpy(map, values, sizeof values);
  return inContext(good ? 0 : 1);
}

EXPORT int cuStreamSynchronize(void *) {
  ++state.synchronizations;
  return inContext(state.synchronizeResult);
}

EXPORT int cuEventCreate(void **result, unsigned) {
  *result = &event;
  return inContext();
}
EXPORT int cuEventDestroy_v2(void *) { return inContext(); }
EXPORT int cuEventRecord(void *, void *) { return inContext(); }
EXPORT int cuEventSynchronize(void *) { return inContext(); }
EXPORT int cuEventElapsedTime(float *milliseconds, void *, void *) {
  *milliseconds = 1.5f;
  return inContext();
}
