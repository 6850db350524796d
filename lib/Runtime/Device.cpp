//===- Device.cpp - The checked calls on a device -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every hrt call on a device checks its arguments here, once for all devices,
// and goes on to the device's table.
//
//===----------------------------------------------------------------------===//

#include "humming-rt/humming_rt.h"

/// Null handles and out parameters are the caller's mistake; name the call.
#define REQUIRE(condition)                                                     \
  do                                                                           \
    if (!(condition))                                                          \
      return hrtFail(HRT_INVALID_ARGUMENT, "%s: expected %s", __func__,        \
                     #condition);                                              \
  while (false)

#define REQUIRE_DEVICE REQUIRE(device != nullptr)

void hrtClose(hrtDevice *device) {
  if (device)
    device->table->close(device);
}

hrtStatus hrtGetInfo(hrtDevice *device, hrtDeviceInfo *info) {
  REQUIRE_DEVICE;
  REQUIRE(info != nullptr);
  return device->table->info(device, info);
}

hrtStatus hrtAlloc(hrtDevice *device, uint64_t bytes, hrtPointer *address) {
  REQUIRE_DEVICE;
  REQUIRE(address != nullptr);
  REQUIRE(bytes > 0);
  return device->table->alloc(device, bytes, address);
}

hrtStatus hrtFree(hrtDevice *device, hrtPointer address) {
  REQUIRE_DEVICE;
  return address ? device->table->free(device, address) : HRT_OK;
}

hrtStatus hrtCopyIn(hrtDevice *device, hrtPointer to, const void *from,
                    uint64_t bytes) {
  REQUIRE_DEVICE;
  if (bytes == 0)
    return HRT_OK;
  REQUIRE(to != 0);
  REQUIRE(from != nullptr);
  return device->table->copyIn(device, to, from, bytes);
}

hrtStatus hrtCopyOut(hrtDevice *device, void *to, hrtPointer from,
                     uint64_t bytes) {
  REQUIRE_DEVICE;
  if (bytes == 0)
    return HRT_OK;
  REQUIRE(to != nullptr);
  REQUIRE(from != 0);
  return device->table->copyOut(device, to, from, bytes);
}

hrtStatus hrtFill(hrtDevice *device, hrtPointer to, uint8_t value,
                  uint64_t bytes) {
  REQUIRE_DEVICE;
  if (bytes == 0)
    return HRT_OK;
  REQUIRE(to != 0);
  return device->table->fill(device, to, value, bytes);
}

static const char *imageName(hrtImageKind kind) {
  return kind == HRT_IMAGE_PTX ? "PTX" : "the nvvm form";
}

hrtStatus hrtLoadModule(hrtDevice *device, hrtImageKind kind, const void *image,
                        uint64_t bytes, hrtModule *module) {
  REQUIRE_DEVICE;
  REQUIRE(image != nullptr);
  REQUIRE(bytes > 0);
  REQUIRE(module != nullptr);
  hrtDeviceInfo info;
  if (hrtStatus status = device->table->info(device, &info))
    return status;
  if (info.image != kind)
    return hrtFail(HRT_INVALID_ARGUMENT, "%s loads %s, got an image of %s",
                   info.name, imageName(info.image), imageName(kind));
  return device->table->loadModule(device, image, bytes, module);
}

hrtStatus hrtUnloadModule(hrtDevice *device, hrtModule module) {
  REQUIRE_DEVICE;
  return module ? device->table->unloadModule(device, module) : HRT_OK;
}

hrtStatus hrtGetKernel(hrtDevice *device, hrtModule module, const char *name,
                       uint32_t sharedBytes, hrtKernel *kernel) {
  REQUIRE_DEVICE;
  REQUIRE(module != nullptr);
  REQUIRE(name != nullptr);
  REQUIRE(kernel != nullptr);
  return device->table->getKernel(device, module, name, sharedBytes, kernel);
}

hrtStatus hrtEncodeTensorMap(hrtDevice *device, const hrtTensor *tensor,
                             hrtTensorMap *map) {
  REQUIRE_DEVICE;
  REQUIRE(tensor != nullptr);
  REQUIRE(map != nullptr);
  // CUDA Driver API, cuTensorMapEncodeTiled.
  const uint64_t mostElements = uint64_t(1) << 32;
  const uint64_t mostRowBytes = uint64_t(1) << 40;
  uint32_t bytes = tensor->elementBytes;
  REQUIRE(tensor->address != 0 && tensor->address % 16 == 0);
  REQUIRE(bytes == 1 || bytes == 2 || bytes == 4);
  REQUIRE(tensor->rows >= 1 && tensor->rows <= mostElements);
  REQUIRE(tensor->cols >= 1 && tensor->cols <= mostElements);
  REQUIRE(tensor->rowBytes % 16 == 0 && tensor->rowBytes < mostRowBytes);
  REQUIRE(tensor->rowBytes >= tensor->cols * bytes);
  REQUIRE(tensor->boxRows >= 1 && tensor->boxRows <= 256);
  if (!device->table->encodeTensorMap)
    return hrtFail(HRT_UNSUPPORTED, "the device has no tensor maps");
  return device->table->encodeTensorMap(device, tensor, map);
}

hrtStatus hrtGetKernelInfo(hrtDevice *device, hrtKernel kernel,
                           hrtKernelInfo *info) {
  REQUIRE_DEVICE;
  REQUIRE(kernel != nullptr);
  REQUIRE(info != nullptr);
  if (!device->table->kernelInfo)
    return hrtFail(HRT_UNSUPPORTED, "this device has no assembler");
  return device->table->kernelInfo(device, kernel, info);
}

hrtStatus hrtLaunch(hrtDevice *device, hrtKernel kernel,
                    const hrtLaunchConfig *config, const hrtArgument *arguments,
                    uint32_t numArguments) {
  REQUIRE_DEVICE;
  REQUIRE(kernel != nullptr);
  REQUIRE(config != nullptr);
  REQUIRE(numArguments <= HRT_MAX_ARGUMENTS);
  REQUIRE(arguments != nullptr || numArguments == 0);
  for (uint32_t i = 0; i < 3; ++i) {
    REQUIRE(config->grid[i] > 0);
    REQUIRE(config->block[i] > 0);
  }
  for (uint32_t i = 0; i < numArguments; ++i) {
    REQUIRE(arguments[i].value != nullptr);
    REQUIRE(arguments[i].size > 0);
  }
  return device->table->launch(device, kernel, config, arguments, numArguments);
}

hrtStatus hrtSynchronize(hrtDevice *device, hrtStream stream) {
  REQUIRE_DEVICE;
  return device->table->synchronize(device, stream);
}

static hrtStatus noClock() {
  return hrtFail(HRT_UNSUPPORTED, "this device has no clock for events");
}

hrtStatus hrtCreateEvent(hrtDevice *device, hrtEvent *event) {
  REQUIRE_DEVICE;
  REQUIRE(event != nullptr);
  if (!device->table->createEvent)
    return noClock();
  return device->table->createEvent(device, event);
}

hrtStatus hrtDestroyEvent(hrtDevice *device, hrtEvent event) {
  REQUIRE_DEVICE;
  if (!event)
    return HRT_OK;
  if (!device->table->destroyEvent)
    return noClock();
  return device->table->destroyEvent(device, event);
}

hrtStatus hrtRecordEvent(hrtDevice *device, hrtEvent event, hrtStream stream) {
  REQUIRE_DEVICE;
  REQUIRE(event != nullptr);
  if (!device->table->recordEvent)
    return noClock();
  return device->table->recordEvent(device, event, stream);
}

hrtStatus hrtElapsed(hrtDevice *device, hrtEvent start, hrtEvent stop,
                     float *milliseconds) {
  REQUIRE_DEVICE;
  REQUIRE(start != nullptr);
  REQUIRE(stop != nullptr);
  REQUIRE(milliseconds != nullptr);
  if (!device->table->elapsed)
    return noClock();
  return device->table->elapsed(device, start, stop, milliseconds);
}
