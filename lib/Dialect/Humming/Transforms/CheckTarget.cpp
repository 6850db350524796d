//===- CheckTarget.cpp - Refuse what does not run or lower ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Holds the table of what lowers, checks every gemm against it and against the
// target, and checks that each gemm is alone in its function.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/Humming/IR/ScalarTypes.h"
#include "humming/Dialect/Humming/Transforms/Passes.h"
#include "humming/Dialect/Humming/Transforms/Schedules.h"
#include "humming/Dialect/HummingTile/IR/DequantRecipe.h"
#include "humming/Dialect/HummingTile/IR/PackedLayout.h"
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
// What lowers
//===----------------------------------------------------------------------===//

static constexpr StringRef kActivations[] = {"f16", "bf16"};
static constexpr StringRef kResults[] = {"f16", "bf16", "f32"};
static constexpr StringRef kEpilogueOperands[] = {"f16", "bf16", "f32"};
static constexpr StringRef kEpilogueScalars[] = {"f16", "bf16", "f32", "i1",
                                                 "i32"};
static constexpr StringRef kEpilogueDialects[] = {"arith"};
/// Of scaled operands, at least: the columns that one register half spans.
static constexpr int64_t kLeastGroup = 8;
static constexpr AccKind kAccumulator = AccKind::F32;
/// Rows of activations start at multiples of 16 bytes, 8 values of 16 bits:
/// what one copy to shared memory moves.
static constexpr int64_t kMultipleK = 8;

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

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

/// Fails when `type` is bf16 and the target has no arithmetic on it.
static LogicalResult expectBf16Support(Operation *op, StringRef what, Type type,
                                       const Arch &arch) {
  if (!type.isBF16() || arch.hasBf16Mma)
    return success();
  const Arch *least =
      llvm::find_if(allArchs(), [](const Arch &a) { return a.hasBf16Mma; });
  return op->emitOpError() << "bf16 " << what << " needs " << least->name
                           << " or newer, target is " << arch.name;
}

/// Checks that some MMA atom of the target multiplies the activations.
static LogicalResult checkOperands(GemmOp gemm, const Arch &arch) {
  Type activation = gemm.getA().getType().getElementType();
  if (failed(
          expectOneOf(gemm, "activation type", text(activation), kActivations)))
    return failure();
  if (!tile::dequantExponent(gemm.getCode(), activation, bool(gemm.getZero())))
    return gemm.emitOpError("code ")
           << gemm.getCode().name() << " does not lower yet beside "
           << activation
           << " activations; expected an integer, a table of 16 values, or a "
              "float with fewer exponent bits than "
           << activation;
  NumericsAttr numerics = gemm.getEffectiveNumerics();
  if (numerics.getAcc() != kAccumulator)
    return gemm.emitOpError("acc = ") << stringifyAccKind(numerics.getAcc())
                                      << " does not lower yet; expected "
                                      << stringifyAccKind(kAccumulator);
  if (selectAtom(gemm, arch))
    return success();
  for (const Arch &newer : allArchs())
    if (selectAtom(gemm, newer))
      return gemm.emitOpError()
             << activation << " activations need " << newer.name
             << " or newer, target is " << arch.name;
  llvm_unreachable("the table lists activations that no mma multiplies");
}

/// A scale acts on operands of the activations' type, which must hold it and
/// its product with any code.
static LogicalResult checkScaleType(GemmOp gemm, Type scale, Type activation) {
  if (scale == activation)
    return success();
  if (isa<Float8E8M0FNUType>(scale)) {
    if (activation.isBF16())
      return success();
    return gemm.emitOpError("scale type ")
           << scale << " reaches from 2^-127 to 2^127, which " << activation
           << " does not hold; use bf16 activations";
  }
  if (!isa<Float8E4M3FNType>(scale))
    return gemm.emitOpError("scale type ")
           << scale << " does not lower yet beside " << activation
           << " activations; expected " << activation
           << ", f8E4M3FN, or f8E8M0FNU beside bf16";
  Code code = gemm.getCode();
  double zero = code.defaultZero();
  double most = code.maxMagnitude(zero);
  if (gemm.getZero())
    most = std::max(most, code.maxMagnitude(0));
  double product = most * maxFinite(ScalarKind::E4M3);
  double limit = maxFinite(*scalarKind(activation));
  if (product <= limit)
    return success();
  return gemm.emitOpError("products of ")
         << code.name() << " and " << scale << " reach "
         << static_cast<int64_t>(product) << ", beyond the "
         << static_cast<int64_t>(limit) << " of " << activation
         << "; use bf16 activations";
}

static LogicalResult checkScales(GemmOp gemm) {
  TypedValue<RankedTensorType> scale = gemm.getScale();
  if (!scale)
    return gemm.emitOpError(
        "a gemm without a scale does not lower yet; pass a scale of ones");
  if (scale.getType().getDimSize(0) != gemm.getN())
    return gemm.emitOpError("a scale per tensor does not lower yet; repeat it "
                            "for each of the ")
           << gemm.getN() << " channels";
  Type activation = gemm.getA().getType().getElementType();
  Type element = scale.getType().getElementType();
  if (failed(checkScaleType(gemm, element, activation)))
    return failure();
  int64_t groups = gemm.getNumGroups();
  int64_t group = gemm.getGroupSize();
  if (gemm.getEffectiveNumerics().getScale() == ScaleKind::Operand) {
    // A packed tile holds whole groups, or lies in one.
    if (groups == 1 || group % tile::kPackedCols == 0 ||
        (tile::kPackedCols % group == 0 && group >= kLeastGroup))
      return success();
    return gemm.emitOpError("scale = operand with group size ")
           << group
           << " does not lower yet; expected 8, 16, 32 or a multiple of "
           << tile::kPackedCols;
  }
  if (groups != 1)
    return gemm.emitOpError("scale = accumulator with ")
           << groups
           << " groups does not lower yet; expected one group, or scale = "
              "operand";
  return success();
}

static LogicalResult checkShapes(GemmOp gemm) {
  if (gemm.getK() % kMultipleK)
    return gemm.emitOpError("K = ")
           << gemm.getK() << " does not lower yet; expected a multiple of "
           << kMultipleK << ": pad weights and activations";
  return success();
}

static LogicalResult checkEpilogue(GemmOp gemm, const Arch &arch) {
  Type result = gemm.getType().getElementType();
  if (failed(expectOneOf(gemm, "result type", text(result), kResults)) ||
      failed(expectBf16Support(gemm, "result", result, arch)))
    return failure();
  for (Type type : gemm.getEpilogueOperands().getTypes()) {
    Type element = cast<RankedTensorType>(type).getElementType();
    if (failed(expectOneOf(gemm, "epilogue operand type", text(element),
                           kEpilogueOperands)) ||
        failed(expectBf16Support(gemm, "epilogue operand", element, arch)))
      return failure();
  }
  for (Operation &op : gemm.getEpilogue().front().without_terminator()) {
    if (failed(expectOneOf(&op, "an epilogue op of dialect",
                           op.getName().getDialectNamespace(),
                           kEpilogueDialects)))
      return failure();
    for (Type type : op.getResultTypes())
      if (failed(expectOneOf(&op, "epilogue scalar type", text(type),
                             kEpilogueScalars)) ||
          failed(expectBf16Support(&op, "epilogue scalar", type, arch)))
        return failure();
  }
  return success();
}

LogicalResult humming::checkTarget(GemmOp gemm, const Arch &arch) {
  return success(succeeded(checkOperands(gemm, arch)) &&
                 succeeded(checkScales(gemm)) && succeeded(checkShapes(gemm)) &&
                 succeeded(checkEpilogue(gemm, arch)));
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
