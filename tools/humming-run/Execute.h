//===- Execute.h - One gemm on a device -------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Compiles, packs, launches, and brings the result back.
//
//===----------------------------------------------------------------------===//

#ifndef TOOLS_HUMMING_RUN_EXECUTE_H
#define TOOLS_HUMMING_RUN_EXECUTE_H

#include "Inputs.h"
#include "humming/JIT/Compiler.h"

#include <optional>

namespace humming::run {

/// What ptxas made of a kernel.
struct Assembly {
  unsigned registers = 0;  ///< per thread
  unsigned spillBytes = 0; ///< per thread, stores and loads
};

/// What a launch came to, and what there is to say of its kernel.
struct Execution {
  std::vector<uint8_t> result; ///< row-major
  std::string device;          ///< its name
  jit::CompiledModule kernel;  ///< of the gemm; without its nvvm form
  uint64_t ptxBytes = 0;
  std::optional<hrtKernelInfo> info; ///< where the device assembles
  std::optional<Assembly> assembly;  ///< where --ptxas was asked for
};

/// Runs the gemm where the options say, which is not the reference.
llvm::Expected<Execution> execute(const Inputs &inputs, const Options &options);

} // namespace humming::run

#endif // TOOLS_HUMMING_RUN_EXECUTE_H
