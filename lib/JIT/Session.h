//===- Session.h - The ORC session behind a Jit -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One JITDylib whose symbols are plan entries. The address of a symbol is that
// of its LoadedKernels, which live until ORC removes the symbol.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_JIT_SESSION_H
#define HUMMING_LIB_JIT_SESSION_H

#include "humming/JIT/Jit.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ExecutionEngine/Orc/Core.h"

namespace humming::jit {

class Session : public llvm::orc::ResourceManager {
public:
  static llvm::Expected<std::unique_ptr<Session>>
  create(hrtDevice *device, const hrtDeviceInfo &info, std::string arch,
         Assembler assembler);
  ~Session() override;

  /// Defines the entries that are not yet known.
  llvm::Error define(const Problem &problem, llvm::ArrayRef<PlanEntry> entries);

  /// Looks all `symbols` up at once, so that those not yet compiled are
  /// compiled in parallel; waits for all, returns them in order.
  llvm::Expected<std::vector<const LoadedKernels *>>
  lookup(llvm::ArrayRef<llvm::StringRef> symbols);

  /// Compiles and loads one entry: the work of a materialization unit.
  llvm::Expected<std::unique_ptr<LoadedKernels>> build(const Problem &problem,
                                                       const PlanEntry &entry);

  /// Gives `kernels` to ORC's resource `key`.
  void adopt(llvm::orc::ResourceKey key,
             std::unique_ptr<LoadedKernels> kernels);
  /// Keeps `error` for those who look `symbol` up.
  void recordFailure(llvm::StringRef symbol, llvm::Error error);

  llvm::Error handleRemoveResources(llvm::orc::JITDylib &dylib,
                                    llvm::orc::ResourceKey key) override;
  void handleTransferResources(llvm::orc::JITDylib &dylib,
                               llvm::orc::ResourceKey to,
                               llvm::orc::ResourceKey from) override;

  hrtDevice *const device;
  const hrtDeviceInfo info;
  const std::string arch;
  const bool overlaps; ///< whether kernels of `arch` await those before them
  const Assembler assembler; ///< null: the device's own
  std::string table;         ///< of measured schedules: a file, or empty
  std::atomic<bool> sealed{false};
  std::atomic<size_t> compiled{0};

private:
  Session(hrtDevice *device, const hrtDeviceInfo &info, std::string arch,
          Assembler assembler,
          std::unique_ptr<llvm::orc::ExecutionSession> execution,
          llvm::orc::JITDylib &dylib);

  llvm::Error failureOf(llvm::ArrayRef<llvm::StringRef> symbols,
                        llvm::Error lookupError);

  std::unique_ptr<llvm::orc::ExecutionSession> execution;
  llvm::orc::JITDylib &dylib;

  std::mutex mutex; ///< guards what follows
  llvm::StringMap<JitError> failures;
  llvm::DenseMap<llvm::orc::ResourceKey,
                 std::vector<std::unique_ptr<LoadedKernels>>>
      resources;
};

} // namespace humming::jit

#endif // HUMMING_LIB_JIT_SESSION_H
