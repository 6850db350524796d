//===- Error.cpp - What the JIT reports when something fails --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Printing of JitError, and the two short ways to make one.
//
//===----------------------------------------------------------------------===//

#include "humming/JIT/Error.h"

#include "llvm/ADT/Twine.h"
#include "llvm/Support/raw_ostream.h"

using namespace humming::jit;

char JitError::ID;

void JitError::log(llvm::raw_ostream &os) const {
  if (!location.empty())
    os << location << ": ";
  os << text;
  if (!pass.empty())
    os << " (in " << pass << ")";
}

std::error_code JitError::convertToErrorCode() const {
  return llvm::inconvertibleErrorCode();
}

llvm::Error humming::jit::invalidArgument(const llvm::Twine &message) {
  return llvm::make_error<JitError>(ErrorKind::InvalidArgument, message.str());
}

llvm::Error humming::jit::deviceError(hrtStatus status) {
  if (!status)
    return llvm::Error::success();
  auto error = std::make_unique<JitError>(
      ErrorKind::DeviceFailed,
      (llvm::Twine(hrtStatusName(status)) + ": " + hrtLastError()).str());
  error->device = status;
  return llvm::Error(std::move(error));
}
