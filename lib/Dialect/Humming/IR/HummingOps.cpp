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

/// True for the activations whose weights are scaled before they are multiplied
/// without being asked for: narrower operands keep few bits of a product.
static bool hasScalableOperands(GemmOp op) {
  Type activation = op.getA().getType().getElementType();
  return activation.isF16() || activation.isBF16();
}

/// True when the 16-bit operand type has every value of the scale type.
static bool holdsScales(Type operand, Type scale) {
  if (scale == operand)
    return true;
  if (isa<Float8E8M0FNUType>(scale))
    return operand.isBF16();
  return isa<Float8E4M3FNType, Float8E5M2Type>(scale);
}

bool humming::scalesBlocks(Type activation, Type scale, int64_t group,
                           Type inputScale, int64_t inputGroup) {
  constexpr int64_t exponentGroup = 32, floatGroup = 16;
  if (!isa<Float4E2M1FNType>(activation) || !scale || scale != inputScale ||
      group != inputGroup)
    return false;
  return (isa<Float8E8M0FNUType>(scale) && group == exponentGroup) ||
         (isa<Float8E4M3FNType>(scale) && group == floatGroup);
}

bool GemmOp::hasBlockScales() {
  return getNumGroups() > 1 && getNumInputGroups() > 1 &&
         scalesBlocks(getA().getType().getElementType(),
                      getScale().getType().getElementType(), getGroupSize(),
                      getInputScale().getType().getElementType(),
                      getInputGroupSize());
}

NumericsAttr GemmOp::getEffectiveNumerics() {
  if (NumericsAttr numerics = getNumericsAttr())
    return numerics;
  bool onOperand = hasScalableOperands(*this) && getScale() &&
                   getNumGroups() > 1 && getNumInputGroups() == 1 &&
                   holdsScales(getA().getType().getElementType(),
                               getScale().getType().getElementType());
  return NumericsAttr::get(
      getContext(), hasIntegerActivations(*this) ? AccKind::I32 : AccKind::F32,
      onOperand ? ScaleKind::Operand : ScaleKind::Accumulator, OrderKind::Any);
}

bool GemmOp::foldsScales() {
  return getScale() &&
         getEffectiveNumerics().getScale() == ScaleKind::Operand &&
         getA().getType().getElementTypeBitWidth() == 8;
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

/// Blocks of `size` that cover `length`. Sizes may be any positive number.
static int64_t divideCeil(int64_t length, int64_t size) {
  return length / size + (length % size != 0);
}

static LogicalResult verifyScaleShape(GemmOp op) {
  ArrayRef<int64_t> sizes = op.getScale().getType().getShape();
  int64_t n = op.getN(), k = op.getK(), rows = sizes[0], groups = sizes[1];
  if (std::optional<ArrayRef<int64_t>> block = op.getScaleBlock()) {
    int64_t blockRows = (*block)[0], blockCols = (*block)[1];
    // gemm_c4
    if (rows != divideCeil(n, blockRows))
      return op.emitOpError("expected ")
             << divideCeil(n, blockRows)
             << " scale rows, one for each block of " << blockRows
             << " rows of N = " << n << ", got " << rows;
    // gemm_c5
    if (groups != divideCeil(k, blockCols))
      return op.emitOpError("expected ")
             << divideCeil(k, blockCols) << " scale groups of " << blockCols
             << " for K = " << k << ", got " << groups;
    return success();
  }
  // gemm_c4
  if (rows == 0 || n % rows)
    return op.emitOpError("expected scale rows that divide N = ")
           << n << ", got " << rows
           << " rows; scale_block = [rows, columns] allows a short last block";
  // gemm_c5
  if (groups == 0 || k % groups)
    return op.emitOpError("expected scale groups that divide K = ")
           << k << ", got " << groups
           << " groups; scale_block = [1, group size] allows a short last "
              "group";
  return success();
}

static LogicalResult verifyZero(GemmOp op) {
  TypedValue<RankedTensorType> scale = op.getScale(), zero = op.getZero();
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
  Type activation = op.getA().getType().getElementType();
  bool takesNumbers = hasScalableOperands(op);
  if (element == weight || (takesNumbers && element == activation) ||
      (op.isPacked() && isWider(element, weight)))
    return success();
  InFlightDiagnostic error = op.emitOpError("expected zero points of the "
                                            "weights' code ")
                             << weight;
  if (takesNumbers)
    error << " or of the activations' type " << activation;
  return error << ", got " << element;
}

/// The scale, its blocks and the zero points.
static LogicalResult verifyScales(GemmOp op) {
  if (std::optional<ArrayRef<int64_t>> block = op.getScaleBlock()) {
    // gemm_c19
    if (!op.getScale())
      return op.emitOpError("expected a scale beside scale_block");
    if (block->size() != 2 || (*block)[0] < 1 || (*block)[1] < 1)
      return op.emitOpError("expected scale_block = [rows, columns] of at "
                            "least 1, got [")
             << *block << "]";
  }
  if (op.getScale() && failed(verifyScaleShape(op)))
    return failure();
  return op.getZero() ? verifyZero(op) : success();
}

/// The scales that are no part of the weights, and the permutation.
static LogicalResult verifySideOperands(GemmOp op) {
  int64_t m = op.getM(), k = op.getK();
  // gemm_c20
  if (op.getGlobalScale() && op.getGlobalScale().getType().getDimSize(0) != 1)
    return op.emitOpError("expected one global scale, got ")
           << dimension(op.getGlobalScale().getType().getDimSize(0));
  if (op.getInputScale()) {
    // gemm_c17
    ArrayRef<int64_t> sizes = op.getInputScale().getType().getShape();
    int64_t groups = sizes[1];
    if (sizes[0] != m && sizes != ArrayRef<int64_t>{1, 1})
      return op.emitOpError("expected an input scale of 1x1 or with M = ")
             << dimension(m) << " rows, got " << shape(sizes);
    bool divides = groups > 0 && k % groups == 0;
    if (!divides && groups != op.getNumGroups())
      return op.emitOpError("expected input scale groups that divide K = ")
             << k << ", or the " << op.getNumGroups()
             << " groups of the scale, got " << dimension(groups);
  }
  // gemm_c18
  if (op.getPerm() && op.getPerm().getType().getDimSize(0) != k)
    return op.emitOpError("expected a permutation of K = ")
           << k << " numbers, got "
           << dimension(op.getPerm().getType().getDimSize(0));
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
  if (numerics.getAcc() == AccKind::F16 && !activation.isF16())
    return op.emitOpError("expected f16 activations beside acc = f16, got ")
           << activation << "; use acc = f32";
  // gemm_c14
  if (op.getScale() && numerics.getScale() == ScaleKind::Operand &&
      !hasScalableOperands(op) &&
      !isa<Float8E4M3FNType, Float8E5M2Type>(activation))
    return op.emitOpError("expected floating-point activations of 16 or 8 bits "
                          "beside scale = operand, got ")
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
  Value packable[] = {op.getB(), op.getScale(), op.getZero()};
  auto plain = [&](Value value) {
    return llvm::is_contained(packable, value) ||
           !cast<RankedTensorType>(value.getType()).getEncoding();
  };
  if (!plain(op.getResult()) || !llvm::all_of(op->getOperands(), plain))
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
  if (failed(verifyScales(*this)) || failed(verifySideOperands(*this)))
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
  // pack_c4
  int64_t repeat = getRowBlock().value_or(1);
  if (repeat < 1)
    return emitOpError("expected row_block of at least 1, got ") << repeat;
  if (getPerm() && getPerm().getType().getDimSize(0) != result.getDimSize(1))
    return emitOpError("expected a permutation of ")
           << result.getDimSize(1) << " columns, got "
           << dimension(getPerm().getType().getDimSize(0));
  // pack_c2
  int64_t rows = divideCeil(result.getDimSize(0), repeat);
  Type from = source.getElementType(), to = result.getElementType();
  if (source.getShape() != ArrayRef<int64_t>{rows, result.getDimSize(1)}) {
    InFlightDiagnostic error =
        emitOpError("expected source and result of the same shape and values");
    if (repeat > 1)
      error << ", but for a row for each " << repeat;
    return error << ", got " << source << " and " << result;
  }
  if (from != to && !isWider(to, from))
    return emitOpError(
               "expected source and result of the same shape and values, got ")
           << source << " and " << result;
  // pack_c5
  constexpr unsigned byte = 8;
  auto code = dyn_cast<CodeType>(from);
  if (std::optional<Type> operand = getOperand();
      operand && (!code || code.getBits() != byte || !operand->isIntOrFloat() ||
                  operand->getIntOrFloatBitWidth() != byte))
    return emitOpError("expected codes of 8 bits as numbers of 8 bits, got ")
           << from << " as " << *operand;
  // pack_c3
  if (source.getEncoding() == result.getEncoding())
    return emitOpError("expected a change of encoding, got ")
           << source << " twice";
  return success();
}
