//===- Execute.cpp - One gemm on a device ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The path of a program that uses the JIT: open a device, add the problem, put
// operands into device memory, pack the weights' side, launch.
//
//===----------------------------------------------------------------------===//

#include "Execute.h"

#include "humming-compile/Ptxas.h"
#include "humming/Emulator/Device.h"
#include "humming/JIT/Jit.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/Regex.h"

using namespace humming;
using namespace humming::run;
using jit::BufferInfo;
using jit::BufferRole;
using jit::deviceError;
using llvm::StringRef;

namespace {
struct DeviceCloser {
  void operator()(hrtDevice *device) const { hrtClose(device); }
};
using Device = std::unique_ptr<hrtDevice, DeviceCloser>;

/// Device memory that is freed with its owner.
class Buffers {
public:
  explicit Buffers(hrtDevice *device) : device(device) {}
  ~Buffers() {
    for (hrtPointer address : addresses)
      hrtFree(device, address);
  }

  llvm::Expected<hrtPointer> allocate(uint64_t bytes) {
    hrtPointer address = 0;
    if (llvm::Error error = deviceError(hrtAlloc(device, bytes, &address)))
      return std::move(error);
    addresses.push_back(address);
    return address;
  }

  llvm::Expected<hrtPointer> upload(llvm::ArrayRef<uint8_t> bytes) {
    llvm::Expected<hrtPointer> address = allocate(bytes.size());
    if (!address)
      return address;
    if (llvm::Error error = deviceError(
            hrtCopyIn(device, *address, bytes.data(), bytes.size())))
      return std::move(error);
    return address;
  }

private:
  hrtDevice *device;
  std::vector<hrtPointer> addresses;
};
} // namespace

static llvm::Expected<Device> openDevice(Where where) {
  if (where == Where::Emulator)
    return Device(emulator::openDevice());
  hrtDevice *device = nullptr;
  if (llvm::Error error = deviceError(hrtOpenCuda(0, &device)))
    return std::move(error);
  return Device(device);
}

/// Uploads every argument, packs those that a launch takes packed, and makes
/// room for the result: the addresses of a launch.
static llvm::Expected<std::vector<hrtPointer>>
prepareBuffers(jit::Gemm &gemm, const Inputs &inputs, Buffers &buffers) {
  std::vector<hrtPointer> addresses;
  hrtPointer perm = 0;
  for (auto [index, buffer] : llvm::enumerate(inputs.problem.buffers)) {
    bool isResult = buffer.role == BufferRole::Result;
    llvm::Expected<hrtPointer> address =
        isResult ? buffers.allocate(buffer.sizeFor(inputs.m))
                 : buffers.upload(inputs.arguments[index]);
    if (!address)
      return address.takeError();
    addresses.push_back(*address);
    if (buffer.role == BufferRole::Perm)
      perm = *address;
  }
  for (auto [buffer, address] : llvm::zip(inputs.problem.buffers, addresses)) {
    if (!buffer.packedBytes)
      continue;
    llvm::Expected<hrtPointer> packed = buffers.allocate(buffer.packedBytes);
    if (!packed)
      return packed.takeError();
    if (llvm::Error error =
            gemm.pack(buffer.role, address, *packed, /*stream=*/nullptr,
                      buffer.role == BufferRole::B ? perm : 0))
      return std::move(error);
    address = *packed;
  }
  return addresses;
}

/// The number before or after fixed words in the report of ptxas.
static unsigned findNumber(StringRef report, StringRef pattern) {
  llvm::SmallVector<StringRef, 2> matches;
  unsigned number = 0;
  if (llvm::Regex(pattern).match(report, &matches))
    matches[1].getAsInteger(10, number);
  return number;
}

static llvm::Expected<Assembly>
assembleWith(StringRef ptxas, const jit::CompiledModule &module) {
  llvm::ErrorOr<std::string> program = llvm::sys::findProgramByName(ptxas);
  if (!program)
    return fail("--ptxas: there is no program '" + ptxas + "'");
  llvm::Expected<Assembled> assembled =
      assemble(module.ptx, module.arch, *program);
  if (!assembled)
    return assembled.takeError();
  StringRef report = assembled->report;
  return Assembly{findNumber(report, "Used ([0-9]+) registers"),
                  findNumber(report, "([0-9]+) bytes spill stores") +
                      findNumber(report, "([0-9]+) bytes spill loads")};
}

/// Compiles the kernel once more, to PTX: for a device that was given the nvvm
/// form, and for ptxas.
static llvm::Error compilePtx(const Inputs &inputs, const Options &options,
                              Execution &execution) {
  jit::CompileOptions compileOptions;
  compileOptions.arch = execution.kernel.arch;
  compileOptions.tokens = execution.kernel.tokens;
  compileOptions.kernels = jit::KernelSet::Gemm;
  compileOptions.source = inputs.problem.source;
  llvm::Expected<jit::CompiledModule> compiled =
      jit::compile(inputs.problem.ir, compileOptions);
  if (!compiled)
    return compiled.takeError();
  execution.kernel = std::move(*compiled);
  execution.ptxBytes = execution.kernel.ptx.size();
  if (options.ptxas.empty())
    return llvm::Error::success();
  llvm::Expected<Assembly> assembly =
      assembleWith(options.ptxas, execution.kernel);
  if (!assembly)
    return assembly.takeError();
  execution.assembly = *assembly;
  return llvm::Error::success();
}

llvm::Expected<Execution> run::execute(const Inputs &inputs,
                                       const Options &options) {
  llvm::Expected<Device> device = openDevice(options.on);
  if (!device)
    return device.takeError();
  hrtDeviceInfo info;
  if (llvm::Error error = deviceError(hrtGetInfo(device->get(), &info)))
    return std::move(error);
  auto jit = jit::Jit::create(device->get(), options.arch);
  if (!jit)
    return jit.takeError();
  auto gemm = (*jit)->add(inputs.problem);
  if (!gemm)
    return gemm.takeError();
  auto kernels = (*gemm)->kernelFor(inputs.m);
  if (!kernels)
    return kernels.takeError();

  Execution execution;
  execution.device = info.name;
  Buffers buffers(device->get());
  auto addresses = prepareBuffers(**gemm, inputs, buffers);
  if (!addresses)
    return addresses.takeError();
  if (llvm::Error error = (*gemm)->launch(inputs.m, *addresses))
    return std::move(error);
  if (llvm::Error error =
          deviceError(hrtSynchronize(device->get(), /*stream=*/nullptr)))
    return std::move(error);
  execution.result.resize(inputs.problem.buffers.back().sizeFor(inputs.m));
  if (llvm::Error error =
          deviceError(hrtCopyOut(device->get(), execution.result.data(),
                                 addresses->back(), execution.result.size())))
    return std::move(error);

  execution.kernel = (*kernels)->compiled;
  execution.ptxBytes = (*kernels)->imageBytes;
  hrtKernelInfo kernelInfo;
  if (hrtGetKernelInfo(device->get(), (*kernels)->kernels.front(),
                       &kernelInfo) == HRT_OK)
    execution.info = kernelInfo;
  if (info.image != HRT_IMAGE_PTX || !options.ptxas.empty())
    if (llvm::Error error = compilePtx(inputs, options, execution))
      return std::move(error);
  return execution;
}
