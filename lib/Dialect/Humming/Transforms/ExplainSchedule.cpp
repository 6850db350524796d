//===- ExplainSchedule.cpp - Why a schedule was chosen --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A table of the candidates with the numbers that the estimate is made of.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/Humming/Transforms/ScheduleTable.h"
#include "humming/Dialect/Humming/Transforms/ScheduleText.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace humming;

static void printTarget(GemmOp gemm, const Arch &arch, const Gpu &gpu,
                        int64_t bucket, raw_ostream &os) {
  os << llvm::formatv("gemm      {0}, n={1} k={2}, for ", typesText(gemm),
                      gemm.getN(), gemm.getK());
  if (bucket)
    os << "up to " << bucket << " tokens\n";
  else
    os << "any number of tokens\n";
  os << llvm::formatv("target    {0}, {1}: {2} multiprocessors of {3} MHz, {4} "
                      "f16 multiply-adds a cycle each, {5} GB/s\n",
                      arch.name, gpu.name, gpu.multiprocessors, gpu.megahertz,
                      gpu.fmas, gpu.gigabytes);
}

static void printCandidates(GemmOp gemm, const Arch &arch,
                            ArrayRef<ScheduleCandidate> candidates,
                            ScheduleAttr chosen, raw_ostream &os) {
  os << "\n        us   blocks  busiest  place  shared B  registers  "
        "schedule\n";
  for (const ScheduleCandidate &candidate : candidates)
    os << llvm::formatv("{0,10:f2} {1,8} {2,8} {3,6} {4,9} {5,10}  {6}{7}\n",
                        candidate.microseconds, candidate.blocks,
                        candidate.share, candidate.resident,
                        sharedBytes(gemm, candidate.schedule, arch).total(),
                        candidate.registers, scheduleText(candidate.schedule),
                        candidate.schedule == chosen ? "  <- chosen" : "");
  os << "\nus: of a launch, estimated; busiest: blocks that the busiest "
        "multiprocessor works through; place:\nblocks that run on it at a "
        "time; registers: of a lane, about\n\n";
}

bool humming::explainSchedule(GemmOp gemm, const Arch &arch, const Gpu &gpu,
                              int64_t tokens, const ScheduleTable *given,
                              raw_ostream &os) {
  ChosenSchedule chosen = chooseSchedule(gemm, arch, gpu, tokens, given);
  if (!chosen.schedule)
    return false;
  SmallVector<ScheduleCandidate> candidates =
      scheduleCandidates(gemm, arch, gpu, tokens);
  llvm::stable_sort(candidates,
                    [](const ScheduleCandidate &a, const ScheduleCandidate &b) {
                      return a.microseconds < b.microseconds;
                    });
  printTarget(gemm, arch, gpu, tableKey(gemm, arch, gpu, tokens).tokens, os);
  printCandidates(gemm, arch, candidates, chosen.schedule, os);
  os << "chosen    " << scheduleText(chosen.schedule) << "\n";
  if (chosen.entry) {
    os << llvm::formatv("because   it was the fastest where it was measured: "
                        "{0:f2} us at {1} tokens ({2}:{3})\n",
                        chosen.entry->microseconds,
                        chosen.entry->measuredTokens, chosen.table->getName(),
                        chosen.entry->line);
    return true;
  }
  const ScheduleCandidate *candidate =
      llvm::find_if(candidates, [&](const ScheduleCandidate &other) {
        return other.schedule == chosen.schedule;
      });
  if (candidate == candidates.begin())
    os << llvm::formatv(
        "because   no table has this problem, and of {0} schedules this one "
        "has the least estimated time:\n          {1} blocks are {2} on the "
        "busiest of {3} multiprocessors, {4:P0} of what they could do\n",
        candidates.size(), candidate->blocks, candidate->share,
        gpu.multiprocessors,
        double(candidate->blocks) / (candidate->share * gpu.multiprocessors));
  else
    os << "because   no table has this problem, and of the schedules that add "
          "in its order this one has the least\n          estimated time\n";
  return true;
}
