//===- Estimate.h - How good what is estimated is ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Schedules chosen without tables beside the best ones known, by their times.
//
//===----------------------------------------------------------------------===//

#ifndef TOOLS_HUMMING_BENCH_ESTIMATE_H
#define TOOLS_HUMMING_BENCH_ESTIMATE_H

#include "Measure.h"

#include <string>

namespace humming::bench {

/// A line that says how the times of estimated schedules compare with those of
/// the best of their grids, or without grids of what the compiler chooses;
/// empty when no problem has both times.
std::string estimateLine(llvm::ArrayRef<Row> rows);

} // namespace humming::bench

#endif // TOOLS_HUMMING_BENCH_ESTIMATE_H
