//===- CudaDriver.h - The CUDA driver, found at run time --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The types, numbers and functions of the CUDA driver that the runtime uses,
// declared here so that neither cuda.h nor libcuda is needed to build or link.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_RUNTIME_CUDADRIVER_H
#define HUMMING_LIB_RUNTIME_CUDADRIVER_H

#include "humming-rt/humming_rt.h"

namespace humming::rt {

using CUresult = int;
using CUdevice = int;
using CUdeviceptr = unsigned long long;
using CUcontext = struct CUctx_st *;
using CUmodule = hrtModule;
using CUfunction = hrtKernel;
using CUstream = hrtStream;
using CUevent = hrtEvent;

/// Results that the runtime tells apart (CUDA Driver API, enum CUresult).
enum : CUresult {
  cudaSuccess = 0,
  cudaInvalidValue = 1,
  cudaOutOfMemory = 2,
  cudaNoDevice = 100,
  cudaInvalidDevice = 101,
  cudaInvalidImage = 200,
  cudaNoBinaryForGpu = 209,
  cudaInvalidPtx = 218,
  cudaUnsupportedPtxVersion = 222,
  cudaNotFound = 500,
  cudaIllegalAddress = 700,
  cudaLaunchTimeout = 702,
  cudaAssert = 710,
  cudaHardwareStackError = 714,
  cudaIllegalInstruction = 715,
  cudaMisalignedAddress = 716,
  cudaInvalidAddressSpace = 717,
  cudaInvalidPc = 718,
  cudaLaunchFailed = 719,
};

/// enum CUdevice_attribute.
enum : int {
  attributeMultiprocessors = 16,
  attributeMajor = 75,
  attributeMinor = 76,
  attributeMaxSharedOptin = 97,
};

/// enum CUfunction_attribute.
enum : int {
  functionMaxThreads = 0,
  functionSharedBytes = 1,
  functionLocalBytes = 3,
  functionRegisters = 4,
  functionMaxDynamicShared = 8,
};

/// struct CUlaunchAttribute: an attribute's number, and its value in 64 bytes.
struct CUlaunchAttribute {
  int id;
  alignas(8) int value;
  char rest[60];
};
static_assert(sizeof(CUlaunchAttribute) == 72, "as cuda.h declares it");

/// enum CUlaunchAttributeID.
enum : int {
  attributeProgrammaticStreamSerialization = 6,
};

/// struct CUlaunchConfig.
struct CUlaunchConfig {
  unsigned gridX, gridY, gridZ, blockX, blockY, blockZ, sharedBytes;
  CUstream stream;
  CUlaunchAttribute *attributes;
  unsigned numAttributes;
};
static_assert(sizeof(CUlaunchConfig) == 56, "as cuda.h declares it");

/// enum CUtensorMapDataType, CUtensorMapSwizzle, CUtensorMapL2promotion.
enum : int {
  tensorUint8 = 0,
  tensorUint16 = 1,
  tensorUint32 = 2,
  tensorSwizzle128 = 3,
  tensorPromoteL2To128 = 2,
};

/// The first compute capability with copies by tensor maps.
constexpr uint32_t leastTensorMapSm = 90;

/// enum CUjit_option.
enum : int {
  jitErrorLogBuffer = 5,
  jitErrorLogBytes = 6,
};

/// The driver's functions; all are there once loadDriver has succeeded.
struct CudaDriver {
  void *library = nullptr;
#define CUDA_SYMBOL(function, symbol, parameters)                              \
  CUresult(*function) parameters;
#include "CudaSymbols.def"
};

/// Opens the driver library `path`, finds every function and initializes the
/// driver. HRT_NO_DRIVER when the library is absent or lacks a function;
/// HRT_NO_DEVICE when it finds no GPU. The library stays loaded for the life of
/// the process: the driver does not survive being unloaded.
hrtStatus loadDriver(const char *path, CudaDriver &driver);

/// hrtOpenCuda with the driver library at `path`.
hrtStatus openCuda(const char *path, uint32_t ordinal, hrtDevice **device);

/// hrtCountCuda with the driver library at `path`.
hrtStatus countCuda(const char *path, uint32_t *count);

/// Records "call: NAME (what it means)" and returns the status for `result`;
/// HRT_OK, recording nothing, for cudaSuccess.
hrtStatus check(const CudaDriver &driver, CUresult result, const char *call);

} // namespace humming::rt

#endif // HUMMING_LIB_RUNTIME_CUDADRIVER_H
