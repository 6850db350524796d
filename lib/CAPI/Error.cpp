//===- Error.cpp - Errors of the C interface ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each thread keeps the error of its last failing call.
//
//===----------------------------------------------------------------------===//

#include "Internal.h"

using namespace humming;
using namespace humming::jit;

namespace {
struct StoredError {
  hummingStatus status = HUMMING_OK;
  hrtStatus device = HRT_OK;
  std::string message, pass, op, location;
};
} // namespace

static StoredError &lastError() {
  static thread_local StoredError error;
  return error;
}

static hummingStatus statusOf(ErrorKind kind) {
  switch (kind) {
  case ErrorKind::InvalidArgument:
    return HUMMING_INVALID_ARGUMENT;
  case ErrorKind::CompileFailed:
    return HUMMING_COMPILE_FAILED;
  case ErrorKind::Sealed:
    return HUMMING_SEALED;
  case ErrorKind::DeviceFailed:
    return HUMMING_DEVICE_FAILED;
  }
  llvm_unreachable("unknown kind of error");
}

hummingStatus capi::report(llvm::Error error) {
  if (!error)
    return HUMMING_OK;
  StoredError &last = lastError();
  llvm::handleAllErrors(
      std::move(error),
      [&](const JitError &known) {
        last = {statusOf(known.kind), known.device, known.message(),
                known.pass,           known.op,     known.location};
      },
      [&](const llvm::ErrorInfoBase &other) {
        last = {HUMMING_COMPILE_FAILED, HRT_OK, other.message(), "", "", ""};
      });
  return last.status;
}

hummingStatus capi::expected(const char *call, const char *what) {
  return report(invalidArgument(llvm::Twine(call) + ": expected " + what));
}

void hummingLastError(hummingError *error) {
  const StoredError &last = lastError();
  *error = {last.status,          last.device,        capi::toC(last.message),
            capi::toC(last.pass), capi::toC(last.op), capi::toC(last.location)};
}

hummingString hummingVersion(void) {
  static const char version[] = HUMMING_VERSION;
  return {version, sizeof version - 1};
}
