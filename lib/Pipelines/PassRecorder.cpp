//===- PassRecorder.cpp - What each stage of a compilation costs ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The instrumentation behind PassRecorder.h. Pass managers call it around the
// adaptors of nested passes too, which have no argument and are left out.
//
//===----------------------------------------------------------------------===//

#include "humming/Pipelines/PassRecorder.h"

#include "mlir/Pass/Pass.h"

using namespace mlir;
using namespace humming;

static double millisecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(
             std::chrono::steady_clock::now() - start)
      .count();
}

StageTimer::~StageTimer() {
  stages.push_back({stage.str(), millisecondsSince(start)});
}

void PassRecorder::runBeforePass(Pass *, Operation *) {
  starts.push_back(Clock::now());
}

void PassRecorder::runAfterPass(Pass *pass, Operation *op) {
  record(pass);
  if (after && !pass->getArgument().empty())
    after(pass->getArgument(), op);
}

void PassRecorder::runAfterPassFailed(Pass *pass, Operation *) {
  record(pass);
  if (failed.empty())
    failed = pass->getArgument().str();
}

void PassRecorder::record(Pass *pass) {
  double milliseconds = millisecondsSince(starts.pop_back_val());
  llvm::StringRef name = pass->getArgument();
  if (name.empty())
    return;
  if (!stages.empty() && stages.back().stage == name)
    stages.back().milliseconds += milliseconds;
  else
    stages.push_back({name.str(), milliseconds});
}
