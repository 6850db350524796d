//===- FakeCuda.h - A CUDA driver made for tests ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the fake driver library has seen, and what it is told to answer. Its
// memory is host memory; it knows one module and the kernel `axpy`, whose
// arguments are (pointer, pointer, i32).
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_TEST_UNIT_RUNTIME_FAKECUDA_H
#define HUMMING_TEST_UNIT_RUNTIME_FAKECUDA_H

#include <cstdint>
#include <string>

struct FakeCuda {
  // Answers.
  int initResult = 0;
  int version = 13000;
  int major = 8;
  int devices = 1;
  int allocResult = 0;
  int synchronizeResult = 0;
  std::string rejectLog; ///< not empty: module loading fails with this log

  // Observations.
  int contextDepth = 0; ///< contexts pushed and not popped
  int callsWithoutContext = 0;
  int retained = 0; ///< primary contexts held
  int modules = 0;
  int synchronizations = 0;
  std::string image; ///< of the last module, as text up to its null byte
  int dynamicShared = -1;
  unsigned grid[3] = {}, block[3] = {}, shared = 0;
  void *stream = nullptr;
  bool overlaps = false; ///< programmatic stream serialization is allowed
  uint64_t pointers[2] = {};
  int32_t count = 0;
};

/// The library's state; find it with dlsym(library, "fakeCuda").
using FakeCudaFunction = FakeCuda *(*)();

#endif // HUMMING_TEST_UNIT_RUNTIME_FAKECUDA_H
