//===- Options.h - The command line of humming-bench ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which problems to time, with which schedules, and where to write the numbers.
//
//===----------------------------------------------------------------------===//

#ifndef TOOLS_HUMMING_BENCH_OPTIONS_H
#define TOOLS_HUMMING_BENCH_OPTIONS_H

#include "TypeOptions.h"
#include "humming/JIT/Jit.h"

namespace humming::bench {

/// Exit statuses besides 0, as --help tells them.
inline constexpr int kWrong = 1, kNotRun = 2;

/// One weight, and the numbers of tokens to multiply it with.
struct Weight {
  jit::GemmProblem gemm; ///< types, n and k
  std::vector<int64_t> tokens;
};

/// The command line. A local of the entry point, so that the programs that
/// share one library do not share their options.
struct Options {
  template <typename T> using Opt = llvm::cl::opt<T>;

  llvm::cl::OptionCategory problem{
      "The problems: C = A * dequantized(W), with A of m x k and W of n x k",
      "A model.txt holds one weight a line, \"n k\" and any number of m, then "
      "types in the words\nof these options, such as a=e4m3 w=u4, where they "
      "are others than the command line's;\n# begins a comment."};
  llvm::cl::OptionCategory measurement{"Kernels and results"};

  Opt<std::string> file;
  Opt<int64_t> n, k;
  llvm::cl::list<int64_t> m;
  TypeOptions types;

  Opt<std::string> arch, ptxas;
  llvm::cl::list<std::string> schedules, skipped;
  llvm::cl::list<std::string> launches;
  Opt<bool> estimated, sweep;
  Opt<std::string> tune;
  Opt<bool> resume;
  Opt<std::string> table;
  Opt<unsigned> grid, rest;
  Opt<std::string> cublas, firstResult;
  Opt<std::string> json;

  Options();

  /// Reads the command line; exits on --help and on unknown options.
  void parse(int argc, char **argv);

  /// What to time, in the order given. An error of one line when options or the
  /// model file make no sense.
  llvm::Expected<std::vector<Weight>> weights() const;

  /// True when a grid of schedules is to be timed.
  bool hasGrid() const { return sweep || !tune.empty(); }

  /// The orders in which to time each kernel; Serial when none is given.
  llvm::Expected<std::vector<jit::LaunchOrder>> orders() const;
};

/// As --launch takes it.
const char *name(jit::LaunchOrder order);

/// An error of one line.
llvm::Error fail(const llvm::Twine &message);

} // namespace humming::bench

#endif // TOOLS_HUMMING_BENCH_OPTIONS_H
