//===- CheckTarget.cpp - Refuse what does not run or lower ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Checks every gemm against the support table and the target, its epilogue, and
// that it is alone in its function.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/Humming/Transforms/Passes.h"
#include "humming/Dialect/Humming/Transforms/Schedules.h"
#include "humming/Dialect/Humming/Transforms/Support.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringExtras.h"

namespace humming {
#define GEN_PASS_DEF_CHECKTARGET
#include "humming/Dialect/Humming/Transforms/Passes.h.inc"
} // namespace humming

using namespace mlir;
using namespace humming;

//===----------------------------------------------------------------------===//
// Results and epilogues
//===----------------------------------------------------------------------===//

static constexpr StringRef kResults[] = {"f16", "bf16", "f32"};
static constexpr StringRef kEpilogueOperands[] = {"f16", "bf16", "f32"};
static constexpr StringRef kEpilogueScalars[] = {"f16", "bf16", "f32", "i1",
                                                 "i32"};
static constexpr StringRef kEpilogueDialects[] = {"arith"};

static std::string text(Type type) {
  std::string result;
  llvm::raw_string_ostream(result) << type;
  return result;
}

/// Fails, naming `what` and the choices, unless `value` is one of `choices`.
static LogicalResult expectOneOf(Operation *op, StringRef what, StringRef value,
                                 ArrayRef<StringRef> choices) {
  if (llvm::is_contained(choices, value))
    return success();
  return op->emitOpError() << what << " " << value
                           << " does not lower yet; expected "
                           << llvm::join(choices, " or ");
}

static LogicalResult checkEpilogue(GemmOp gemm) {
  if (failed(expectOneOf(gemm, "result type",
                         text(gemm.getType().getElementType()), kResults)))
    return failure();
  for (Type type : gemm.getEpilogueOperands().getTypes())
    if (failed(expectOneOf(gemm, "epilogue operand type",
                           text(cast<RankedTensorType>(type).getElementType()),
                           kEpilogueOperands)))
      return failure();
  for (Operation &op : gemm.getEpilogue().front().without_terminator()) {
    if (failed(expectOneOf(&op, "an epilogue op of dialect",
                           op.getName().getDialectNamespace(),
                           kEpilogueDialects)))
      return failure();
    for (Type type : op.getResultTypes())
      if (failed(expectOneOf(&op, "epilogue scalar type", text(type),
                             kEpilogueScalars)))
        return failure();
  }
  return success();
}

LogicalResult humming::checkTarget(GemmOp gemm, const Arch &arch) {
  if (std::optional<std::string> reason = refusal(typesOf(gemm), arch))
    return gemm.emitOpError() << *reason;
  return checkEpilogue(gemm);
}

/// Checks that the gemm is alone in a function of its operands, whose
/// arguments and result become those of the kernel.
static LogicalResult checkFunction(GemmOp gemm) {
  auto function = dyn_cast<func::FuncOp>(gemm->getParentOp());
  if (!function || !function.getBody().hasOneBlock())
    return gemm.emitOpError(
        "expected a gemm directly in a func.func of one block");
  for (Operation &other : function.getBody().front().without_terminator())
    if (&other != gemm) {
      InFlightDiagnostic error =
          gemm.emitOpError("expected one gemm and nothing else in function @")
          << function.getName();
      error.attachNote(other.getLoc()) << other.getName() << " is here";
      return error;
    }
  for (Value operand : gemm->getOperands())
    if (!isa<BlockArgument>(operand))
      return gemm.emitOpError(
          "expected operands that are arguments of the function");
  for (BlockArgument argument : function.getArguments())
    if (argument.use_empty())
      return function.emitOpError("expected every argument to be an operand of "
                                  "the gemm, but argument ")
             << argument.getArgNumber() << " is unused";
  Operation *terminator = function.getBody().front().getTerminator();
  if (!llvm::equal(terminator->getOperands(), gemm->getResults()))
    return terminator->emitOpError(
        "expected to return the gemm's result and nothing else");
  return success();
}

namespace {
struct CheckTarget : public humming::impl::CheckTargetBase<CheckTarget> {
  using CheckTargetBase::CheckTargetBase;

  void runOnOperation() override {
    markAllAnalysesPreserved();
    FailureOr<const Arch *> target = findArch(getOperation().getLoc(), arch);
    if (failed(target))
      return signalPassFailure();
    WalkResult result = getOperation().walk([&](GemmOp gemm) -> WalkResult {
      return success(succeeded(checkTarget(gemm, **target)) &&
                     succeeded(checkFunction(gemm)));
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};
} // namespace
