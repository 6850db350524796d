//===- Diagnostics.h - Diagnostics as errors --------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Collects what a context reports while it parses, runs passes and emits, so
// that a failure becomes one JitError with pass, op and location.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_JIT_DIAGNOSTICS_H
#define HUMMING_LIB_JIT_DIAGNOSTICS_H

#include "humming/JIT/Error.h"
#include "mlir/IR/Diagnostics.h"

namespace humming::jit {

/// While it lives, takes the diagnostics of a context.
class DiagnosticCollector {
public:
  explicit DiagnosticCollector(mlir::MLIRContext *context);

  /// A CompileFailed error in `pass` from the first error reported, with its
  /// notes and the errors after it.
  llvm::Error takeError(llvm::StringRef pass);

private:
  void add(mlir::Diagnostic &diagnostic);

  std::string message, op, location;
  mlir::ScopedDiagnosticHandler handler;
};

} // namespace humming::jit

#endif // HUMMING_LIB_JIT_DIAGNOSTICS_H
