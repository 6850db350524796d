//===- Ptxas.h - NVIDIA's assembler, when it is there -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs ptxas, which no other part of the compiler needs: the driver assembles
// PTX by itself.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_TOOLS_COMPILE_PTXAS_H
#define HUMMING_TOOLS_COMPILE_PTXAS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace humming {

/// What ptxas made of one PTX text.
struct Assembled {
  std::string cubin;
  /// Its messages: registers, spills and shared memory of each kernel.
  std::string report;
};

/// Assembles `ptx` for `arch` (for its own target where that is of one
/// architecture or family alone, such as sm_90a) with the program `ptxas`, or
/// with the one on PATH or in /usr/local/cuda/bin when `ptxas` is empty.
llvm::Expected<Assembled> assemble(llvm::StringRef ptx, llvm::StringRef arch,
                                   llvm::StringRef ptxas);

} // namespace humming

#endif // HUMMING_TOOLS_COMPILE_PTXAS_H
