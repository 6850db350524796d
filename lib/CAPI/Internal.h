//===- Internal.h - What the files of the C interface share -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Handles as structs around the C++ objects, strings, and the way of an
// llvm::Error into a status and the calling thread's hummingError.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_CAPI_INTERNAL_H
#define HUMMING_LIB_CAPI_INTERNAL_H

#include "humming-c/Humming.h"
#include "humming/JIT/Jit.h"

struct hummingProblemImpl {
  humming::jit::Problem problem;
};

struct hummingPlanImpl {
  std::vector<humming::jit::PlanEntry> entries;
};

struct hummingModuleImpl {
  humming::jit::CompiledModule module;
  /// The tensor maps of each kernel.
  std::vector<std::vector<hummingTensor>> tensors;
};

struct hummingJitImpl {
  std::unique_ptr<humming::jit::Jit> jit;
};

struct hummingGemmImpl {
  std::unique_ptr<humming::jit::Gemm> gemm;
};

namespace humming::capi {

/// Stores `error` for hummingLastError; HUMMING_OK for success.
hummingStatus report(llvm::Error error);

/// HUMMING_INVALID_ARGUMENT, with "CALL: expected WHAT".
hummingStatus expected(const char *call, const char *what);

/// Reads a description; HUMMING_INVALID_ARGUMENT for numbers outside an enum.
hummingStatus read(const hummingGemmDescription &description,
                   humming::jit::GemmProblem &gemm);

inline llvm::StringRef toRef(hummingString string) {
  return llvm::StringRef(string.data, string.length);
}

/// `string` must outlive the result and end in a null byte.
inline hummingString toC(const std::string &string) {
  return {string.c_str(), string.size()};
}

} // namespace humming::capi

/// Returns from a call whose argument breaks its contract.
#define HUMMING_EXPECT(condition)                                              \
  do                                                                           \
    if (!(condition))                                                          \
      return humming::capi::expected(__func__, #condition);                    \
  while (false)

#endif // HUMMING_LIB_CAPI_INTERNAL_H
