//===- Jit.cpp - Plan, prepare, launch, seal ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The plan of a problem, and the Jit as a thin front of its session.
//
//===----------------------------------------------------------------------===//

#include "humming/JIT/Jit.h"

#include "Session.h"
#include "humming/Dialect/Humming/Transforms/ScheduleTable.h"
#include "humming/Target/Arch.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA256.h"

using namespace humming;
using namespace humming::jit;

/// 32 hexadecimal digits that stand for the problem on `arch`.
static std::string keyOf(const Problem &problem, llvm::StringRef arch) {
  llvm::SHA256 hash;
  hash.update(arch);
  hash.update(llvm::StringRef("\0", 1));
  hash.update(problem.ir);
  return llvm::toHex(llvm::ArrayRef(hash.final()).take_front(16),
                     /*LowerCase=*/true);
}

std::vector<PlanEntry> humming::jit::plan(const Problem &problem,
                                          llvm::StringRef arch) {
  std::string prefix =
      (problem.name + "." + arch + "." + keyOf(problem, arch)).str();
  std::vector<PlanEntry> entries;
  auto addGemm = [&](int64_t tokens, const llvm::Twine &suffix) {
    entries.push_back({(prefix + suffix).str(), KernelSet::Gemm, tokens});
  };
  if (problem.m) {
    addGemm(*problem.m, ".m" + llvm::Twine(*problem.m));
  } else {
    for (int64_t tokens : tokenBuckets())
      addGemm(tokens, ".m" + llvm::Twine(tokens));
    addGemm(0, ".m");
  }
  entries.push_back({prefix + ".pack", KernelSet::Pack, 0});
  return entries;
}

llvm::Expected<std::string> humming::jit::archFor(const hrtDeviceInfo &device) {
  if (device.sm == 0)
    return std::string("sm_80");
  const Arch *best = nullptr;
  for (const Arch &arch : allArchs())
    if (arch.sm <= device.sm)
      best = &arch;
  if (!best)
    return invalidArgument(llvm::Twine(device.name) + " is sm_" +
                           llvm::Twine(device.sm) + ", older than " +
                           allArchs().front().name);
  return best->name.str();
}

llvm::Expected<std::unique_ptr<Jit>>
Jit::create(hrtDevice *device, llvm::StringRef arch, Assembler assembler) {
  hrtDeviceInfo info;
  if (llvm::Error error = deviceError(hrtGetInfo(device, &info)))
    return std::move(error);
  llvm::Expected<std::string> name =
      arch.empty() ? archFor(info) : llvm::Expected<std::string>(arch.str());
  if (!name)
    return name.takeError();
  const Arch *known = lookupArch(*name);
  if (!known)
    return invalidArgument("unknown architecture '" + *name + "', known are " +
                           knownArchNames());
  if (info.sm && known->sm > info.sm)
    return invalidArgument(llvm::Twine(info.name) + " is sm_" +
                           llvm::Twine(info.sm) +
                           ": it cannot run kernels of " + *name);
  llvm::Expected<std::unique_ptr<Session>> session =
      Session::create(device, info, std::move(*name), std::move(assembler));
  if (!session)
    return session.takeError();
  return std::unique_ptr<Jit>(new Jit(std::move(*session)));
}

Jit::Jit(std::unique_ptr<Session> session) : session(std::move(session)) {}
Jit::~Jit() = default;

llvm::StringRef Jit::getArch() const { return session->arch; }
hrtDevice *Jit::getDevice() const { return session->device; }

llvm::Error Jit::useTable(llvm::StringRef path) {
  llvm::Expected<ScheduleTable> table = ScheduleTable::read(path);
  if (!table)
    return invalidArgument(llvm::toString(table.takeError()));
  session->table = path.str();
  return llvm::Error::success();
}

llvm::Expected<std::unique_ptr<Gemm>> Jit::add(Problem problem) {
  std::vector<PlanEntry> entries = plan(problem, session->arch);
  if (llvm::Error error = session->define(problem, entries))
    return std::move(error);
  return std::unique_ptr<Gemm>(
      new Gemm(*session, std::move(problem), std::move(entries)));
}

void Jit::seal() { session->sealed = true; }
bool Jit::isSealed() const { return session->sealed; }
size_t Jit::getNumCompiled() const { return session->compiled; }
