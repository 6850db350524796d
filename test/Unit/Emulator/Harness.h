//===- Harness.h - Running a kernel in a test -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Parses kernels in nvvm form, from text or from a file under Kernels/, and
// launches them on arrays.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_TEST_UNIT_EMULATOR_HARNESS_H
#define HUMMING_TEST_UNIT_EMULATOR_HARNESS_H

#include "humming/Emulator/Emulator.h"
#include "mlir/IR/MLIRContext.h"

#include "gtest/gtest.h"

namespace humming::emulator {

/// `text` with the `nth` `from` replaced, from 0; a test failure without one.
std::string edited(std::string text, const std::string &from,
                   const std::string &to, unsigned nth = 0);

class Harness {
public:
  Harness();

  /// Decodes the gpu.module `text` (its body, when it starts with no
  /// "gpu.module"). Null, with what was diagnosed in `diagnostics`, on failure.
  std::unique_ptr<Module> parse(llvm::StringRef text);
  /// The same for the file Kernels/`name`.mlir.
  std::unique_ptr<Module> parseFile(llvm::StringRef name);

  /// Launches with arguments by value, each of its own size.
  template <typename... Values>
  LaunchResult launch(const Kernel &kernel, Values... values) {
    const void *pointers[] = {&values...};
    return kernel.launch(memory, config, pointers, options);
  }

  /// A device copy of `values`, and back.
  template <typename T> uint64_t upload(const std::vector<T> &values) {
    uint64_t address = memory.allocate(values.size() * sizeof(T));
    EXPECT_TRUE(
        memory.write(address, values.data(), values.size() * sizeof(T)));
    return address;
  }
  template <typename T>
  std::vector<T> download(uint64_t address, size_t count) {
    std::vector<T> values(count);
    EXPECT_TRUE(memory.read(address, values.data(), count * sizeof(T)));
    return values;
  }

  /// Runs `body`, a kernel of (%in: !llvm.ptr<1>, %out: !llvm.ptr<1>), with
  /// `input` and an output of `outputs` elements, in the shape of `config`.
  /// Test failure on a hazard.
  template <typename Out, typename In>
  std::vector<Out> run(llvm::StringRef body, const std::vector<In> &input,
                       size_t outputs) {
    std::unique_ptr<Module> module = parse(wrap(body));
    if (!module)
      return std::vector<Out>(outputs);
    uint64_t in = upload(input);
    uint64_t out = memory.allocate(outputs * sizeof(Out));
    LaunchResult result = launch(*module->getKernels()[0], in, out);
    EXPECT_TRUE(result.succeeded()) << result.hazard->message;
    counters = result.counters;
    return download<Out>(out, outputs);
  }

  /// A kernel of that body, without its return, and of dynamic shared memory
  /// @smem.
  static std::string wrap(llvm::StringRef body);

  mlir::MLIRContext context;
  std::string diagnostics;
  DeviceMemory memory;
  LaunchConfig config;
  Options options;
  Counters counters; ///< of the last run
};

} // namespace humming::emulator

#endif // HUMMING_TEST_UNIT_EMULATOR_HARNESS_H
