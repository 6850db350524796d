//===- SelectSchedule.cpp - Give every gemm a schedule --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Chooses a schedule for each gemm that has none and checks those that are
// there. The tables are in ScheduleTable.cpp, the estimate is in Schedules.cpp.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/Humming/Transforms/Passes.h"
#include "humming/Dialect/Humming/Transforms/ScheduleTable.h"
#include "mlir/IR/BuiltinOps.h"

namespace humming {
#define GEN_PASS_DEF_SELECTSCHEDULE
#include "humming/Dialect/Humming/Transforms/Passes.h.inc"
} // namespace humming

using namespace mlir;
using namespace humming;

namespace {
struct SelectSchedule
    : public humming::impl::SelectScheduleBase<SelectSchedule> {
  using SelectScheduleBase::SelectScheduleBase;

  void runOnOperation() override {
    FailureOr<const Arch *> target = findArch(getOperation().getLoc(), arch);
    if (failed(target))
      return signalPassFailure();
    if (tokens < 0) {
      getOperation().emitError("expected tokens of at least 0, got ")
          << int64_t(tokens);
      return signalPassFailure();
    }
    if (multiprocessors < 0) {
      getOperation().emitError("expected multiprocessors of at least 0, got ")
          << int64_t(multiprocessors);
      return signalPassFailure();
    }
    std::optional<ScheduleTable> given;
    if (!table.empty()) {
      llvm::Expected<ScheduleTable> read = ScheduleTable::read(table);
      if (!read) {
        getOperation().emitError(llvm::toString(read.takeError()));
        return signalPassFailure();
      }
      given = std::move(*read);
    }
    Gpu device = gpuFor(**target, gpu, multiprocessors);
    WalkResult result = getOperation().walk([&](GemmOp gemm) -> WalkResult {
      if (failed(checkTarget(gemm, **target)))
        return WalkResult::interrupt();
      if (!gemm.getScheduleAttr()) {
        ChosenSchedule chosen = chooseSchedule(gemm, **target, device, tokens,
                                               given ? &*given : nullptr);
        if (!chosen.schedule)
          return WalkResult::interrupt();
        gemm.setScheduleAttr(chosen.schedule);
      }
      if (OrderAttr order = fixedOrder(gemm, **target))
        gemm->setAttr(OrderAttr::getName(), order);
      return checkSchedule(gemm, gemm.getScheduleAttr(), **target);
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};
} // namespace
