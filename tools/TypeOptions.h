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

#include <map>
#include <vector>

namespace humming {

/// What was said of the types of a problem, each in the words of an option.
class TypeWords {
public:
  /// Takes KEY=VALUE, or KEY alone, in place of what the key said before. False
  /// for what is not the name of an option of TypeOptions.
  bool set(llvm::StringRef word);

  /// A problem of these types, its sizes left open; an error of one line names
  /// the option that makes no sense.
  llvm::Expected<jit::GemmProblem> read() const;

private:
  friend struct TypeOptions;
  /// What the option says, or its default; "" where it has none.
  llvm::StringRef get(llvm::StringRef key) const;
  bool has(llvm::StringRef key) const { return words.count(key.str()); }
  llvm::Error readKind(llvm::StringRef key, ScalarKind &kind) const;
  llvm::Error readGroup(jit::GemmProblem &problem) const;
  llvm::Error readZero(jit::GemmProblem &problem) const;
  llvm::Error readInputScale(jit::GemmProblem &problem) const;

  std::map<std::string, std::string> words;
};

/// The options that describe a problem but for its sizes. Part of a program's
/// options, and like them a local of its entry point.
struct TypeOptions {
  template <typename T> using Opt = llvm::cl::opt<T>;

  Opt<std::string> a, w, c, scale, scaleOn, group, zero, inputScale, inputGroup,
      acc, order;
  Opt<bool> globalScale, perm;

  explicit TypeOptions(llvm::cl::OptionCategory &category);

  /// Every option, to be refused where a problem comes from elsewhere.
  std::vector<const llvm::cl::Option *> all() const {
    return {&a,     &w,           &c,    &scale,      &scaleOn,
            &group, &globalScale, &zero, &inputScale, &inputGroup,
            &acc,   &order,       &perm};
  }

  /// Those that were given.
  TypeWords words() const;

  /// TypeWords::read of those that were given.
  llvm::Expected<jit::GemmProblem> read() const { return words().read(); }
};

} // namespace humming

#endif // TOOLS_TYPEOPTIONS_H
