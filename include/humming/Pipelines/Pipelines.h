//===- Pipelines.h - named pass pipelines -----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pipelines between the forms of the IR (docs/Architecture.md).
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_PIPELINES_PIPELINES_H
#define HUMMING_PIPELINES_PIPELINES_H

#include <cstdint>
#include <string>

namespace mlir {
class OpPassManager;
} // namespace mlir

namespace humming {

/// What a compilation is for.
struct PipelineOptions {
  /// Architecture, as in Target/Arch.h: "sm_80".
  std::string arch = "sm_80";
  /// The most tokens (rows of the activations) the kernel is meant for, by
  /// which its schedule is chosen; 0: from the type, or unlimited. Any m is
  /// computed right.
  int64_t tokens = 0;
  /// The GPU, by the name that its driver gives it, and its multiprocessors, by
  /// which its schedule is chosen; empty and 0: a typical one of `arch`.
  std::string gpu;
  int64_t multiprocessors = 0;
  /// A file of measured schedules that go before those of the compiler; empty:
  /// none.
  std::string table;
};

/// Problem form to tile form: check, schedule, pack, convert. On a module.
void buildHummingToTile(::mlir::OpPassManager &manager,
                        const PipelineOptions &options);

/// Tile form to thread form: layouts, loops, shared memory, one thread's
/// program. On a module.
void buildTileToThread(::mlir::OpPassManager &manager,
                       const PipelineOptions &options);

/// Thread form to nvvm form: dequantization and conversion. On a module.
void buildThreadToNVVM(::mlir::OpPassManager &manager,
                       const PipelineOptions &options);

/// All of them: problem form to nvvm form.
void buildHummingToNVVM(::mlir::OpPassManager &manager,
                        const PipelineOptions &options);

/// Registers humming-verify-form as a pass, and humming-to-tile,
/// humming-tile-to-thread, humming-thread-to-nvvm, humming-tile-to-nvvm and
/// humming-to-nvvm by name.
void registerPipelines();

} // namespace humming

#endif // HUMMING_PIPELINES_PIPELINES_H
