//===- TypeOptions.h - The types of a gemm on a command line ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The options by which the programs that make their own problems name codes,
// scales and element types.
//
//===----------------------------------------------------------------------===//

#ifndef TOOLS_TYPEOPTIONS_H
#define TOOLS_TYPEOPTIONS_H

#include "humming/JIT/Problem.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Error.h"

#include <vector>

namespace humming {

/// The options that describe a problem but for its sizes. Part of a program's
/// options, and like them a local of its entry point.
struct TypeOptions {
  template <typename T> using Opt = llvm::cl::opt<T>;

  Opt<std::string> a, w, c, scale, group, zero, inputScale, inputGroup, acc,
      order;
  Opt<bool> globalScale, perm;

  explicit TypeOptions(llvm::cl::OptionCategory &category);

  /// Every option, to be refused where a problem comes from elsewhere.
  std::vector<const llvm::cl::Option *> all() const {
    return {&a,          &w,          &c,   &scale, &group,       &zero,
            &inputScale, &inputGroup, &acc, &order, &globalScale, &perm};
  }

  /// A problem of these types, its sizes left open; an error of one line names
  /// the option that makes no sense.
  llvm::Expected<jit::GemmProblem> read() const;
};

} // namespace humming

#endif // TOOLS_TYPEOPTIONS_H
