//===- FuzzParse.cpp - Any text is a problem or an error ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The input is text. As the name of a code it is one or it is not, and a code
// is what its name says; as IR it is a problem, which compiles or is refused,
// or it does not parse.
//
//===----------------------------------------------------------------------===//

#include "humming/JIT/Compiler.h"
#include "humming/JIT/Jit.h"
#include "humming/Numerics/Code.h"

using namespace humming;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
  llvm::StringRef text(reinterpret_cast<const char *>(data), bytes);
  if (std::optional<Code> code = Code::parse(text))
    if (Code::parse(code->name()) != code)
      abort();

  llvm::Expected<jit::Problem> problem = jit::Problem::parse(text);
  if (!problem) {
    llvm::consumeError(problem.takeError());
    return 0;
  }
  jit::plan(*problem, "sm_80");
  jit::CompileOptions options;
  options.arch = "sm_80";
  options.ptx = options.nvvm = false;
  if (auto module = jit::compile(text, options); !module)
    llvm::consumeError(module.takeError());
  return 0;
}
