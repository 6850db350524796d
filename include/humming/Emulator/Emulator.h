//===- Emulator.h - Lane-accurate execution of the nvvm form ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Executes kernels of the nvvm form (a gpu.module of llvm.func with llvm and
// nvvm ops) on the host, 32 lanes of a warp in lockstep, and reports what the
// hardware would silently get wrong: see docs/Emulator.md.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_EMULATOR_EMULATOR_H
#define HUMMING_EMULATOR_EMULATOR_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mlir::gpu {
class GPUModuleOp;
}

namespace humming::emulator {

class Program;

/// Global memory of the emulated device: separate allocations with unmapped
/// gaps between them, so an access beyond one is never inside another.
/// Addresses are device addresses, not host pointers. Not thread-safe.
class DeviceMemory {
public:
  /// Alignment of every allocation in bytes, the same as cuMemAlloc gives.
  static constexpr uint64_t kAlignment = 256;

  /// One allocation: device addresses [base, base + size).
  struct Allocation {
    uint64_t base = 0;
    uint64_t size = 0;
    std::unique_ptr<uint8_t[]> bytes;
  };

  /// Allocates `size` bytes and fills them with 0xff (NaN in every float
  /// format). Returns the device address, or 0 when the host has no memory or
  /// `size` is 0.
  uint64_t allocate(uint64_t size);

  /// Frees what `allocate` returned; false for any other address.
  bool free(uint64_t address);

  /// Copies between host memory and device memory, or sets each byte; false,
  /// with nothing done, unless [address, address + size) lies inside one
  /// allocation.
  bool write(uint64_t address, const void *source, uint64_t size);
  bool read(uint64_t address, void *destination, uint64_t size) const;
  bool fill(uint64_t address, uint8_t value, uint64_t size);

  /// The allocation that holds `address`, or null.
  const Allocation *find(uint64_t address) const;

private:
  std::map<uint64_t, Allocation> allocations;
  uint64_t next = uint64_t(1) << 32;
};

/// Extent or index in up to three dimensions.
struct Dim3 {
  uint32_t x = 1, y = 1, z = 1;
};

/// How one launch is shaped.
struct LaunchConfig {
  Dim3 grid;
  Dim3 block;
  uint32_t dynamicSharedBytes = 0;
};

/// Bytes of device memory: [address, address + size).
struct MemoryRange {
  uint64_t address = 0;
  uint64_t size = 0;
};

/// How one launch is scheduled.
struct Options {
  /// Absent: blocks and warps run in ascending order. Present: clusters run in
  /// a random permutation and, between barriers, the warps of a cluster in
  /// random order; the same seed gives the same order.
  std::optional<uint64_t> seed;
  /// Branches the warps of one block may execute, together, before the block
  /// counts as stuck. Kernels for the largest problems need less than 2^20.
  uint64_t stepLimit = uint64_t(1) << 26;
  /// Absent: all that the launch depends on has ended. Present: it may still
  /// run, and writes this memory. Until a thread has passed griddepcontrol.wait
  /// it must not read these bytes, nor write any.
  std::optional<std::vector<MemoryRange>> pending;
};

/// What the emulator reports as an error.
enum class HazardKind : uint8_t {
  OutOfBounds,         ///< global or shared access outside every allocation
  Misaligned,          ///< address not a multiple of the access's alignment
  UninitializedShared, ///< read of shared bytes no thread has written
  InFlightShared,      ///< shared bytes that a copy or a wgmma still owns
  InFlightRegister,    ///< access to a register that a wgmma still owns
  MissingFence,        ///< wgmma or bulk copy without the fence it needs
  BarrierMisuse, ///< mbarrier: not initialized, too many arrivals or bytes
  AbsentBlock,   ///< access to a block that may not run yet, or no longer
  SharedRace,    ///< conflicting accesses with no barrier between
  GlobalRace,    ///< the same for bytes of global memory the launch wrote
  PendingMemory, ///< access ahead of griddepcontrol.wait
  Divergence,    ///< collective instruction with inactive lanes
  Deadlock,      ///< a barrier that some warps never reach
  StepLimit,     ///< no end within Options::stepLimit
  Poison,        ///< a computation that reads undef or poison
  Invalid        ///< division by zero, bad operand value, unreachable
};

/// Lower-case name of a hazard, as it appears in messages.
llvm::StringRef getName(HazardKind kind);

/// The first error of a launch. `message` is complete in itself; the other
/// fields are for programs.
struct Hazard {
  HazardKind kind;
  std::string message;
  std::string location;   ///< source location of the op
  std::string op;         ///< operation name
  Dim3 block = {0, 0, 0}; ///< block index
  unsigned warp = 0;      ///< warp within the block
  std::optional<unsigned> lane;
  std::optional<uint64_t> address; ///< device address, or shared offset
};

/// What an instruction does, for Counters.
enum class InstructionKind : uint8_t {
  Integer,
  Float,
  Convert,
  Address,
  Select,
  GlobalLoad,
  GlobalStore,
  SharedLoad,
  SharedStore,
  Atomic,
  Branch,
  Barrier,
  Shuffle,
  LdMatrix,
  StMatrix,
  CpAsync,
  BulkCopy, ///< cp.async.bulk, with or without a tensor map
  MBarrier, ///< mbarrier.init, arrive, try_wait
  Mma,
  WarpgroupMma, ///< wgmma.mma_async, once per warp
  AsyncFence,   ///< wgmma.fence, fence.proxy.async; groups of wgmma and of
                ///< bulk copies, and waits for them
  Prefetch,     ///< cp.async.bulk.prefetch
  Other
};
constexpr unsigned kNumInstructionKinds = unsigned(InstructionKind::Other) + 1;

/// Lower-case name of a kind, for reports.
llvm::StringRef getName(InstructionKind kind);

/// What one launch did. Instructions are ops of the nvvm form, once per warp;
/// ops that only rename values (insertelement, extractvalue, ...) are free.
struct Counters {
  std::array<uint64_t, kNumInstructionKinds> instructions = {};
  /// Passes over the shared memory banks, and how many of them conflict-free
  /// addresses would have saved.
  uint64_t sharedWavefronts = 0;
  uint64_t bankConflicts = 0;
  /// 32-byte sectors touched per warp access, and bytes asked for.
  uint64_t globalSectorsRead = 0, globalSectorsWritten = 0;
  uint64_t globalBytesRead = 0, globalBytesWritten = 0;
  /// Bytes asked into the L2 cache.
  uint64_t bytesPrefetched = 0;
  /// Bytes of shared memory that wgmma.mma_async read, once per warpgroup.
  uint64_t matrixBytes = 0;

  uint64_t count(InstructionKind kind) const {
    return instructions[unsigned(kind)];
  }
  uint64_t total() const;
};

/// Outcome of a launch: no hazard means that it ran to its end.
struct LaunchResult {
  std::optional<Hazard> hazard;
  Counters counters;
  /// Allocations that the launch wrote, at least in part.
  std::vector<MemoryRange> written;

  bool succeeded() const { return !hazard; }
};

/// One decoded kernel. Owned by its Module.
class Kernel {
public:
  explicit Kernel(std::unique_ptr<Program> program);
  ~Kernel();

  llvm::StringRef getName() const;
  /// Size of each argument in bytes, in order.
  llvm::ArrayRef<uint32_t> getArgumentBytes() const;
  /// Shared memory of the module's own globals, before the dynamic part.
  uint32_t getStaticSharedBytes() const;

  /// Runs the kernel to its end or its first hazard. `arguments` has one host
  /// pointer per kernel argument, each to a value of getArgumentBytes()[i]
  /// bytes (a device address for pointers). Global memory keeps what was
  /// written before a hazard.
  LaunchResult launch(DeviceMemory &memory, const LaunchConfig &config,
                      llvm::ArrayRef<const void *> arguments,
                      const Options &options = {}) const;

private:
  std::unique_ptr<Program> program;
};

/// The decoded kernels of one gpu.module in nvvm form.
class Module {
public:
  ~Module();

  /// Decodes every kernel (llvm.func with nvvm.kernel). Emits a diagnostic at
  /// the op that has no handler, or that uses one in a form not emulated. The
  /// MLIRContext must outlive the result (hazards print its locations); the
  /// module itself need not.
  static mlir::FailureOr<std::unique_ptr<Module>>
  decode(mlir::gpu::GPUModuleOp module);

  /// The kernel of that name, or null.
  const Kernel *lookup(llvm::StringRef name) const;
  llvm::ArrayRef<std::unique_ptr<Kernel>> getKernels() const { return kernels; }

private:
  Module() = default;
  std::vector<std::unique_ptr<Kernel>> kernels;
};

} // namespace humming::emulator

#endif // HUMMING_EMULATOR_EMULATOR_H
