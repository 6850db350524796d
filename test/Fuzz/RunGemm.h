//===- RunGemm.h - One gemm from its problem to a verdict -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiles a problem, runs it on the emulator and compares the result with the
// reference.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_TEST_FUZZ_RUNGEMM_H
#define HUMMING_TEST_FUZZ_RUNGEMM_H

#include "humming/JIT/Problem.h"
#include "humming/Reference/TestData.h"

namespace humming::fuzz {

/// What to run a problem with.
struct RunOptions {
  std::string arch;
  int64_t m = 1;
  uint64_t seed = 0;
  reference::DataKind data = reference::DataKind::Random;
};

/// Refused problems, and those that ran and compared well, return; anything
/// else prints the problem and aborts: a refusal without advice, a kernel that
/// the emulator stops, a result beyond its bound or, on exact data, of other
/// bits.
void runGemm(const jit::Problem &problem, const RunOptions &options);

/// Stops the process with `reason` and the problem's text.
[[noreturn]] void report(llvm::StringRef reason, llvm::StringRef ir,
                         const RunOptions &options);

} // namespace humming::fuzz

#endif // HUMMING_TEST_FUZZ_RUNGEMM_H
