//===- HummingOps.cpp - Operations of the problem dialect -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Verifiers and queries. Every check carries the label of the constraint in
// HummingOps.td that it enforces.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/Humming/IR/Humming.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace humming;

#define GET_OP_CLASSES
#include "humming/Dialect/Humming/IR/HummingOps.cpp.inc"

//===----------------------------------------------------------------------===//
// GemmOp
//===----------------------------------------------------------------------===//

static bool hasIntegerActivations(GemmOp op) {
  return op.getA().getType().getElementType().isInteger();
}

::humming::Code GemmOp::getCode() {
  return cast<CodeType>(getB().getType().getElementType()).getCode();
}

int64_t GemmOp::getGroupSize() {
  if (std::optional<ArrayRef<int64_t>> block = getScaleBlock())
    return std::min((*block)[1], getK());
  return getK() / getNumGroups();
}

int64_t GemmOp::getScaleRows() {
  if (!getScale())
    return 1;
  if (std::optional<ArrayRef<int64_t>> block = getScaleBlock())
    return (*block)[0];
  return getN() / getScale().getType().getDimSize(0);
}

int64_t GemmOp::getInputGroupSize() {
  int64_t groups = getNumInputGroups();
  return groups == getNumGroups() ? getGroupSize() : getK() / groups;
}

/// True when the operand type `operand` has every value of the scale type.
static bool holdsScales(Type operand, Type scale) {
  if (scale == operand)
    return true;
  if (isa<Float8E8M0FNUType>(scale))
    return operand.isBF16();
  return isa<Float8E4M3FNType, Float8E5M2Type>(scale);
}

NumericsAttr GemmOp::getEffectiveNumerics() {
  if (NumericsAttr numerics = getNumericsAttr())
    return numerics;
  Type activation = getA().getType().getElementType();
  bool onOperand =
      activation.getIntOrFloatBitWidth() == 16 && getScale() &&
      getNumGroups() > 1 && getNumInputGroups() == 1 &&
      holdsScales(activation, getScale().getType().getElementType());
  return NumericsAttr::get(
      getContext(), hasIntegerActivations(*this) ? AccKind::I32 : AccKind::F32,
      onOperand ? ScaleKind::Operand : ScaleKind::Accumulator);
}

Type GemmOp::getAccumulatorType() {
  bool isScaled = getScale() || getGlobalScale() || getInputScale();
  if (getEffectiveNumerics().getAcc() == AccKind::I32 && !isScaled)
    return IntegerType::get(getContext(), 32);
  return Float32Type::get(getContext());
}

/// A dimension as it is written in a type.
static std::string dimension(int64_t size) {
  return ShapedType::isDynamic(size) ? "?" : std::to_string(size);
}

/// A shape as it is written in a type: 4x?.
static std::string shape(ArrayRef<int64_t> sizes) {
  std::string text;
  for (int64_t size : sizes)
    text += (text.empty() ? "" : "x") + dimension(size);
  return text;
}

/// True when both are unsigned codes and `wide` has more bits: every code of
/// `narrow` is a code of the same value in `wide`.
static bool isWider(Type wide, Type narrow) {
  auto wideCode = dyn_cast<CodeType>(wide),
       narrowCode = dyn_cast<CodeType>(narrow);
  constexpr auto kUnsigned = ::humming::Code::Kind::Unsigned;
  return wideCode && narrowCode && wideCode.getCode().kind() == kUnsigned &&
         narrowCode.getCode().kind() == kUnsigned &&
         wideCode.getBits() > narrowCode.getBits();
}

/// Blocks of `size` that cover `length`; 0 for no block at all.
static int64_t divideCeil(int64_t length, int64_t size) {
  return size > 0 ? (length + size - 1) / size : 0;
}

static LogicalResult verifyScales(GemmOp op) {
  int64_t n = op.getN(), k = op.getK();
  TypedValue<RankedTensorType> scale = op.getScale(), zero = op.getZero();
  if (scale) {
    int64_t rows = scale.getType().getDimSize(0),
            groups = scale.getType().getDimSize(1);
    std::optional<ArrayRef<int64_t>> block = op.getScaleBlock();
    // gemm_c4
    bool rowsFit =
        block ? rows == divideCeil(n, (*block)[0]) : rows > 0 && n % rows == 0;
    if (!rowsFit)
      return op.emitOpError("expected ")
             << (block ? "a scale row for each block of rows of N = "
                       : "scale rows that divide N = ")
             << n << ", got " << rows << " rows";
    // gemm_c5
    bool groupsFit = block ? groups == divideCeil(k, (*block)[1])
                           : groups > 0 && k % groups == 0;
    if (!groupsFit)
      return op.emitOpError("expected ")
             << (block ? "a scale group for each block of columns of K = "
                       : "scale groups that divide K = ")
             << k << ", got " << groups << " groups";
  }
  if (!zero)
    return success();
  // gemm_c6
  if (!scale)
    return op.emitOpError(
        "expected a scale beside the zero points; zero points are scaled: "
        "pass a scale of ones");
  if (zero.getType().getShape() != scale.getType().getShape())
    return op.emitOpError("expected zero points of the scale's shape ")
           << shape(scale.getType().getShape()) << ", got "
           << shape(zero.getType().getShape());
  // gemm_c7
  Type weight = op.getB().getType().getElementType();
  if (op.getCode().kind() != ::humming::Code::Kind::Unsigned)
    return op.emitOpError("expected unsigned codes beside zero points, got ")
           << weight << "; other codes have no zero point";
  // gemm_c8
  Type element = zero.getType().getElementType();
  if (element != weight && element != op.getA().getType().getElementType() &&
      !(op.isPacked() && isWider(element, weight)))
    return op.emitOpError("expected zero points of the weights' code ")
           << weight << ", got " << element;
  return success();
}

static LogicalResult verifyNumerics(GemmOp op) {
  NumericsAttr numerics = op.getEffectiveNumerics();
  Type activation = op.getA().getType().getElementType();
  // gemm_c13
  if ((numerics.getAcc() == AccKind::I32) != hasIntegerActivations(op))
    return op.emitOpError("expected acc = ")
           << (hasIntegerActivations(op) ? "i32" : "f32 or f16") << " for "
           << activation << " activations, got "
           << stringifyAccKind(numerics.getAcc());
  // gemm_c14
  if (numerics.getScale() == ScaleKind::Operand && hasIntegerActivations(op))
    return op.emitOpError("expected floating-point activations beside scale = "
                          "operand, got ")
           << activation << "; use scale = accumulator";
  return success();
}

static LogicalResult verifyPacking(GemmOp op) {
  // gemm_c15
  for (TypedValue<RankedTensorType> operand : {op.getScale(), op.getZero()})
    if (operand &&
        static_cast<bool>(operand.getType().getEncoding()) != op.isPacked())
      return op.emitOpError(
                 "expected all or none of b, scale and zero to be packed, got ")
             << op.getB().getType() << " and " << operand.getType();
  auto plain = [](Type type) {
    return !cast<RankedTensorType>(type).getEncoding();
  };
  if (!plain(op.getA().getType()) || !plain(op.getType()) ||
      !llvm::all_of(op.getEpilogueOperands().getTypes(), plain))
    return op.emitOpError("expected an encoding only on b, scale and zero");
  return success();
}

LogicalResult GemmOp::verify() {
  int64_t m = getM(), n = getN(), k = getK();
  // gemm_c16
  if (m == 0 || n == 0 || k == 0)
    return emitOpError("expected no dimension to be 0, got M x N x K = ")
           << shape({m, n, k});
  // gemm_c2
  int64_t activationK = getA().getType().getDimSize(1);
  if (activationK != k) {
    InFlightDiagnostic error = emitOpError("expected activations with K = ")
                               << k << " columns, got "
                               << dimension(activationK);
    error.attachNote(getB().getLoc())
        << "weights of " << getB().getType() << " defined here";
    return error;
  }
  // gemm_c3
  if (getType().getShape() != ArrayRef<int64_t>{m, n})
    return emitOpError("expected a result of M x N = ")
           << shape({m, n}) << ", got " << shape(getType().getShape());
  if (failed(verifyScales(*this)))
    return failure();
  // gemm_c9
  for (auto [index, operand] : llvm::enumerate(getEpilogueOperands())) {
    ArrayRef<int64_t> sizes =
        cast<RankedTensorType>(operand.getType()).getShape();
    if (sizes != ArrayRef<int64_t>{n} && sizes != ArrayRef<int64_t>{m, n})
      return emitOpError("expected epilogue operand ")
             << index << " of N = " << n << " or M x N = " << shape({m, n})
             << ", got " << shape(sizes);
  }
  if (failed(verifyNumerics(*this)))
    return failure();
  return verifyPacking(*this);
}

LogicalResult GemmOp::verifyRegions() {
  Block &body = getEpilogue().front();
  // gemm_c10
  SmallVector<Type> expected = {getAccumulatorType()};
  for (Type type : getEpilogueOperands().getTypes())
    expected.push_back(cast<RankedTensorType>(type).getElementType());
  if (!llvm::equal(body.getArgumentTypes(), expected)) {
    InFlightDiagnostic error = emitOpError("expected an epilogue region of (");
    llvm::interleaveComma(expected, error);
    error << "), the accumulator and one scalar per epilogue operand, got (";
    llvm::interleaveComma(body.getArgumentTypes(), error);
    return error << ")";
  }
  // gemm_c11
  auto yield = dyn_cast<YieldOp>(body.getTerminator());
  if (!yield)
    return emitOpError(
               "expected the epilogue region to end in humming.yield, got ")
           << body.getTerminator()->getName();
  Type element = getType().getElementType();
  if (yield.getValue().getType() != element)
    return yield.emitOpError("expected a value of the result's element type ")
           << element << ", got " << yield.getValue().getType();
  // gemm_c12
  for (Operation &op : body)
    if (!isMemoryEffectFree(&op))
      return op.emitOpError("expected no side effects in an epilogue");
  return success();
}

//===----------------------------------------------------------------------===//
// PackOp
//===----------------------------------------------------------------------===//

LogicalResult PackOp::verify() {
  RankedTensorType source = getSource().getType(), result = getType();
  // pack_c2
  Type from = source.getElementType(), to = result.getElementType();
  if (source.getShape() != result.getShape() ||
      (from != to && !isWider(to, from)))
    return emitOpError(
               "expected source and result of the same shape and values, got ")
           << source << " and " << result;
  // pack_c3
  if (source.getEncoding() == result.getEncoding())
    return emitOpError("expected a change of encoding, got ")
           << source << " twice";
  return success();
}
