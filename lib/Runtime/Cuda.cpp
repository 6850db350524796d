//===- Cuda.cpp - The CUDA device -----------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The device table over the CUDA driver. A device holds its primary context,
// which it makes current around each call and then gives back, so the caller's
// own context is not disturbed.
//
//===----------------------------------------------------------------------===//

#include "CudaDriver.h"

#include <cstdlib>
#include <cstring>
#include <new>

using namespace humming::rt;

namespace {
struct CudaDevice : hrtDevice {
  CudaDriver driver;
  CUdevice ordinal;
  CUcontext context;
  hrtDeviceInfo properties;
};

/// Makes the device's context current for a scope.
class Current {
public:
  explicit Current(hrtDevice *base)
      : device(*static_cast<CudaDevice *>(base)), driver(device.driver),
        status(check(driver, driver.cuCtxPushCurrent(device.context),
                     "cuCtxPushCurrent")) {}
  ~Current() {
    CUcontext popped;
    if (!status)
      driver.cuCtxPopCurrent(&popped);
  }
  Current(const Current &) = delete;
  Current &operator=(const Current &) = delete;

  CudaDevice &device;
  const CudaDriver &driver;
  const hrtStatus status;
};
} // namespace

/// Returns from the calling function when `driver.function` fails.
#define CUDA(function, ...)                                                    \
  do                                                                           \
    if (hrtStatus failed =                                                     \
            check(driver, driver.function(__VA_ARGS__), #function))            \
      return failed;                                                           \
  while (false)

/// Opens a scope in which `driver` can be called on `device`.
#define MAKE_CURRENT                                                           \
  Current current(device);                                                     \
  if (current.status)                                                          \
    return current.status;                                                     \
  const CudaDriver &driver = current.driver

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

static hrtStatus alloc(hrtDevice *device, uint64_t bytes, hrtPointer *address) {
  MAKE_CURRENT;
  CUdeviceptr pointer = 0;
  CUresult result = driver.cuMemAlloc(&pointer, bytes);
  if (result == cudaOutOfMemory)
    return hrtFail(HRT_OUT_OF_MEMORY,
                   "cannot allocate %llu bytes of device memory",
                   static_cast<unsigned long long>(bytes));
  *address = pointer;
  return check(driver, result, "cuMemAlloc");
}

static hrtStatus release(hrtDevice *device, hrtPointer address) {
  MAKE_CURRENT;
  CUDA(cuMemFree, address);
  return HRT_OK;
}

static hrtStatus copyIn(hrtDevice *device, hrtPointer to, const void *from,
                        uint64_t bytes) {
  MAKE_CURRENT;
  CUDA(cuMemcpyHtoD, to, from, bytes);
  // From pageable memory the driver may return before the last transfer ends.
  CUDA(cuStreamSynchronize, nullptr);
  return HRT_OK;
}

static hrtStatus copyOut(hrtDevice *device, void *to, hrtPointer from,
                         uint64_t bytes) {
  MAKE_CURRENT;
  CUDA(cuMemcpyDtoH, to, from, bytes);
  return HRT_OK;
}

static hrtStatus fill(hrtDevice *device, hrtPointer to, uint8_t value,
                      uint64_t bytes) {
  MAKE_CURRENT;
  CUDA(cuMemsetD8, to, value, bytes);
  CUDA(cuStreamSynchronize, nullptr);
  return HRT_OK;
}

//===----------------------------------------------------------------------===//
// Modules and kernels
//===----------------------------------------------------------------------===//

static hrtStatus loadModule(hrtDevice *device, const void *image,
                            uint64_t bytes, hrtModule *module) {
  MAKE_CURRENT;
  // The driver finds the end of PTX text by its null byte.
  char *text = static_cast<char *>(std::malloc(bytes + 1));
  if (!text)
    return hrtFail(HRT_OUT_OF_MEMORY, "cannot copy %llu bytes of PTX",
                   static_cast<unsigned long long>(bytes));
  std::memcpy(text, image, bytes);
  text[bytes] = '\0';

  char log[8192] = "";
  int options[] = {jitErrorLogBuffer, jitErrorLogBytes};
  // Numbers are passed in the pointers themselves.
  void *values[] = {log, reinterpret_cast<void *>(sizeof log - 1)};
  CUresult result = driver.cuModuleLoadDataEx(module, text, 2, options, values);
  std::free(text);
  hrtStatus status = check(driver, result, "cuModuleLoadDataEx");
  if (!status || !log[0])
    return status;
  return hrtFail(HRT_BAD_IMAGE, "%s\n%s", hrtLastError(), log);
}

static hrtStatus unloadModule(hrtDevice *device, hrtModule module) {
  MAKE_CURRENT;
  CUDA(cuModuleUnload, module);
  return HRT_OK;
}

static hrtStatus getKernel(hrtDevice *device, hrtModule module,
                           const char *name, uint32_t sharedBytes,
                           hrtKernel *kernel) {
  MAKE_CURRENT;
  const hrtDeviceInfo &properties = current.device.properties;
  if (sharedBytes > properties.maxSharedBytes)
    return hrtFail(HRT_UNSUPPORTED,
                   "%s wants %u bytes of shared memory; %s has %u", name,
                   sharedBytes, properties.name, properties.maxSharedBytes);
  CUfunction function = nullptr;
  CUresult result = driver.cuModuleGetFunction(&function, module, name);
  if (result == cudaNotFound)
    return hrtFail(HRT_NOT_FOUND, "the module has no kernel '%s'", name);
  if (hrtStatus status = check(driver, result, "cuModuleGetFunction"))
    return status;
  // Above 48 KiB a kernel has to ask; asking for less does no harm.
  CUDA(cuFuncSetAttribute, function, functionMaxDynamicShared, sharedBytes);
  *kernel = function;
  return HRT_OK;
}

static hrtStatus kernelInfo(hrtDevice *device, hrtKernel kernel,
                            hrtKernelInfo *info) {
  MAKE_CURRENT;
  int registers, localBytes, sharedBytes, maxThreads;
  CUDA(cuFuncGetAttribute, &registers, functionRegisters, kernel);
  CUDA(cuFuncGetAttribute, &localBytes, functionLocalBytes, kernel);
  CUDA(cuFuncGetAttribute, &sharedBytes, functionSharedBytes, kernel);
  CUDA(cuFuncGetAttribute, &maxThreads, functionMaxThreads, kernel);
  info->registers = registers;
  info->localBytes = localBytes;
  info->sharedBytes = sharedBytes;
  info->maxThreads = maxThreads;
  return HRT_OK;
}

static hrtStatus encodeTensorMap(hrtDevice *device, const hrtTensor *tensor,
                                 hrtTensorMap *map) {
  MAKE_CURRENT;
  const hrtDeviceInfo &properties = current.device.properties;
  if (properties.sm < leastTensorMapSm)
    return hrtFail(HRT_UNSUPPORTED,
                   "tensor maps need compute capability 9.0 or newer; %s has "
                   "%u.%u",
                   properties.name, properties.sm / 10, properties.sm % 10);
  const uint64_t extents[] = {tensor->cols, tensor->rows};
  const uint64_t strides[] = {tensor->rowBytes};
  const uint32_t box[] = {HRT_BOX_LINE_BYTES / tensor->elementBytes,
                          tensor->boxRows};
  const uint32_t elementStrides[] = {1, 1};
  int type = tensor->elementBytes == 1   ? tensorUint8
             : tensor->elementBytes == 2 ? tensorUint16
                                         : tensorUint32;
  CUDA(cuTensorMapEncodeTiled, map, type, /*rank=*/2,
       reinterpret_cast<void *>(tensor->address), extents, strides, box,
       elementStrides, /*interleave=*/0, tensorSwizzle128, tensorPromoteL2To128,
       /*fill=*/0);
  return HRT_OK;
}

//===----------------------------------------------------------------------===//
// Execution
//===----------------------------------------------------------------------===//

static hrtStatus launch(hrtDevice *device, hrtKernel kernel,
                        const hrtLaunchConfig *config,
                        const hrtArgument *arguments, uint32_t numArguments) {
  MAKE_CURRENT;
  void *values[HRT_MAX_ARGUMENTS];
  for (uint32_t i = 0; i < numArguments; ++i)
    values[i] = const_cast<void *>(arguments[i].value);
  CUlaunchAttribute overlap = {attributeProgrammaticStreamSerialization,
                               /*value=*/1,
                               {}};
  CUlaunchConfig shape = {config->grid[0],
                          config->grid[1],
                          config->grid[2],
                          config->block[0],
                          config->block[1],
                          config->block[2],
                          config->sharedBytes,
                          config->stream,
                          &overlap,
                          /*numAttributes=*/config->dependent ? 1u : 0u};
  CUDA(cuLaunchKernelEx, &shape, kernel, values, nullptr);
  return HRT_OK;
}

static hrtStatus synchronize(hrtDevice *device, hrtStream stream) {
  MAKE_CURRENT;
  CUDA(cuStreamSynchronize, stream);
  return HRT_OK;
}

static hrtStatus createEvent(hrtDevice *device, hrtEvent *event) {
  MAKE_CURRENT;
  CUDA(cuEventCreate, event, 0);
  return HRT_OK;
}

static hrtStatus destroyEvent(hrtDevice *device, hrtEvent event) {
  MAKE_CURRENT;
  CUDA(cuEventDestroy, event);
  return HRT_OK;
}

static hrtStatus recordEvent(hrtDevice *device, hrtEvent event,
                             hrtStream stream) {
  MAKE_CURRENT;
  CUDA(cuEventRecord, event, stream);
  return HRT_OK;
}

static hrtStatus elapsed(hrtDevice *device, hrtEvent start, hrtEvent stop,
                         float *milliseconds) {
  MAKE_CURRENT;
  CUDA(cuEventSynchronize, stop);
  CUDA(cuEventElapsedTime, milliseconds, start, stop);
  return HRT_OK;
}

//===----------------------------------------------------------------------===//
// The device itself
//===----------------------------------------------------------------------===//

static hrtStatus info(hrtDevice *device, hrtDeviceInfo *info) {
  *info = static_cast<CudaDevice *>(device)->properties;
  return HRT_OK;
}

static void closeDevice(hrtDevice *base) {
  CudaDevice *device = static_cast<CudaDevice *>(base);
  device->driver.cuDevicePrimaryCtxRelease(device->ordinal);
  delete device;
}

static const hrtDeviceTable cudaTable = {
    closeDevice,  info,        alloc,       release,
    copyIn,       copyOut,     fill,        loadModule,
    unloadModule, getKernel,   kernelInfo,  encodeTensorMap,
    launch,       synchronize, createEvent, destroyEvent,
    recordEvent,  elapsed};

static hrtStatus readProperties(const CudaDriver &driver, CUdevice device,
                                hrtDeviceInfo &info) {
  int major, minor, multiprocessors, maxShared;
  size_t memory;
  CUDA(cuDeviceGetName, info.name, sizeof info.name, device);
  CUDA(cuDeviceGetAttribute, &major, attributeMajor, device);
  CUDA(cuDeviceGetAttribute, &minor, attributeMinor, device);
  CUDA(cuDeviceGetAttribute, &multiprocessors, attributeMultiprocessors,
       device);
  CUDA(cuDeviceGetAttribute, &maxShared, attributeMaxSharedOptin, device);
  CUDA(cuDeviceTotalMem, &memory, device);
  info.image = HRT_IMAGE_PTX;
  info.sm = major * 10 + minor;
  info.multiprocessors = multiprocessors;
  info.maxSharedBytes = maxShared;
  info.memoryBytes = memory;
  return HRT_OK;
}

static hrtStatus initialize(const char *path, uint32_t ordinal,
                            CudaDevice &device) {
  if (hrtStatus status = loadDriver(path, device.driver))
    return status;
  const CudaDriver &driver = device.driver;
  int devices = 0;
  CUDA(cuDeviceGetCount, &devices);
  if (ordinal >= static_cast<uint32_t>(devices))
    return hrtFail(HRT_NO_DEVICE, "no CUDA device %u: the driver finds %d",
                   ordinal, devices);
  CUDA(cuDeviceGet, &device.ordinal, ordinal);
  if (hrtStatus status =
          readProperties(driver, device.ordinal, device.properties))
    return status;
  CUDA(cuDevicePrimaryCtxRetain, &device.context, device.ordinal);
  return HRT_OK;
}

hrtStatus humming::rt::openCuda(const char *path, uint32_t ordinal,
                                hrtDevice **device) {
  if (!device)
    return hrtFail(HRT_INVALID_ARGUMENT, "hrtOpenCuda: expected device");
  CudaDevice *cuda = new (std::nothrow) CudaDevice();
  if (!cuda)
    return hrtFail(HRT_OUT_OF_MEMORY, "cannot allocate a device");
  cuda->table = &cudaTable;
  if (hrtStatus status = initialize(path, ordinal, *cuda)) {
    delete cuda;
    return status;
  }
  *device = cuda;
  return HRT_OK;
}

/// The name that every Linux driver package installs.
static const char *const driverPath = "libcuda.so.1";

hrtStatus hrtOpenCuda(uint32_t ordinal, hrtDevice **device) {
  return openCuda(driverPath, ordinal, device);
}

hrtStatus hrtCountCuda(uint32_t *count) { return countCuda(driverPath, count); }
