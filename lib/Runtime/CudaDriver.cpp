//===- CudaDriver.cpp - Finding the CUDA driver ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Opens libcuda at run time, finds the functions of CudaSymbols.def, and turns
// the driver's results into status values with a text.
//
//===----------------------------------------------------------------------===//

#include "CudaDriver.h"

#include <dlfcn.h>

using namespace humming::rt;

/// The first driver with every function and PTX version the compiler emits.
static constexpr int leastDriverVersion = 12000;

static hrtStatus statusOf(CUresult result) {
  switch (result) {
  case cudaInvalidValue:
    return HRT_INVALID_ARGUMENT;
  case cudaOutOfMemory:
    return HRT_OUT_OF_MEMORY;
  case cudaNoDevice:
  case cudaInvalidDevice:
    return HRT_NO_DEVICE;
  case cudaInvalidImage:
  case cudaNoBinaryForGpu:
  case cudaInvalidPtx:
  case cudaUnsupportedPtxVersion:
    return HRT_BAD_IMAGE;
  case cudaNotFound:
    return HRT_NOT_FOUND;
  case cudaIllegalAddress:
  case cudaLaunchTimeout:
  case cudaAssert:
  case cudaHardwareStackError:
  case cudaIllegalInstruction:
  case cudaMisalignedAddress:
  case cudaInvalidAddressSpace:
  case cudaInvalidPc:
  case cudaLaunchFailed:
    return HRT_FAULT;
  default:
    return HRT_DEVICE_ERROR;
  }
}

hrtStatus humming::rt::check(const CudaDriver &driver, CUresult result,
                             const char *call) {
  if (result == cudaSuccess)
    return HRT_OK;
  const char *name = nullptr;
  const char *meaning = nullptr;
  driver.cuGetErrorName(result, &name);
  driver.cuGetErrorString(result, &meaning);
  return hrtFail(statusOf(result), "%s: %s (%s)", call,
                 name ? name : "unknown result",
                 meaning ? meaning : "the driver has no text for it");
}

hrtStatus humming::rt::loadDriver(const char *path, CudaDriver &driver) {
  driver.library = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (!driver.library) {
    const char *reason = dlerror();
    return hrtFail(HRT_NO_DRIVER,
                   "no CUDA driver: cannot open %s (%s); install the NVIDIA "
                   "driver or use the emulator",
                   path, reason ? reason : "no reason given");
  }

#define CUDA_SYMBOL(function, symbol, parameters)                              \
  driver.function = reinterpret_cast<CUresult(*) parameters>(                  \
      dlsym(driver.library, #symbol));                                         \
  if (!driver.function)                                                        \
    return hrtFail(HRT_NO_DRIVER, "%s lacks %s: the CUDA driver is too old",   \
                   path, #symbol);
#include "CudaSymbols.def"

  int version = 0;
  if (hrtStatus status = check(driver, driver.cuDriverGetVersion(&version),
                               "cuDriverGetVersion"))
    return status;
  if (version < leastDriverVersion)
    return hrtFail(HRT_NO_DRIVER,
                   "the CUDA driver is version %d.%d; 12.0 or newer is needed",
                   version / 1000, version % 1000 / 10);
  return check(driver, driver.cuInit(0), "cuInit");
}

hrtStatus humming::rt::countCuda(const char *path, uint32_t *count) {
  if (!count)
    return hrtFail(HRT_INVALID_ARGUMENT, "hrtCountCuda: expected count");
  CudaDriver driver;
  hrtStatus status = loadDriver(path, driver);
  if (status == HRT_NO_DEVICE) {
    *count = 0;
    return HRT_OK;
  }
  if (status)
    return status;
  int devices = 0;
  if ((status = check(driver, driver.cuDeviceGetCount(&devices),
                      "cuDeviceGetCount")))
    return status;
  *count = devices;
  return HRT_OK;
}
