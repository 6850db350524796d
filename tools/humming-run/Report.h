//===- Report.h - What humming-run prints -----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A line for each thing worth knowing of a run, and the verdict of --check.
//
//===----------------------------------------------------------------------===//

#ifndef TOOLS_HUMMING_RUN_REPORT_H
#define TOOLS_HUMMING_RUN_REPORT_H

#include "Execute.h"
#include "humming/Reference/Reference.h"

namespace humming::run {

/// Types and sizes.
void printProblem(Inputs &inputs);

/// Device, kernel, schedule, cost of compiling.
void printExecution(Inputs &inputs, const Execution &execution);

/// Largest error and bound. Returns true when the result is good: inside the
/// bound, or, where `exact`, of equal bits.
bool printCheck(const reference::Evaluation &expected,
                llvm::ArrayRef<uint8_t> result, bool exact);

} // namespace humming::run

#endif // TOOLS_HUMMING_RUN_REPORT_H
