//===- Jit.h - Plan, prepare, launch, seal ----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Kernels as symbols of an ORC session: the first lookup of a symbol compiles
// and loads its kernel, so that compiling once, waiting for another thread's
// compilation and lifetime are ORC's.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_JIT_JIT_H
#define HUMMING_JIT_JIT_H

#include "humming/JIT/Compiler.h"
#include "humming/JIT/Problem.h"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>

namespace humming::jit {

/// One kernel of a plan.
struct PlanEntry {
  std::string symbol; ///< unique to problem, architecture and entry
  KernelSet kernels;  ///< Gemm, or Pack for all packing kernels together
  int64_t tokens;     ///< Gemm: largest M it serves; 0: any
};

/// The kernels that a problem needs on an architecture, whatever M will be: a
/// Gemm entry for each token bucket in rising order, then the Pack entry. Pure:
/// nothing is compiled, equal arguments give equal plans.
std::vector<PlanEntry> plan(const Problem &problem, llvm::StringRef arch);

/// The architecture to compile for on a device: the newest known one that the
/// device can run. "sm_80" for a device of any architecture (the emulator).
/// InvalidArgument when the device is older than all of them.
llvm::Expected<std::string> archFor(const hrtDeviceInfo &device);

/// Makes of `ptx` an image that the device loads as it is, of the device's own
/// architecture. Called from several threads at once.
using Assembler =
    std::function<llvm::Expected<std::string>(llvm::StringRef ptx)>;

class Session;

/// A compiled and loaded entry of a plan. Owned by the session.
struct LoadedKernels {
  CompiledModule compiled; ///< without its images
  uint64_t imageBytes = 0; ///< of the PTX, or of the nvvm form
  hrtModule module = nullptr;
  std::vector<hrtKernel> kernels; ///< as compiled.kernels
  double loadMilliseconds = 0;    ///< the device's own assembler included
};

/// When a launch starts.
enum class LaunchOrder : uint8_t {
  Serial, ///< when the launch before it in the stream has ended
  /// While that one may still run, for what does not depend on it: on
  /// architectures with dependent launches, elsewhere as Serial. The launch
  /// before must not write the weights, scales, zero points or permutation of
  /// this one.
  Dependent
};

/// One gemm on one device. Made by Jit::add and not to outlive its Jit.
class Gemm {
public:
  Gemm(const Gemm &) = delete;
  Gemm &operator=(const Gemm &) = delete;
  /// Frees the workspace. Nothing launched may still be running.
  ~Gemm();

  const Problem &getProblem() const { return problem; }
  llvm::ArrayRef<PlanEntry> getPlan() const { return entries; }

  /// Compiles and loads every kernel for up to `maxTokens` tokens (0: any
  /// number) and the packing, in parallel, and allocates the workspace of the
  /// token buckets that are limited. Returns the first error.
  llvm::Error prepare(int64_t maxTokens = 0);

  /// The loaded kernel that serves `m` tokens; compiles it if needed. The
  /// pointer is valid as long as the Jit.
  llvm::Expected<const LoadedKernels *> kernelFor(int64_t m);
  /// The loaded packing kernels; compiles them if needed.
  llvm::Expected<const LoadedKernels *> packKernels();

  /// Queues the gemm of `m` tokens in `stream`. `buffers` are device addresses
  /// in the order of Problem::buffers, with B, Scale and Zero packed, each
  /// aligned to 16 bytes. After prepare it allocates nothing. Launches of one
  /// Gemm share a workspace: they belong in one stream.
  llvm::Error launch(int64_t m, llvm::ArrayRef<hrtPointer> buffers,
                     hrtStream stream = nullptr,
                     LaunchOrder order = LaunchOrder::Serial);

  /// Queues the packing of `source`, a row-major buffer of B, Scale or Zero,
  /// into `destination` of BufferInfo::packedBytes bytes. B of a problem with a
  /// permutation is packed in its order: `perm` is the buffer of role Perm; 0
  /// for everything else.
  llvm::Error pack(BufferRole role, hrtPointer source, hrtPointer destination,
                   hrtStream stream = nullptr, hrtPointer perm = 0);

private:
  friend class Jit;
  Gemm(Session &session, Problem problem, std::vector<PlanEntry> entries);

  llvm::Expected<const LoadedKernels *> load(size_t entry);
  llvm::Error reserve(const KernelLaunch &launch, int64_t m);

  Session &session;
  const Problem problem;
  const std::vector<PlanEntry> entries;
  /// Entries that were looked up; null before.
  std::vector<std::atomic<const LoadedKernels *>> loaded;

  std::mutex workspaceMutex;
  hrtPointer partials = 0, counters = 0;
  uint64_t partialBytes = 0, counterBytes = 0;
};

/// The kernels of one device. Safe to use from several threads.
class Jit {
public:
  /// Compiles for `arch` ("" : archFor(device)) and runs on `device`, which
  /// must outlive the result. PTX goes through `assembler` where there is one:
  /// the CUDA driver assembles one module at a time, whatever the threads.
  static llvm::Expected<std::unique_ptr<Jit>>
  create(hrtDevice *device, llvm::StringRef arch = "",
         Assembler assembler = nullptr);
  /// Unloads every kernel. All Gemms must be gone.
  ~Jit();

  llvm::StringRef getArch() const;
  hrtDevice *getDevice() const;

  /// Chooses schedules by the table of measured schedules in the file `path`,
  /// before those of the compiler, for all that is compiled from now on. An
  /// error when it cannot be read.
  llvm::Error useTable(llvm::StringRef path);

  /// Defines the symbols of `problem`; compiles nothing. Equal problems share
  /// their kernels.
  llvm::Expected<std::unique_ptr<Gemm>> add(Problem problem);

  /// From now on, whatever would compile or allocate fails with Sealed.
  void seal();
  bool isSealed() const;
  /// Entries compiled so far.
  size_t getNumCompiled() const;

private:
  explicit Jit(std::unique_ptr<Session> session);
  std::unique_ptr<Session> session;
};

} // namespace humming::jit

#endif // HUMMING_JIT_JIT_H
