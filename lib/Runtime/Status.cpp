//===- Status.cpp - Status values and the text of the last error ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each thread keeps the text of its last failing call in a fixed buffer, so
// reporting an error allocates nothing and cannot fail.
//
//===----------------------------------------------------------------------===//

#include "humming-rt/humming_rt.h"

#include <cstdarg>
#include <cstdio>

/// Bytes kept of an error text; the log of an assembler is the longest.
static constexpr size_t errorBytes = 16384;

static thread_local char lastError[errorBytes];

const char *hrtStatusName(hrtStatus status) {
  switch (status) {
  case HRT_OK:
    return "ok";
  case HRT_INVALID_ARGUMENT:
    return "invalid argument";
  case HRT_NO_DRIVER:
    return "no driver";
  case HRT_NO_DEVICE:
    return "no device";
  case HRT_OUT_OF_MEMORY:
    return "out of memory";
  case HRT_BAD_IMAGE:
    return "bad image";
  case HRT_NOT_FOUND:
    return "not found";
  case HRT_UNSUPPORTED:
    return "unsupported";
  case HRT_FAULT:
    return "fault";
  case HRT_DEVICE_ERROR:
    return "device error";
  }
  return "unknown status";
}

const char *hrtLastError(void) { return lastError; }

hrtStatus hrtFail(hrtStatus status, const char *format, ...) {
  // The text may quote the previous error, so format it aside first.
  char text[errorBytes];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  std::snprintf(lastError, sizeof lastError, "%s", text);
  return status;
}
