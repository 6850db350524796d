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

#include <memory>
#include <optional>

namespace humming::bench {

/// Which schedules to time.
struct Selection {
  /// Asked for a schedule before the tables of the compiler.
  std::optional<ScheduleTable> table;
  /// Changes of the chosen schedule: what is timed in its place.
  std::vector<ScheduleFields> changes;
  /// The most schedules of a grid to time, about; 0: no grid.
  size_t grid = 0;
  /// What is chosen without tables is timed as well; a grid has it anyway.
  bool estimated = false;
  /// What a grid leaves out: schedules that have all of these fields.
  std::vector<ScheduleFields> skipped;
  /// What is tuned already, and not to be again.
  std::optional<ScheduleTable> tuned;
  /// Calls overlap, so that a grid has schedules that prefetch.
  bool overlaps = false;
};

/// One kernel to time.
struct Candidate {
  jit::Problem problem; ///< with the schedule
  TableEntry entry;     ///< without a time
  bool isChosen = false, isEstimated = false;
};

/// What to time for one gemm and number of tokens.
class Candidates {
public:
  /// For `gemm` with `m` tokens on `arch` and `gpu`; `selection` outlives it.
  /// An error when the gemm does not run on `arch`.
  static llvm::Expected<std::unique_ptr<Candidates>>
  create(const jit::GemmProblem &gemm, int64_t m, llvm::StringRef arch,
         const Gpu &gpu, const Selection &selection);
  ~Candidates();

  /// True when the selection's `tuned` has an entry for it.
  bool areTuned() const;

  /// With changes, one each; else the chosen schedule, of a grid or where asked
  /// for that of the least estimated time, and of a grid the first half. An
  /// error when a change or an entry of a table does not fit the gemm.
  llvm::Expected<std::vector<Candidate>> first();

  /// The next quarter of a grid: neighbours of the first few of `schedules`,
  /// which are the fastest first. None when the grid is full, or has no other.
  std::vector<Candidate> next(llvm::ArrayRef<std::string> schedules);

private:
  struct Impl;
  explicit Candidates(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl;
};

} // namespace humming::bench

#endif // TOOLS_HUMMING_BENCH_CANDIDATES_H
