//===- Allocations.h - Counts allocations of a program ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// To hold what promises to allocate nothing to its promise. It replaces the
// allocation functions: one file of a program may include it.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_TEST_UNIT_ALLOCATIONS_H
#define HUMMING_TEST_UNIT_ALLOCATIONS_H

#include <atomic>
#include <cstdlib>
#include <new>

static std::atomic<size_t> numAllocations = 0;

void *operator new(size_t bytes) {
  ++numAllocations;
  return std::malloc(bytes);
}
// Without this one a sanitizer's own would answer, whose memory only its own
// operator delete may take.
void *operator new(size_t bytes, const std::nothrow_t &) noexcept {
  return operator new(bytes);
}
void operator delete(void *pointer) noexcept { std::free(pointer); }
void operator delete(void *pointer, size_t) noexcept { std::free(pointer); }

#endif // HUMMING_TEST_UNIT_ALLOCATIONS_H
