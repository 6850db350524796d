//===- CompiledKernel.h - Gemms compiled to be broken -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the tests of compiled kernels share: a gemm's nvvm form, its ops by
// name, and launches of it in several orders of warps.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_TEST_UNIT_EMULATOR_COMPILEDKERNEL_H
#define HUMMING_TEST_UNIT_EMULATOR_COMPILEDKERNEL_H

#include "Harness.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/BuiltinOps.h"

namespace humming::emulator {

/// A place where gemms are compiled and run.
class CompiledKernel {
public:
  CompiledKernel();

  /// The nvvm form of `text`, whose function is @gemm; null with a failure of
  /// the test. `tokens` as in PipelineOptions.
  mlir::OwningOpRef<mlir::ModuleOp>
  compile(const std::string &text, llvm::StringRef arch, int64_t tokens);

  static mlir::Operation *gemm(mlir::ModuleOp module);
  /// The ops of @gemm of that name; of inline PTX, the waits for products,
  /// which end with how many groups may stay in flight and ';'.
  static llvm::SmallVector<mlir::Operation *> find(mlir::ModuleOp module,
                                                   llvm::StringRef name);

  /// Runs @gemm for 33 tokens, on buffers of zeros of kBytes each, in ascending
  /// order and in five random ones. `prepare` may change the options of a
  /// launch on these buffers; `check` gets its result.
  void
  run(mlir::ModuleOp module,
      llvm::function_ref<void(Options &, llvm::ArrayRef<uint64_t>)> prepare,
      llvm::function_ref<void(const LaunchResult &)> check);

  static constexpr uint64_t kBytes = 1 << 18;

private:
  Harness harness;
};

} // namespace humming::emulator

#endif // HUMMING_TEST_UNIT_EMULATOR_COMPILEDKERNEL_H
