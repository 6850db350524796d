//===- Device.cpp - The emulator as a device of the runtime ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The runtime's table of functions over DeviceMemory and Module. Launches run
// to their end in the call, so streams and synchronization have nothing to do.
//
//===----------------------------------------------------------------------===//

#include "humming/Emulator/Device.h"

#include "TensorMap.h"
#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"

#include <cstring>
#include <mutex>

using namespace mlir;
using namespace humming::emulator;

/// A kernel handle is the decoded kernel; a module owns its kernels.
struct hrtModuleImpl {
  std::unique_ptr<Module> module;
};

namespace {
struct EmulatedDevice : hrtDevice {
  explicit EmulatedDevice(const Options &options);

  std::mutex mutex;
  MLIRContext context;
  DeviceMemory memory;
  Options options;
  Counters lastCounters;
  /// What a dependent launch finds pending: written since the last launch that
  /// was none.
  std::vector<MemoryRange> written;
};
} // namespace

static EmulatedDevice &get(hrtDevice *device) {
  return *static_cast<EmulatedDevice *>(device);
}

static const Kernel *get(hrtKernel kernel) {
  return reinterpret_cast<const Kernel *>(kernel);
}

static void closeDevice(hrtDevice *device) { delete &get(device); }

static hrtStatus info(hrtDevice *, hrtDeviceInfo *info) {
  *info = {};
  std::strncpy(info->name, "Humming emulator", sizeof(info->name) - 1);
  info->image = HRT_IMAGE_NVVM;
  info->sm = 0;
  info->multiprocessors = 1;
  info->maxSharedBytes = 227 * 1024; // the most of any architecture: sm_90
  info->memoryBytes = uint64_t(1) << 40;
  return HRT_OK;
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

static hrtStatus alloc(hrtDevice *device, uint64_t bytes, hrtPointer *address) {
  EmulatedDevice &self = get(device);
  std::lock_guard<std::mutex> lock(self.mutex);
  *address = self.memory.allocate(bytes);
  if (*address)
    return HRT_OK;
  return hrtFail(HRT_OUT_OF_MEMORY, "the host has no %llu bytes left",
                 (unsigned long long)bytes);
}

static hrtStatus freeMemory(hrtDevice *device, hrtPointer address) {
  EmulatedDevice &self = get(device);
  std::lock_guard<std::mutex> lock(self.mutex);
  if (self.memory.free(address))
    return HRT_OK;
  return hrtFail(HRT_INVALID_ARGUMENT,
                 "0x%llx is not the start of an allocation",
                 (unsigned long long)address);
}

static hrtStatus failRange(hrtPointer address, uint64_t bytes) {
  return hrtFail(HRT_INVALID_ARGUMENT,
                 "%llu bytes at 0x%llx are not inside one allocation",
                 (unsigned long long)bytes, (unsigned long long)address);
}

static hrtStatus copyIn(hrtDevice *device, hrtPointer to, const void *from,
                        uint64_t bytes) {
  EmulatedDevice &self = get(device);
  std::lock_guard<std::mutex> lock(self.mutex);
  return self.memory.write(to, from, bytes) ? HRT_OK : failRange(to, bytes);
}

static hrtStatus copyOut(hrtDevice *device, void *to, hrtPointer from,
                         uint64_t bytes) {
  EmulatedDevice &self = get(device);
  std::lock_guard<std::mutex> lock(self.mutex);
  return self.memory.read(from, to, bytes) ? HRT_OK : failRange(from, bytes);
}

static hrtStatus fill(hrtDevice *device, hrtPointer to, uint8_t value,
                      uint64_t bytes) {
  EmulatedDevice &self = get(device);
  std::lock_guard<std::mutex> lock(self.mutex);
  return self.memory.fill(to, value, bytes) ? HRT_OK : failRange(to, bytes);
}

//===----------------------------------------------------------------------===//
// Modules and kernels
//===----------------------------------------------------------------------===//

static hrtStatus loadModule(hrtDevice *device, const void *image,
                            uint64_t bytes, hrtModule *module) {
  EmulatedDevice &self = get(device);
  std::lock_guard<std::mutex> lock(self.mutex);
  std::string log;
  ScopedDiagnosticHandler handler(&self.context, [&](Diagnostic &diagnostic) {
    llvm::raw_string_ostream stream(log);
    stream << diagnostic.getLocation() << ": " << diagnostic << '\n';
  });
  OwningOpRef<ModuleOp> parsed = parseSourceString<ModuleOp>(
      StringRef(static_cast<const char *>(image), bytes), &self.context,
      "image");
  if (!parsed)
    return hrtFail(HRT_BAD_IMAGE, "the image does not parse:\n%s", log.c_str());
  auto modules = parsed->getOps<gpu::GPUModuleOp>();
  if (std::distance(modules.begin(), modules.end()) != 1)
    return hrtFail(HRT_BAD_IMAGE, "expected one gpu.module in the image");
  FailureOr<std::unique_ptr<Module>> decoded = Module::decode(*modules.begin());
  if (failed(decoded))
    return hrtFail(HRT_BAD_IMAGE, "the image cannot be emulated:\n%s",
                   log.c_str());
  *module = new hrtModuleImpl{std::move(*decoded)};
  return HRT_OK;
}

static hrtStatus unloadModule(hrtDevice *device, hrtModule module) {
  std::lock_guard<std::mutex> lock(get(device).mutex);
  delete module;
  return HRT_OK;
}

static hrtStatus getKernel(hrtDevice *, hrtModule module, const char *name,
                           uint32_t, hrtKernel *kernel) {
  const Kernel *found = module->module->lookup(name);
  if (!found)
    return hrtFail(HRT_NOT_FOUND, "the module has no kernel '%s'", name);
  *kernel = reinterpret_cast<hrtKernel>(const_cast<Kernel *>(found));
  return HRT_OK;
}

static hrtStatus encodeMap(hrtDevice *, const hrtTensor *tensor,
                           hrtTensorMap *map) {
  encodeTensorMap(*tensor, *map);
  return HRT_OK;
}

//===----------------------------------------------------------------------===//
// Execution
//===----------------------------------------------------------------------===//

static hrtStatus launch(hrtDevice *device, hrtKernel handle,
                        const hrtLaunchConfig *config,
                        const hrtArgument *arguments, uint32_t numArguments) {
  EmulatedDevice &self = get(device);
  const Kernel *kernel = get(handle);
  std::lock_guard<std::mutex> lock(self.mutex);
  ArrayRef<uint32_t> sizes = kernel->getArgumentBytes();
  if (numArguments != sizes.size())
    return hrtFail(HRT_INVALID_ARGUMENT, "expected %u arguments, got %u",
                   unsigned(sizes.size()), numArguments);
  const void *values[HRT_MAX_ARGUMENTS];
  for (uint32_t i = 0; i < numArguments; ++i) {
    if (arguments[i].size != sizes[i])
      return hrtFail(HRT_INVALID_ARGUMENT,
                     "expected argument %u to have %u bytes, got %u", i,
                     sizes[i], arguments[i].size);
    values[i] = arguments[i].value;
  }
  LaunchConfig shape;
  shape.grid = {config->grid[0], config->grid[1], config->grid[2]};
  shape.block = {config->block[0], config->block[1], config->block[2]};
  shape.dynamicSharedBytes = config->sharedBytes;
  Options options = self.options;
  if (config->dependent)
    options.pending = self.written;
  else
    self.written.clear();
  LaunchResult result = kernel->launch(self.memory, shape,
                                       ArrayRef(values, numArguments), options);
  self.lastCounters = result.counters;
  llvm::append_range(self.written, result.written);
  if (result.succeeded())
    return HRT_OK;
  return hrtFail(HRT_FAULT, "%s", result.hazard->message.c_str());
}

static hrtStatus synchronize(hrtDevice *device, hrtStream) {
  EmulatedDevice &self = get(device);
  std::lock_guard<std::mutex> lock(self.mutex);
  self.written.clear();
  return HRT_OK;
}

static const hrtDeviceTable kTable = {closeDevice,
                                      info,
                                      alloc,
                                      freeMemory,
                                      copyIn,
                                      copyOut,
                                      fill,
                                      loadModule,
                                      unloadModule,
                                      getKernel,
                                      /*kernelInfo=*/nullptr,
                                      encodeMap,
                                      launch,
                                      synchronize,
                                      /*createEvent=*/nullptr,
                                      /*destroyEvent=*/nullptr,
                                      /*recordEvent=*/nullptr,
                                      /*elapsed=*/nullptr};

static DialectRegistry dialects() {
  DialectRegistry registry;
  registry.insert<DLTIDialect, gpu::GPUDialect, LLVM::LLVMDialect,
                  NVVM::NVVMDialect>();
  return registry;
}

EmulatedDevice::EmulatedDevice(const Options &options)
    : hrtDevice{&kTable}, context(dialects(), MLIRContext::Threading::DISABLED),
      options(options) {
  // Kernels carry launch attributes of dialects that need not be known here.
  context.allowUnregisteredDialects();
}

hrtDevice *humming::emulator::openDevice(const Options &options) {
  return new EmulatedDevice(options);
}

Counters humming::emulator::getLastCounters(hrtDevice *device) {
  EmulatedDevice &self = get(device);
  std::lock_guard<std::mutex> lock(self.mutex);
  return self.lastCounters;
}
