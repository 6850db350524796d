//===- Candidates.h - The schedules to time ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From a gemm and a number of tokens to problems with a schedule each: the one
// the compiler chooses, those of the command line, or a grid.
//
//===----------------------------------------------------------------------===//

#ifndef TOOLS_HUMMING_BENCH_CANDIDATES_H
#define TOOLS_HUMMING_BENCH_CANDIDATES_H

#include "Options.h"
#include "humming/Dialect/Humming/IR/Humming.h"

#include <optional>

namespace humming::bench {

/// What a --schedule changes of the chosen schedule. The order of block and
/// warps is that of #humming.schedule: n first.
struct ScheduleChange {
  std::optional<std::array<int64_t, 3>> block;
  std::optional<std::array<int64_t, 2>> warps;
  std::optional<int64_t> stages, splitK, blocks, prefetch;
  std::string mma; ///< empty: the chosen one
  std::optional<CopyKind> copy;
  std::optional<StoreKind> store;

  /// Reads "block=64x16x128 warps=4x1 stages=4 split_k=2", each part optional.
  static llvm::Expected<ScheduleChange> parse(llvm::StringRef text);
};

/// One kernel to time.
struct Candidate {
  jit::Problem problem; ///< with the schedule
  std::string schedule; ///< as ScheduleChange::parse reads it
  bool isChosen = false;
};

/// What to time for `gemm` with `m` tokens on `arch`: with `changes`, one
/// candidate each; else the chosen schedule, and with `sweep` a grid behind it.
/// An error when the gemm does not run on `arch` or a change does not fit it.
llvm::Expected<std::vector<Candidate>>
makeCandidates(const jit::GemmProblem &gemm, int64_t m, llvm::StringRef arch,
               llvm::ArrayRef<ScheduleChange> changes, bool sweep);

} // namespace humming::bench

#endif // TOOLS_HUMMING_BENCH_CANDIDATES_H
