//===- Session.cpp - The ORC session behind a Jit -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The materialization unit of a plan entry, and the lookups and resources
// around it. ORC's thread pool runs materializations, so one lookup of several
// symbols compiles them in parallel.
//
//===----------------------------------------------------------------------===//

#include "Session.h"

#include "humming/Target/Arch.h"
#include "llvm/ExecutionEngine/Orc/SelfExecutorProcessControl.h"
#include "llvm/ExecutionEngine/Orc/Shared/OrcError.h"
#include "llvm/Support/Threading.h"

#include <chrono>

using namespace humming::jit;
using namespace llvm::orc;

static const llvm::JITSymbolFlags symbolFlags = llvm::JITSymbolFlags::Exported;

namespace {
/// Compiles and loads one plan entry when ORC asks for its symbol.
class EntryUnit : public MaterializationUnit {
public:
  EntryUnit(Session &session, SymbolStringPtr symbol, Problem problem,
            PlanEntry entry)
      : MaterializationUnit(Interface(
            SymbolFlagsMap({{std::move(symbol), symbolFlags}}), nullptr)),
        session(session), problem(std::move(problem)), entry(std::move(entry)) {
  }

  llvm::StringRef getName() const override { return entry.symbol; }

private:
  void
  materialize(std::unique_ptr<MaterializationResponsibility> unit) override {
    llvm::Expected<std::unique_ptr<LoadedKernels>> kernels =
        session.build(problem, entry);
    if (!kernels) {
      session.recordFailure(entry.symbol, kernels.takeError());
      unit->failMaterialization();
      return;
    }
    SymbolStringPtr symbol = unit->getSymbols().begin()->first;
    SymbolMap addresses;
    addresses[symbol] = {ExecutorAddr::fromPtr(kernels->get()), symbolFlags};
    llvm::Error error = unit->withResourceKeyDo(
        [&](ResourceKey key) { session.adopt(key, std::move(*kernels)); });
    if (!error)
      error = unit->notifyResolved(addresses);
    if (!error)
      error = unit->notifyEmitted({});
    if (!error)
      return;
    session.recordFailure(entry.symbol, std::move(error));
    unit->failMaterialization();
  }

  void discard(const JITDylib &, const SymbolStringPtr &) override {}

  Session &session;
  Problem problem;
  PlanEntry entry;
};
} // namespace

//===----------------------------------------------------------------------===//
// Session
//===----------------------------------------------------------------------===//

llvm::Expected<std::unique_ptr<Session>>
Session::create(hrtDevice *device, const hrtDeviceInfo &info, std::string arch,
                Assembler assembler) {
  auto dispatcher = std::make_unique<DynamicThreadPoolTaskDispatcher>(
      llvm::hardware_concurrency().compute_thread_count());
  auto control =
      SelfExecutorProcessControl::Create(nullptr, std::move(dispatcher));
  if (!control)
    return control.takeError();
  auto execution = std::make_unique<ExecutionSession>(std::move(*control));
  // A failure is told to whoever looks its symbol up.
  execution->setErrorReporter(
      [](llvm::Error error) { llvm::consumeError(std::move(error)); });
  JITDylib &dylib = execution->createBareJITDylib("humming");
  return std::unique_ptr<Session>(new Session(device, info, std::move(arch),
                                              std::move(assembler),
                                              std::move(execution), dylib));
}

Session::Session(hrtDevice *device, const hrtDeviceInfo &info, std::string arch,
                 Assembler assembler,
                 std::unique_ptr<ExecutionSession> execution, JITDylib &dylib)
    : device(device), info(info), arch(std::move(arch)),
      overlaps(lookupArch(this->arch)->hasDependentLaunch),
      assembler(std::move(assembler)), execution(std::move(execution)),
      dylib(dylib) {
  this->execution->registerResourceManager(*this);
}

Session::~Session() {
  // Waits for running compilations, then removes all resources.
  if (llvm::Error error = execution->endSession())
    llvm::consumeError(std::move(error));
  execution->deregisterResourceManager(*this);
}

llvm::Error Session::define(const Problem &problem,
                            llvm::ArrayRef<PlanEntry> entries) {
  for (const PlanEntry &entry : entries) {
    SymbolStringPtr symbol = execution->intern(entry.symbol);
    llvm::Error error = dylib.define(
        std::make_unique<EntryUnit>(*this, symbol, problem, entry));
    // An equal problem has defined it: equal symbols are equal kernels.
    error = llvm::handleErrors(std::move(error),
                               [](const DuplicateDefinition &) {});
    if (error)
      return error;
  }
  return llvm::Error::success();
}

llvm::Expected<std::vector<const LoadedKernels *>>
Session::lookup(llvm::ArrayRef<llvm::StringRef> symbols) {
  SymbolLookupSet names;
  for (llvm::StringRef symbol : symbols)
    names.add(execution->intern(symbol));
  llvm::Expected<SymbolMap> found = execution->lookup(
      {{&dylib, JITDylibLookupFlags::MatchAllSymbols}}, std::move(names));
  if (!found)
    return failureOf(symbols, found.takeError());
  std::vector<const LoadedKernels *> kernels;
  for (llvm::StringRef symbol : symbols)
    kernels.push_back((*found)[execution->intern(symbol)]
                          .getAddress()
                          .toPtr<const LoadedKernels *>());
  return kernels;
}

/// The recorded reason for a failed lookup, in place of ORC's.
llvm::Error Session::failureOf(llvm::ArrayRef<llvm::StringRef> symbols,
                               llvm::Error lookupError) {
  std::lock_guard<std::mutex> lock(mutex);
  for (llvm::StringRef symbol : symbols) {
    auto failure = failures.find(symbol);
    if (failure == failures.end())
      continue;
    llvm::consumeError(std::move(lookupError));
    return llvm::make_error<JitError>(failure->second);
  }
  return lookupError;
}

void Session::recordFailure(llvm::StringRef symbol, llvm::Error error) {
  JitError failure(ErrorKind::CompileFailed, "");
  llvm::handleAllErrors(
      std::move(error), [&](const JitError &known) { failure = known; },
      [&](const llvm::ErrorInfoBase &other) {
        failure.text = other.message();
      });
  std::lock_guard<std::mutex> lock(mutex);
  failures.insert({symbol, std::move(failure)});
}

llvm::Expected<std::unique_ptr<LoadedKernels>>
Session::build(const Problem &problem, const PlanEntry &entry) {
  if (sealed)
    return llvm::make_error<JitError>(
        ErrorKind::Sealed, "'" + entry.symbol +
                               "' is not compiled, and the JIT is sealed: "
                               "prepare it before");
  CompileOptions options;
  options.arch = arch;
  options.tokens = entry.tokens;
  options.table = table;
  // An emulated device is no GPU: its kernels are for the typical one.
  if (info.sm) {
    options.gpu = info.name;
    options.multiprocessors = info.multiprocessors;
  }
  options.kernels = entry.kernels;
  options.ptx = info.image == HRT_IMAGE_PTX;
  options.nvvm = !options.ptx;
  options.source = problem.source;
  llvm::Expected<CompiledModule> compiledModule = compile(problem.ir, options);
  if (!compiledModule)
    return compiledModule.takeError();
  ++compiled;

  auto loaded = std::make_unique<LoadedKernels>();
  loaded->compiled = std::move(*compiledModule);
  CompiledModule &module = loaded->compiled;
  std::string image = std::move(options.ptx ? module.ptx : module.nvvm);
  loaded->imageBytes = image.size();
  if (options.ptx && assembler) {
    llvm::Expected<std::string> assembled = assembler(image);
    if (!assembled)
      return assembled.takeError();
    image = std::move(*assembled);
  }
  auto start = std::chrono::steady_clock::now();
  if (llvm::Error error = deviceError(hrtLoadModule(
          device, info.image, image.data(), image.size(), &loaded->module)))
    return std::move(error);
  for (const CompiledKernel &kernel : module.kernels) {
    if (hrtStatus status = hrtGetKernel(
            device, loaded->module, kernel.name.c_str(), kernel.launch.shared,
            &loaded->kernels.emplace_back())) {
      llvm::Error error = deviceError(status);
      hrtUnloadModule(device, loaded->module);
      return std::move(error);
    }
  }
  loaded->loadMilliseconds = std::chrono::duration<double, std::milli>(
                                 std::chrono::steady_clock::now() - start)
                                 .count();
  return loaded;
}

//===----------------------------------------------------------------------===//
// Resources
//===----------------------------------------------------------------------===//

void Session::adopt(ResourceKey key, std::unique_ptr<LoadedKernels> kernels) {
  std::lock_guard<std::mutex> lock(mutex);
  resources[key].push_back(std::move(kernels));
}

llvm::Error Session::handleRemoveResources(JITDylib &, ResourceKey key) {
  std::vector<std::unique_ptr<LoadedKernels>> removed;
  {
    std::lock_guard<std::mutex> lock(mutex);
    auto found = resources.find(key);
    if (found == resources.end())
      return llvm::Error::success();
    removed = std::move(found->second);
    resources.erase(found);
  }
  hrtStatus status = HRT_OK;
  for (const std::unique_ptr<LoadedKernels> &kernels : removed)
    if (hrtStatus failed = hrtUnloadModule(device, kernels->module))
      status = failed;
  return deviceError(status);
}

void Session::handleTransferResources(JITDylib &, ResourceKey to,
                                      ResourceKey from) {
  std::lock_guard<std::mutex> lock(mutex);
  auto found = resources.find(from);
  if (found == resources.end())
    return;
  std::vector<std::unique_ptr<LoadedKernels>> moved = std::move(found->second);
  resources.erase(found);
  for (std::unique_ptr<LoadedKernels> &kernels : moved)
    resources[to].push_back(std::move(kernels));
}
