/*===- CHeaderTest.c - The runtime's header is C99
-------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiled as strict C99: the header must need nothing else. RuntimeTest calls
// the function.
//
//===----------------------------------------------------------------------===*/

#include "humming-rt/humming_rt.h"

int hrtTestUseFromC(void);

int hrtTestUseFromC(void) {
  hrtDevice *device = 0;
  hrtPointer address = 0;
  return hrtAlloc(device, 16, &address) == HRT_INVALID_ARGUMENT ? 0 : 1;
}
