//===- FirstResult.h - From the program's start to a result -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How long a process takes until it has multiplied once and could multiply any
// number of tokens without another compilation.
//
//===----------------------------------------------------------------------===//

#ifndef TOOLS_HUMMING_BENCH_FIRSTRESULT_H
#define TOOLS_HUMMING_BENCH_FIRSTRESULT_H

#include "Options.h"

namespace humming::bench {

/// Opens the device, prepares every kernel of the gemm, packs, multiplies once
/// and prints when each was done, counted from the start of the process. The
/// driver's own cache of compiled kernels is left out.
llvm::Error reportFirstResult(const Options &options);

} // namespace humming::bench

#endif // TOOLS_HUMMING_BENCH_FIRSTRESULT_H
