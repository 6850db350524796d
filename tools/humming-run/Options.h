//===- Options.h - The command line of humming-run --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What was asked for, and whether it makes sense together.
//
//===----------------------------------------------------------------------===//

#ifndef TOOLS_HUMMING_RUN_OPTIONS_H
#define TOOLS_HUMMING_RUN_OPTIONS_H

#include "TypeOptions.h"

namespace humming::run {

/// What computes the result.
enum class Where : uint8_t { Emulator, Reference, Gpu };

/// The command line. A local of the entry point, so that the programs that
/// share one library do not share their options.
struct Options {
  template <typename T> using Opt = llvm::cl::opt<T>;

  llvm::cl::OptionCategory problem{
      "The problem: C = A * dequantized(W) + bias, with A of m x k and W of "
      "n x k",
      "Instead of these options, a file.mlir can hold the problem."};
  llvm::cl::OptionCategory data{"Data"};
  llvm::cl::OptionCategory execution{"Execution and checking"};

  Opt<std::string> file;
  Opt<int64_t> m, n, k;
  TypeOptions types;
  Opt<bool> bias;

  Opt<std::string> weights, activations, out;
  Opt<bool> exact;
  Opt<uint64_t> seed;

  Opt<Where> on;
  Opt<std::string> arch, ptxas;
  Opt<bool> check;

  Options();

  /// Reads the command line; exits on --help and on unknown options.
  void parse(int argc, char **argv);

  bool hasFiles() const { return !weights.empty(); }

  /// An error that says in one line why options do not go together.
  llvm::Error verify() const;

  /// The problem that the options describe, for weights of `n` x `k`.
  llvm::Expected<jit::GemmProblem> describe(int64_t n, int64_t k) const;
};

/// An error of one line.
llvm::Error fail(const llvm::Twine &message);

} // namespace humming::run

#endif // TOOLS_HUMMING_RUN_OPTIONS_H
