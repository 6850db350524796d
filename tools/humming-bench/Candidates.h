//===- Candidates.h - The schedules to time ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From a gemm and a number of tokens to problems with a schedule each: the one
// the compiler chooses, those of the command line, or the grid of a tuner.
//
//===----------------------------------------------------------------------===//

#ifndef TOOLS_HUMMING_BENCH_CANDIDATES_H
#define TOOLS_HUMMING_BENCH_CANDIDATES_H

#include "Options.h"
#include "humming/Dialect/Humming/Transforms/ScheduleTable.h"
#include "humming/Dialect/Humming/Transforms/ScheduleText.h"

#include <optional>

namespace humming::bench {

/// Which schedules to time.
struct Selection {
  /// Asked for a schedule before the tables of the compiler.
  std::optional<ScheduleTable> table;
  /// Changes of the chosen schedule: what is timed in its place.
  std::vector<ScheduleFields> changes;
  /// The most schedules of a grid to time beside the chosen one; 0: no grid.
  size_t grid = 0;
  /// What a grid leaves out: schedules that have all of these fields.
  std::vector<ScheduleFields> skipped;
  /// Calls overlap, so that a grid has schedules that prefetch.
  bool overlaps = false;
};

/// One kernel to time.
struct Candidate {
  jit::Problem problem; ///< with the schedule
  TableEntry entry;     ///< without a time
  bool isChosen = false, isEstimated = false;
};

/// What to time for `gemm` with `m` tokens on `arch` and `gpu`: with changes,
/// one candidate each; else the chosen schedule, and behind it that of the
/// least estimated time and the grid. An error when the gemm does not run on
/// `arch`, or a change or an entry of a table does not fit it.
llvm::Expected<std::vector<Candidate>>
makeCandidates(const jit::GemmProblem &gemm, int64_t m, llvm::StringRef arch,
               const Gpu &gpu, const Selection &selection);

} // namespace humming::bench

#endif // TOOLS_HUMMING_BENCH_CANDIDATES_H
