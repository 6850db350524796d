/*===- humming_rt.h - The lean runtime of Humming ------------------*- C
-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Devices, memory, modules, kernels and launches, as C99 and without LLVM.
// A device is a table of functions; the CUDA driver (found with dlopen) and the
// emulator each provide one, and everything above runs on both.
//
//===----------------------------------------------------------------------===*/

#ifndef HUMMING_RT_HUMMING_RT_H
#define HUMMING_RT_HUMMING_RT_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define HRT_API __attribute__((visibility("default")))
#define HRT_PRINTF(formatIndex, firstArgument)                                 \
  __attribute__((format(printf, formatIndex, firstArgument)))
#define HRT_ALIGNED(bytes) __attribute__((aligned(bytes)))
#else
#define HRT_API
#define HRT_PRINTF(formatIndex, firstArgument)
#define HRT_ALIGNED(bytes)
#endif

#ifdef __cplusplus
extern "C" {
#endif

/*===----------------------------------------------------------------------===//
// Status
//===----------------------------------------------------------------------===*/

/// What a call came to. Everything but HRT_OK leaves a text in hrtLastError().
typedef enum hrtStatus {
  HRT_OK = 0,
  HRT_INVALID_ARGUMENT = 1, ///< the caller's mistake: null, size, image kind
  HRT_NO_DRIVER = 2,        ///< libcuda.so.1 is absent or too old
  HRT_NO_DEVICE = 3,        ///< the driver is there, the device is not
  HRT_OUT_OF_MEMORY = 4,    ///< device memory is used up
  HRT_BAD_IMAGE = 5,        ///< the module does not load; the text has the log
  HRT_NOT_FOUND = 6,        ///< the module has no kernel of that name
  HRT_UNSUPPORTED = 7,      ///< this device cannot do it
  HRT_FAULT = 8,            ///< a kernel failed: bad address, hazard, deadlock
  HRT_DEVICE_ERROR = 9      ///< any other error of the device
} hrtStatus;

/// A short lower-case name of `status`, never null.
HRT_API const char *hrtStatusName(hrtStatus status);

/// The text of the last call that failed on the calling thread; "" when none
/// did. Valid until the next failing call on this thread.
HRT_API const char *hrtLastError(void);

/// For implementers of a device: stores the formatted text (cut at 16 KiB) for
/// hrtLastError() and returns `status`. Allocates nothing.
HRT_API hrtStatus hrtFail(hrtStatus status, const char *format, ...)
    HRT_PRINTF(2, 3);

/*===----------------------------------------------------------------------===//
// Handles and descriptions
//===----------------------------------------------------------------------===*/

/// An address in device memory; 0 is no memory. Arithmetic in bytes is allowed
/// inside an allocation.
typedef uint64_t hrtPointer;

/// Handles, owned by their device. On CUDA they are CUmodule, CUfunction,
/// CUstream and CUevent.
typedef struct hrtModuleImpl *hrtModule;
typedef struct hrtKernelImpl *hrtKernel; ///< lives as long as its module
typedef struct hrtStreamImpl
    *hrtStream; ///< null is the device's default stream
typedef struct hrtEventImpl *hrtEvent;

/// What a module is loaded from.
typedef enum hrtImageKind {
  HRT_IMAGE_PTX = 0, ///< PTX text, for the CUDA driver's assembler, or what
                     ///< ptxas has made of it
  HRT_IMAGE_NVVM = 1 ///< the nvvm form (gpu.module of llvm and nvvm ops) as
                     ///< MLIR text or bytecode
} hrtImageKind;

/// What a device is.
typedef struct hrtDeviceInfo {
  char name[128];     ///< for people, null-terminated
  hrtImageKind image; ///< the kind of image this device loads
  uint32_t sm; ///< compute capability, 90 for 9.0; 0: any architecture (the
               ///< emulator)
  uint32_t multiprocessors;
  uint32_t
      maxSharedBytes; ///< largest dynamic shared memory of one block, in bytes
  uint64_t memoryBytes; ///< size of device memory
} hrtDeviceInfo;

/// What the device's assembler made of a kernel.
typedef struct hrtKernelInfo {
  uint32_t registers;   ///< per thread
  uint32_t localBytes;  ///< per thread: stack and spills
  uint32_t sharedBytes; ///< static shared memory per block
  uint32_t maxThreads;  ///< per block
} hrtKernelInfo;

/// One kernel argument: `size` bytes at `value`, passed by value (8 for a
/// pointer, 4 for an i32).
typedef struct hrtArgument {
  const void *value;
  uint32_t size;
} hrtArgument;

/// Bytes that a copy by a tensor map takes of each row.
#define HRT_BOX_LINE_BYTES 128

/// Rows of numbers in device memory, and the box of them that a kernel copies
/// at once: HRT_BOX_LINE_BYTES of each of `boxRows` rows.
typedef struct hrtTensor {
  hrtPointer address;    ///< a multiple of 16
  uint64_t rows;         ///< 1 to 2^32
  uint64_t cols;         ///< elements of a row, 1 to 2^32
  uint64_t rowBytes;     ///< from one row to the next: a multiple of 16 below
                         ///< 2^40
  uint32_t elementBytes; ///< 1, 2 or 4
  uint32_t boxRows;      ///< 1 to 256
} hrtTensor;

/// An hrtTensor as its device wants it: an argument that a kernel takes by
/// value, for copies that swizzle chunks of 16 bytes over eight lines of 128
/// and fill with zero what lies outside.
typedef struct HRT_ALIGNED(64) hrtTensorMap {
  uint64_t bytes[16];
} hrtTensorMap;

/// The most arguments a kernel can have.
#define HRT_MAX_ARGUMENTS 32

/// The shape of a launch, and where it is queued.
typedef struct hrtLaunchConfig {
  uint32_t grid[3];     ///< blocks, each at least 1
  uint32_t block[3];    ///< threads, each at least 1
  uint32_t sharedBytes; ///< dynamic shared memory, at most what hrtGetKernel
                        ///< was given
  hrtStream stream;
  uint32_t dependent; ///< nonzero: the kernel may start while the one before
                      ///< it in the stream still runs. It must wait itself,
                      ///< by griddepcontrol.wait, ahead of what that one
                      ///< writes and of its own writes. 0 is always right.
} hrtLaunchConfig;

/*===----------------------------------------------------------------------===//
// The table of a device
//===----------------------------------------------------------------------===*/

/// A device, opened by hrtOpenCuda or by another implementer.
typedef struct hrtDevice hrtDevice;

/// What a device provides. Callers use the hrt functions below, which check
/// their arguments first: an entry may rely on non-null out parameters, sizes
/// above zero, at most HRT_MAX_ARGUMENTS arguments with non-null values, and
/// grid and block of at least 1. Entries marked optional may be null. Every
/// entry reports errors through hrtFail, may be called from any thread, and
/// throws nothing; `launch` and `encodeTensorMap` allocate nothing.
typedef struct hrtDeviceTable {
  void (*close)(hrtDevice *device);
  hrtStatus (*info)(hrtDevice *device, hrtDeviceInfo *info);

  hrtStatus (*alloc)(hrtDevice *device, uint64_t bytes, hrtPointer *address);
  hrtStatus (*free)(hrtDevice *device, hrtPointer address);
  hrtStatus (*copyIn)(hrtDevice *device, hrtPointer to, const void *from,
                      uint64_t bytes);
  hrtStatus (*copyOut)(hrtDevice *device, void *to, hrtPointer from,
                       uint64_t bytes);
  hrtStatus (*fill)(hrtDevice *device, hrtPointer to, uint8_t value,
                    uint64_t bytes);

  hrtStatus (*loadModule)(hrtDevice *device, const void *image, uint64_t bytes,
                          hrtModule *module);
  hrtStatus (*unloadModule)(hrtDevice *device, hrtModule module);
  hrtStatus (*getKernel)(hrtDevice *device, hrtModule module, const char *name,
                         uint32_t sharedBytes, hrtKernel *kernel);
  // Optional.
  hrtStatus (*kernelInfo)(hrtDevice *device, hrtKernel kernel,
                          hrtKernelInfo *info);
  hrtStatus (*encodeTensorMap)(hrtDevice *device, const hrtTensor *tensor,
                               hrtTensorMap *map);

  hrtStatus (*launch)(hrtDevice *device, hrtKernel kernel,
                      const hrtLaunchConfig *config,
                      const hrtArgument *arguments, uint32_t numArguments);
  hrtStatus (*synchronize)(hrtDevice *device, hrtStream stream);

  // Events are optional, all four or none.
  hrtStatus (*createEvent)(hrtDevice *device, hrtEvent *event);
  hrtStatus (*destroyEvent)(hrtDevice *device, hrtEvent event);
  hrtStatus (*recordEvent)(hrtDevice *device, hrtEvent event, hrtStream stream);
  hrtStatus (*elapsed)(hrtDevice *device, hrtEvent start, hrtEvent stop,
                       float *milliseconds);
} hrtDeviceTable;

/// A device: implementers put this first in their own struct.
struct hrtDevice {
  const hrtDeviceTable *table;
};

/*===----------------------------------------------------------------------===//
// Devices
//===----------------------------------------------------------------------===*/

/// How many CUDA devices there are. HRT_NO_DRIVER when the driver cannot be
/// used.
HRT_API hrtStatus hrtCountCuda(uint32_t *count);

/// Opens CUDA device `ordinal` (from 0) with its primary context. HRT_NO_DRIVER
/// without libcuda.so.1, HRT_NO_DEVICE without such a device. The caller owns
/// *device: hrtClose ends it.
HRT_API hrtStatus hrtOpenCuda(uint32_t ordinal, hrtDevice **device);

/// Closes `device` (null is allowed); its modules, memory and events must have
/// been released.
HRT_API void hrtClose(hrtDevice *device);

/// Describes `device`.
HRT_API hrtStatus hrtGetInfo(hrtDevice *device, hrtDeviceInfo *info);

/*===----------------------------------------------------------------------===//
// Memory. Copies and fills have happened when the call returns.
//===----------------------------------------------------------------------===*/

/// `bytes` of device memory, aligned to at least 256 bytes. 0 bytes is
/// HRT_INVALID_ARGUMENT.
HRT_API hrtStatus hrtAlloc(hrtDevice *device, uint64_t bytes,
                           hrtPointer *address);

/// Frees what hrtAlloc returned; 0 is allowed.
HRT_API hrtStatus hrtFree(hrtDevice *device, hrtPointer address);

/// Copies `bytes` bytes between the host and an allocation of the device.
HRT_API hrtStatus hrtCopyIn(hrtDevice *device, hrtPointer to, const void *from,
                            uint64_t bytes);
HRT_API hrtStatus hrtCopyOut(hrtDevice *device, void *to, hrtPointer from,
                             uint64_t bytes);

/// Sets each of `bytes` bytes to `value`.
HRT_API hrtStatus hrtFill(hrtDevice *device, hrtPointer to, uint8_t value,
                          uint64_t bytes);

/*===----------------------------------------------------------------------===//
// Modules and kernels
//===----------------------------------------------------------------------===*/

/// Loads `bytes` bytes of an image of the device's kind (PTX need not end in a
/// null byte). HRT_BAD_IMAGE carries the log of the device's assembler. The
/// caller owns *module.
HRT_API hrtStatus hrtLoadModule(hrtDevice *device, hrtImageKind kind,
                                const void *image, uint64_t bytes,
                                hrtModule *module);

/// Unloads `module` (null is allowed) and with it its kernels.
HRT_API hrtStatus hrtUnloadModule(hrtDevice *device, hrtModule module);

/// The kernel `name` of `module`, allowed to use up to `sharedBytes` of dynamic
/// shared memory.
HRT_API hrtStatus hrtGetKernel(hrtDevice *device, hrtModule module,
                               const char *name, uint32_t sharedBytes,
                               hrtKernel *kernel);

/// Makes `map` of `tensor`, for the argument of a launch. Costs no more than a
/// launch and allocates nothing. HRT_UNSUPPORTED on a device whose kernels
/// cannot copy by tensor maps.
HRT_API hrtStatus hrtEncodeTensorMap(hrtDevice *device, const hrtTensor *tensor,
                                     hrtTensorMap *map);

/// HRT_UNSUPPORTED on a device without an assembler.
HRT_API hrtStatus hrtGetKernelInfo(hrtDevice *device, hrtKernel kernel,
                                   hrtKernelInfo *info);

/*===----------------------------------------------------------------------===//
// Execution
//===----------------------------------------------------------------------===*/

/// Queues `kernel` in the stream of `config`. Argument values are read before
/// the call returns; the kernel may run later, so its failure may be reported
/// by a later call. Allocates nothing.
HRT_API hrtStatus hrtLaunch(hrtDevice *device, hrtKernel kernel,
                            const hrtLaunchConfig *config,
                            const hrtArgument *arguments,
                            uint32_t numArguments);

/// Waits until everything queued in `stream` is done; reports faults of its
/// kernels.
HRT_API hrtStatus hrtSynchronize(hrtDevice *device, hrtStream stream);

/// Events, for timing on the device. HRT_UNSUPPORTED on a device without a
/// clock.
HRT_API hrtStatus hrtCreateEvent(hrtDevice *device, hrtEvent *event);
HRT_API hrtStatus hrtDestroyEvent(hrtDevice *device, hrtEvent event);
HRT_API hrtStatus hrtRecordEvent(hrtDevice *device, hrtEvent event,
                                 hrtStream stream);

/// Milliseconds between two recorded events; waits for `stop`.
HRT_API hrtStatus hrtElapsed(hrtDevice *device, hrtEvent start, hrtEvent stop,
                             float *milliseconds);

#ifdef __cplusplus
} // extern "C"
#endif

#endif /* HUMMING_RT_HUMMING_RT_H */
