//===- Inputs.h - The problem and its buffers -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From a command line to a gemm and to the bytes of each of its arguments.
//
//===----------------------------------------------------------------------===//

#ifndef TOOLS_HUMMING_RUN_INPUTS_H
#define TOOLS_HUMMING_RUN_INPUTS_H

#include "Options.h"
#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/JIT/Problem.h"

#include <memory>
#include <vector>

namespace humming::run {

/// A problem with data.
struct Inputs {
  jit::Problem problem;
  int64_t m = 0;
  /// The problem form; holds `gemm`.
  std::unique_ptr<mlir::MLIRContext> context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  GemmOp gemm;
  /// One row-major buffer for each argument of the gemm's function.
  std::vector<std::vector<uint8_t>> arguments;

  /// Builds or reads the problem, then makes or reads the data.
  static llvm::Expected<Inputs> get(const Options &options);
};

} // namespace humming::run

#endif // TOOLS_HUMMING_RUN_INPUTS_H
