//===- Emulator.cpp - Modules, kernels, device memory ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The public face: decoding a gpu.module, launching a kernel, device memory,
// names for messages.
//
//===----------------------------------------------------------------------===//

#include "humming/Emulator/Emulator.h"

#include "Decoder.h"
#include "Machine.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

#include <cstring>
#include <new>
#include <numeric>

using namespace mlir;

namespace humming::emulator {

//===----------------------------------------------------------------------===//
// DeviceMemory
//===----------------------------------------------------------------------===//

uint64_t DeviceMemory::allocate(uint64_t size) {
  if (size == 0)
    return 0;
  std::unique_ptr<uint8_t[]> bytes(new (std::nothrow) uint8_t[size]);
  if (!bytes)
    return 0;
  std::memset(bytes.get(), 0xff, size);
  uint64_t base = next;
  // A gap of at least 64 KiB, so that small overruns hit no other allocation.
  constexpr uint64_t kGap = uint64_t(1) << 16;
  next += (size + kGap + kGap - 1) / kGap * kGap;
  static_assert(kGap % kAlignment == 0);
  allocations[base] = {base, size, std::move(bytes)};
  return base;
}

bool DeviceMemory::free(uint64_t address) {
  return allocations.erase(address) != 0;
}

const DeviceMemory::Allocation *DeviceMemory::find(uint64_t address) const {
  auto next = allocations.upper_bound(address);
  if (next == allocations.begin())
    return nullptr;
  const Allocation &allocation = std::prev(next)->second;
  return address - allocation.base < allocation.size ? &allocation : nullptr;
}

static uint8_t *locate(const DeviceMemory &memory, uint64_t address,
                       uint64_t size) {
  const DeviceMemory::Allocation *allocation = memory.find(address);
  if (!allocation || size > allocation->size - (address - allocation->base))
    return nullptr;
  return allocation->bytes.get() + (address - allocation->base);
}

bool DeviceMemory::write(uint64_t address, const void *source, uint64_t size) {
  uint8_t *bytes = locate(*this, address, size);
  if (bytes)
    std::memcpy(bytes, source, size);
  return bytes;
}

bool DeviceMemory::read(uint64_t address, void *destination,
                        uint64_t size) const {
  const uint8_t *bytes = locate(*this, address, size);
  if (bytes)
    std::memcpy(destination, bytes, size);
  return bytes;
}

bool DeviceMemory::fill(uint64_t address, uint8_t value, uint64_t size) {
  uint8_t *bytes = locate(*this, address, size);
  if (bytes)
    std::memset(bytes, value, size);
  return bytes;
}

//===----------------------------------------------------------------------===//
// Names and sums
//===----------------------------------------------------------------------===//

StringRef getName(HazardKind kind) {
  switch (kind) {
  case HazardKind::OutOfBounds:
    return "out of bounds";
  case HazardKind::Misaligned:
    return "misaligned access";
  case HazardKind::UninitializedShared:
    return "uninitialized shared memory";
  case HazardKind::InFlightShared:
    return "shared memory in flight";
  case HazardKind::InFlightRegister:
    return "register in flight";
  case HazardKind::MissingFence:
    return "missing fence";
  case HazardKind::BarrierMisuse:
    return "barrier misuse";
  case HazardKind::AbsentBlock:
    return "absent block";
  case HazardKind::SharedRace:
    return "shared memory race";
  case HazardKind::GlobalRace:
    return "global memory race";
  case HazardKind::PendingMemory:
    return "pending memory";
  case HazardKind::Divergence:
    return "divergence";
  case HazardKind::Deadlock:
    return "deadlock";
  case HazardKind::StepLimit:
    return "step limit";
  case HazardKind::Poison:
    return "poison";
  case HazardKind::Invalid:
    return "invalid operation";
  }
  llvm_unreachable("every hazard has a name");
}

StringRef getName(InstructionKind kind) {
  switch (kind) {
  case InstructionKind::Integer:
    return "integer";
  case InstructionKind::Float:
    return "float";
  case InstructionKind::Convert:
    return "convert";
  case InstructionKind::Address:
    return "address";
  case InstructionKind::Select:
    return "select";
  case InstructionKind::GlobalLoad:
    return "global load";
  case InstructionKind::GlobalStore:
    return "global store";
  case InstructionKind::SharedLoad:
    return "shared load";
  case InstructionKind::SharedStore:
    return "shared store";
  case InstructionKind::Atomic:
    return "atomic";
  case InstructionKind::Branch:
    return "branch";
  case InstructionKind::Barrier:
    return "barrier";
  case InstructionKind::Shuffle:
    return "shuffle";
  case InstructionKind::LdMatrix:
    return "ldmatrix";
  case InstructionKind::StMatrix:
    return "stmatrix";
  case InstructionKind::CpAsync:
    return "cp.async";
  case InstructionKind::BulkCopy:
    return "bulk copy";
  case InstructionKind::MBarrier:
    return "mbarrier";
  case InstructionKind::Mma:
    return "mma";
  case InstructionKind::WarpgroupMma:
    return "wgmma";
  case InstructionKind::AsyncFence:
    return "asynchronous fence";
  case InstructionKind::Prefetch:
    return "prefetch";
  case InstructionKind::Other:
    return "other";
  }
  llvm_unreachable("every kind has a name");
}

uint64_t Counters::total() const {
  return std::accumulate(instructions.begin(), instructions.end(), uint64_t(0));
}

//===----------------------------------------------------------------------===//
// Kernel and Module
//===----------------------------------------------------------------------===//

Kernel::Kernel(std::unique_ptr<Program> program)
    : program(std::move(program)) {}
Kernel::~Kernel() = default;

StringRef Kernel::getName() const { return program->name; }
ArrayRef<uint32_t> Kernel::getArgumentBytes() const {
  return program->argumentBytes;
}
uint32_t Kernel::getStaticSharedBytes() const {
  return program->staticSharedBytes;
}

/// A hazard of the launch itself, before any instruction.
static LaunchResult refuseLaunch(const Program &program, const Twine &text) {
  Hazard hazard;
  hazard.kind = HazardKind::Invalid;
  hazard.message =
      ("invalid launch of kernel " + program.name + ": " + text).str();
  LaunchResult result;
  result.hazard = std::move(hazard);
  return result;
}

LaunchResult Kernel::launch(DeviceMemory &memory, const LaunchConfig &config,
                            ArrayRef<const void *> arguments,
                            const Options &options) const {
  if (arguments.size() != program->arguments.size())
    return refuseLaunch(*program,
                        "expected " + Twine(program->arguments.size()) +
                            " arguments, got " + Twine(arguments.size()));
  constexpr uint64_t kMaxThreads = 1024;
  uint64_t threads = uint64_t(config.block.x) * config.block.y * config.block.z;
  if (threads == 0 || threads > kMaxThreads)
    return refuseLaunch(*program, "expected 1 to 1024 threads per block, got " +
                                      Twine(threads));
  if (!config.grid.x || !config.grid.y || !config.grid.z)
    return refuseLaunch(*program, "the grid is empty");
  if (program->requiredThreads && program->requiredThreads != threads)
    return refuseLaunch(*program, "the kernel requires blocks of " +
                                      Twine(program->requiredThreads) +
                                      " threads, got " + Twine(threads));

  if (config.grid.x % program->clusterBlocks)
    return refuseLaunch(*program, "expected a multiple of the cluster's " +
                                      Twine(program->clusterBlocks) +
                                      " blocks along x, got " +
                                      Twine(config.grid.x));

  Machine machine(*program, memory, config, options);
  machine.run(arguments);
  LaunchResult result;
  result.hazard = std::move(machine.hazard);
  result.counters = machine.counters;
  result.written = machine.global.written();
  return result;
}

Module::~Module() = default;

FailureOr<std::unique_ptr<Module>> Module::decode(gpu::GPUModuleOp op) {
  std::unique_ptr<Module> module(new Module());
  for (auto function : op.getOps<LLVM::LLVMFuncOp>()) {
    if (!function->hasAttr("nvvm.kernel") &&
        !function->hasAttr(gpu::GPUDialect::getKernelFuncAttrName()))
      continue;
    auto program = std::make_unique<Program>();
    if (failed(Decoder(*program, function).run()))
      return failure();
    module->kernels.push_back(std::make_unique<Kernel>(std::move(program)));
  }
  return module;
}

const Kernel *Module::lookup(StringRef name) const {
  for (const std::unique_ptr<Kernel> &kernel : kernels)
    if (kernel->getName() == name)
      return kernel.get();
  return nullptr;
}

} // namespace humming::emulator
