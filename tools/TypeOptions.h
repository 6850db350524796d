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

namespace humming {

/// --a, --w, --c, --scale, --group and --zero. Part of a program's options, and
/// like them a local of its entry point.
struct TypeOptions {
  template <typename T> using Opt = llvm::cl::opt<T>;

  Opt<std::string> a, w, c, scale;
  Opt<int64_t> group;
  Opt<bool> zero;

  explicit TypeOptions(llvm::cl::OptionCategory &category)
      : a("a", llvm::cl::desc("Type of the activations: f16 or bf16 (f16)"),
          llvm::cl::value_desc("type"), llvm::cl::init("f16"),
          llvm::cl::cat(category)),
        w("w",
          llvm::cl::desc(
              "Code of the weights: u1 to u8, i1 to i8, eXmY, nf4 (u4)"),
          llvm::cl::value_desc("code"), llvm::cl::init("u4"),
          llvm::cl::cat(category)),
        c("c", llvm::cl::desc("Type of the result (that of --a)"),
          llvm::cl::value_desc("type"), llvm::cl::cat(category)),
        scale("scale", llvm::cl::desc("Type of the scales (that of --a)"),
              llvm::cl::value_desc("type"), llvm::cl::cat(category)),
        group("group",
              llvm::cl::desc("Values of k that share a scale; 0: one scale for "
                             "each channel (128)"),
              llvm::cl::value_desc("k"), llvm::cl::init(128),
              llvm::cl::cat(category)),
        zero("zero",
             llvm::cl::desc("Weights have zero points, of their own code"),
             llvm::cl::cat(category)) {}

  /// A problem of these types, its sizes left open; an error of one line names
  /// the option that is not a type.
  llvm::Expected<jit::GemmProblem> read() const {
    jit::GemmProblem result;
    result.code = w;
    result.group = group;
    result.zero = zero;
    std::pair<ScalarKind *, const Opt<std::string> *> kinds[] = {
        {&result.activation, &a},
        {&result.scale, scale.empty() ? &a : &scale},
        {&result.output, c.empty() ? &a : &c}};
    for (auto [kind, option] : kinds) {
      std::optional<ScalarKind> parsed = parseScalar(option->getValue());
      if (!parsed)
        return llvm::createStringError(
            llvm::inconvertibleErrorCode(),
            "expected a type such as f16 or bf16 for --" + option->ArgStr +
                ", got '" + option->getValue() + "'");
      *kind = *parsed;
    }
    return result;
  }
};

} // namespace humming

#endif // TOOLS_TYPEOPTIONS_H
