//===- PassRecorder.h - What each stage of a compilation costs --*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Times the passes of a pass manager, remembers the one that failed, and shows
// the IR after each to whoever wants to see it.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_PIPELINES_PASSRECORDER_H
#define HUMMING_PIPELINES_PASSRECORDER_H

#include "mlir/Pass/PassInstrumentation.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace humming {

/// What one stage of a compilation cost.
struct StageTime {
  /// A pass argument, or "parse", "translate", "optimize", "codegen"...
  std::string stage;
  /// Wall time.
  double milliseconds;
};

/// Adds the time from its construction to its end as one stage.
class StageTimer {
public:
  StageTimer(std::vector<StageTime> &stages, llvm::StringRef stage)
      : stages(stages), stage(stage) {}
  ~StageTimer();

private:
  using Clock = std::chrono::steady_clock;
  std::vector<StageTime> &stages;
  llvm::StringRef stage;
  Clock::time_point start = Clock::now();
};

/// For a pass manager that runs on one thread.
class PassRecorder : public mlir::PassInstrumentation {
public:
  using AfterPass =
      std::function<void(llvm::StringRef pass, mlir::Operation *op)>;

  /// Appends to `stages`; a pass that runs on several ops in a row is one
  /// entry. `failed` gets the argument of the innermost pass that failed.
  /// `after` is called with each pass that succeeded and the op it ran on.
  PassRecorder(std::vector<StageTime> &stages, std::string &failed,
               AfterPass after = {})
      : stages(stages), failed(failed), after(std::move(after)) {}

  void runBeforePass(mlir::Pass *pass, mlir::Operation *op) override;
  void runAfterPass(mlir::Pass *pass, mlir::Operation *op) override;
  void runAfterPassFailed(mlir::Pass *pass, mlir::Operation *op) override;

private:
  using Clock = std::chrono::steady_clock;
  void record(mlir::Pass *pass);

  std::vector<StageTime> &stages;
  std::string &failed;
  AfterPass after;
  llvm::SmallVector<Clock::time_point, 4> starts;
};

} // namespace humming

#endif // HUMMING_PIPELINES_PASSRECORDER_H
