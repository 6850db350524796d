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

using namespace mlir;
using namespace humming;
using namespace humming::bench;

/// `problem`, of `gemm` without a schedule, with one: its buffers are the same.
static Candidate makeCandidate(jit::Problem problem, GemmOp gemm,
                               ScheduleAttr schedule, TableEntry entry) {
  gemm.setScheduleAttr(schedule);
  problem.ir.clear();
  llvm::raw_string_ostream os(problem.ir);
  gemm->getParentOfType<ModuleOp>().print(os);
  entry.schedule = scheduleText(schedule);
  return Candidate{std::move(problem), std::move(entry)};
}

llvm::Expected<std::vector<Candidate>>
bench::makeCandidates(const jit::GemmProblem &description, int64_t m,
                      StringRef archName, const Gpu &gpu,
                      const Selection &selection) {
  DialectRegistry registry;
  registerAllDialects(registry);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  context.printOpOnDiagnostic(false);
  std::string reason;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    if (!reason.empty())
      return success();
    reason = diagnostic.str();
    for (Diagnostic &note : diagnostic.getNotes())
      reason += "; " + note.str();
    return success();
  });
  auto module = jit::buildProblem(&context, description);
  if (!module)
    return module.takeError();
  FailureOr<const Arch *> arch = findArch((*module)->getLoc(), archName);
  FailureOr<GemmOp> gemm = reference::findGemm(**module);
  if (failed(arch) || failed(gemm) || failed(checkTarget(*gemm, **arch)))
    return fail(reason);
  llvm::Expected<jit::Problem> problem = jit::Problem::get(description);
  if (!problem)
    return problem.takeError();

  int64_t bucket = tokenBucket(m);
  TableEntry key = tableKey(*gemm, **arch, gpu, bucket);
  std::vector<Candidate> candidates;
  llvm::DenseSet<ScheduleAttr> known;
  auto add = [&](ScheduleAttr schedule) {
    if (known.insert(schedule).second)
      candidates.push_back(makeCandidate(*problem, *gemm, schedule, key));
  };
  auto isSkipped = [&](ScheduleAttr schedule) {
    return llvm::any_of(selection.skipped, [&](const ScheduleFields &skipped) {
      return schedule ==
             skipped.apply(schedule, [&] { return gemm->emitOpError(); });
    });
  };
  ScheduleAttr chosen =
      chooseSchedule(*gemm, **arch, gpu, bucket,
                     selection.table ? &*selection.table : nullptr)
          .schedule;
  if (!chosen)
    return fail(reason);
  for (const ScheduleFields &change : selection.changes) {
    ScheduleAttr schedule =
        change.apply(chosen, [&] { return gemm->emitOpError(); });
    if (!schedule || failed(checkSchedule(*gemm, schedule, **arch)))
      return fail("--schedule: " + reason);
    add(schedule);
  }
  if (!selection.changes.empty())
    return candidates;

  ScheduleAttr estimated = selectSchedule(*gemm, **arch, gpu, bucket);
  add(chosen);
  if (selection.grid) {
    add(estimated);
    size_t left = selection.grid;
    for (const ScheduleCandidate &candidate :
         tuningGrid(*gemm, **arch, gpu, bucket, selection.overlaps))
      if (left && !isSkipped(candidate.schedule)) {
        add(candidate.schedule);
        --left;
      }
  }
  candidates.front().isChosen = true;
  for (Candidate &candidate : candidates)
    candidate.isEstimated = candidate.entry.schedule == scheduleText(estimated);
  return candidates;
}
