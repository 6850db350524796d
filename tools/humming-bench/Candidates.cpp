//===- Candidates.cpp - The schedules to time -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Schedules are attributes of the gemm, so a candidate is the problem's text
// with one put in; the compiler's own checks say which ones fit.
//
//===----------------------------------------------------------------------===//

#include "Candidates.h"

#include "humming/InitAll.h"
#include "humming/Reference/Reference.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace humming;
using namespace humming::bench;

/// A grid begins with schedules of many kinds, this part of it, and goes on in
/// smaller ones with neighbours of this many that were the fastest.
static constexpr size_t kFirstPart = 2, kNextPart = 4, kCentres = 3;

struct Candidates::Impl {
  Impl(const Gpu &gpu, const Selection &selection)
      : gpu(gpu), selection(selection),
        context(registry(), MLIRContext::Threading::DISABLED),
        handler(&context, [this](Diagnostic &diagnostic) {
          if (!reason.empty())
            return success();
          reason = diagnostic.str();
          for (Diagnostic &note : diagnostic.getNotes())
            reason += "; " + note.str();
          return success();
        }) {
    context.printOpOnDiagnostic(false);
  }

  static DialectRegistry registry() {
    DialectRegistry registry;
    registerAllDialects(registry);
    return registry;
  }

  bool isSkipped(ScheduleAttr schedule);
  void add(std::vector<Candidate> &candidates, ScheduleAttr schedule);
  ScheduleAttr apply(const ScheduleFields &fields, ScheduleAttr schedule) {
    return fields.apply(schedule, [&] { return gemm->emitOpError(); });
  }

  const Gpu gpu;
  const Selection &selection;
  MLIRContext context;
  std::string reason; ///< the first error
  ScopedDiagnosticHandler handler;
  OwningOpRef<ModuleOp> module;
  GemmOp gemm;
  const Arch *arch = nullptr;
  int64_t bucket = 0;
  jit::Problem problem;
  llvm::DenseSet<ScheduleAttr> known;
};

Candidates::Candidates(std::unique_ptr<Impl> impl) : impl(std::move(impl)) {}
Candidates::~Candidates() = default;

llvm::Expected<std::unique_ptr<Candidates>>
Candidates::create(const jit::GemmProblem &description, int64_t m,
                   StringRef archName, const Gpu &gpu,
                   const Selection &selection) {
  auto impl = std::make_unique<Impl>(gpu, selection);
  auto module = jit::buildProblem(&impl->context, description);
  if (!module)
    return module.takeError();
  impl->module = std::move(*module);
  FailureOr<const Arch *> arch = findArch(impl->module->getLoc(), archName);
  FailureOr<GemmOp> gemm = reference::findGemm(*impl->module);
  if (failed(arch) || failed(gemm) || failed(checkTarget(*gemm, **arch)))
    return fail(impl->reason);
  impl->arch = *arch;
  impl->gemm = *gemm;
  impl->bucket = tokenBucket(m);
  llvm::Expected<jit::Problem> problem = jit::Problem::get(description);
  if (!problem)
    return problem.takeError();
  impl->problem = std::move(*problem);
  return std::unique_ptr<Candidates>(new Candidates(std::move(impl)));
}

bool Candidates::areTuned() const {
  return impl->selection.tuned &&
         impl->selection.tuned->find(
             tableKey(impl->gemm, *impl->arch, impl->gpu, impl->bucket));
}

/// Adds what was not there before: the gemm's problem with `schedule`, whose
/// buffers are the same.
void Candidates::Impl::add(std::vector<Candidate> &candidates,
                           ScheduleAttr schedule) {
  if (!known.insert(schedule).second)
    return;
  TableEntry entry = tableKey(gemm, *arch, gpu, bucket);
  entry.schedule = scheduleText(schedule);
  gemm.setScheduleAttr(schedule);
  jit::Problem scheduled = problem;
  scheduled.ir.clear();
  llvm::raw_string_ostream os(scheduled.ir);
  module->print(os);
  gemm.removeScheduleAttr();
  candidates.push_back({std::move(scheduled), std::move(entry)});
}

bool Candidates::Impl::isSkipped(ScheduleAttr schedule) {
  return llvm::any_of(selection.skipped, [&](const ScheduleFields &skipped) {
    return schedule == apply(skipped, schedule);
  });
}

llvm::Expected<std::vector<Candidate>> Candidates::first() {
  const Selection &selection = impl->selection;
  GemmOp gemm = impl->gemm;
  std::vector<Candidate> candidates;
  ScheduleAttr chosen =
      chooseSchedule(gemm, *impl->arch, impl->gpu, impl->bucket,
                     selection.table ? &*selection.table : nullptr)
          .schedule;
  if (!chosen)
    return fail(impl->reason);
  for (const ScheduleFields &change : selection.changes) {
    ScheduleAttr schedule = impl->apply(change, chosen);
    if (!schedule || failed(checkSchedule(gemm, schedule, *impl->arch)))
      return fail("--schedule: " + impl->reason);
    impl->add(candidates, schedule);
  }
  if (!selection.changes.empty())
    return candidates;

  ScheduleAttr estimated =
      selectSchedule(gemm, *impl->arch, impl->gpu, impl->bucket);
  impl->add(candidates, chosen);
  candidates.front().isChosen = true;
  if (selection.grid || selection.estimated)
    impl->add(candidates, estimated);
  // The estimated one is the last, and the first where both are one.
  candidates.back().isEstimated =
      candidates.back().entry.schedule == scheduleText(estimated);
  if (!selection.grid)
    return candidates;
  for (const ScheduleCandidate &candidate : tuningGrid(
           gemm, *impl->arch, impl->gpu, impl->bucket, selection.overlaps))
    if (candidates.size() < selection.grid / kFirstPart &&
        !impl->isSkipped(candidate.schedule))
      impl->add(candidates, candidate.schedule);
  return candidates;
}

std::vector<Candidate> Candidates::next(ArrayRef<std::string> schedules) {
  std::vector<Candidate> candidates;
  size_t most = std::max<size_t>(impl->selection.grid / kNextPart, 1);
  if (impl->known.size() >= impl->selection.grid)
    return candidates;
  SmallVector<SmallVector<ScheduleAttr>> neighbours;
  size_t longest = 0;
  for (const std::string &text :
       schedules.take_front(std::min(kCentres, schedules.size()))) {
    ScheduleAttr centre =
        llvm::cantFail(ScheduleFields::parse(text)).build(&impl->context, [&] {
          return impl->gemm.emitOpError();
        });
    neighbours.push_back(tuningNeighbours(impl->gemm, *impl->arch, impl->gpu,
                                          centre, impl->selection.overlaps));
    longest = std::max(longest, neighbours.back().size());
  }
  // One of each in turn.
  for (size_t i = 0; i < longest; ++i)
    for (ArrayRef<ScheduleAttr> around : neighbours)
      if (i < around.size() && candidates.size() < most &&
          !impl->isSkipped(around[i]))
        impl->add(candidates, around[i]);
  return candidates;
}
