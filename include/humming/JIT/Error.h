//===- Error.h - What the JIT reports when something fails ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One error type for building, compiling, preparing and launching. A compile
// error says which pass failed, at which op and where in the source.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_JIT_ERROR_H
#define HUMMING_JIT_ERROR_H

#include "humming-rt/humming_rt.h"
#include "llvm/Support/Error.h"

#include <string>

namespace humming::jit {

/// What kind of failure it was: what a caller may want to tell apart.
enum class ErrorKind : uint8_t {
  InvalidArgument, ///< a problem, buffer list or token count that makes no
                   ///< sense
  CompileFailed,   ///< a pass or the PTX emission refused the problem
  Sealed,          ///< the call would have compiled or allocated after seal()
  DeviceFailed     ///< the runtime refused; `device` says how
};

/// The payload of every llvm::Error of this library.
class JitError : public llvm::ErrorInfo<JitError> {
public:
  static char ID;

  JitError(ErrorKind kind, std::string text)
      : kind(kind), text(std::move(text)) {}

  /// "LOCATION: TEXT (in PASS)", with what is known.
  void log(llvm::raw_ostream &os) const override;
  std::error_code convertToErrorCode() const override;

  ErrorKind kind;
  /// First diagnostic and its notes, one a line, without the location.
  std::string text;
  /// Compile errors: argument of the failing pass ("humming-check-target") or
  /// the stage ("parse", "emit-ptx").
  std::string pass;
  /// Compile errors: name of the op at fault ("humming.gemm").
  std::string op;
  /// Compile errors: "file:line:column", or "" when the IR has none.
  std::string location;
  /// Device errors: the runtime's status.
  hrtStatus device = HRT_OK;
};

/// An InvalidArgument error.
llvm::Error invalidArgument(const llvm::Twine &message);

/// Success for HRT_OK; otherwise a DeviceFailed error with the runtime's text.
llvm::Error deviceError(hrtStatus status);

} // namespace humming::jit

#endif // HUMMING_JIT_ERROR_H
