//===- Evaluate.cpp - humming.gemm by its definition ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Decodes the operands to doubles, sums, and keeps beside each sum what bounds
// the error of an accumulator. docs/Numerics.md derives the bound.
//
//===----------------------------------------------------------------------===//

#include "Buffers.h"
#include "Epilogue.h"
#include "humming/Dialect/Humming/IR/ScalarTypes.h"
#include "humming/Reference/Reference.h"

#include <cmath>

using namespace mlir;
using namespace humming;
using namespace humming::reference;

/// Products that one instruction may add in any order: the longest k of an MMA
/// of 16-bit operands.
static constexpr size_t kBlockK = 16;

namespace {
/// A gemm with its operands as doubles.
struct Operands {
  size_t m, n, k;
  size_t groups; ///< columns of the scale
  bool scaleOnOperand;
  ScalarKind operandKind, accumulatorKind;
  std::vector<double> activations; ///< m x k
  std::vector<double> weights;     ///< n x k, rounded to the operand type
  std::vector<double> scales;      ///< n x groups
  std::vector<std::vector<double>> epilogue;
  std::vector<bool> epiloguePerToken;
};

/// A sum of products, and how far off an accumulator of it may be.
struct Sum {
  double value, error;
};
} // namespace

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

/// The buffer of an operand that is an argument of the gemm's function.
static FailureOr<ArrayRef<uint8_t>>
bufferOf(GemmOp gemm, Value operand, int64_t m,
         ArrayRef<std::vector<uint8_t>> arguments) {
  auto argument = dyn_cast<BlockArgument>(operand);
  if (!argument || argument.getArgNumber() >= arguments.size())
    return gemm.emitOpError("expected operands that are arguments of the "
                            "function, with a buffer for each");
  auto type = cast<RankedTensorType>(operand.getType());
  unsigned bits = elementBits(type.getElementType());
  ArrayRef<uint8_t> bytes = arguments[argument.getArgNumber()];
  size_t expected = byteSize(extentFor(type, m), bits);
  if (bits == 0)
    return gemm.emitOpError("has no evaluation in the reference for ") << type;
  if (bytes.size() != expected)
    return gemm.emitOpError("expected ")
           << expected << " bytes for argument " << argument.getArgNumber()
           << " (" << type << "), got " << bytes.size();
  return bytes;
}

/// The scalars of an operand, exactly. Nothing for an absent operand.
static FailureOr<std::vector<double>>
readScalars(GemmOp gemm, Value operand, int64_t m,
            ArrayRef<std::vector<uint8_t>> arguments) {
  if (!operand)
    return std::vector<double>();
  FailureOr<ArrayRef<uint8_t>> bytes = bufferOf(gemm, operand, m, arguments);
  if (failed(bytes))
    return failure();
  auto type = cast<RankedTensorType>(operand.getType());
  ScalarKind kind = *scalarKind(type.getElementType());
  std::vector<uint32_t> bits =
      readBits(*bytes, extentFor(type, m), bitWidth(kind));
  std::vector<double> values(bits.size());
  for (size_t i = 0; i < bits.size(); ++i)
    values[i] = decode(kind, bits[i]);
  return values;
}

static FailureOr<std::vector<uint32_t>>
readCodes(GemmOp gemm, TypedValue<RankedTensorType> operand,
          ArrayRef<std::vector<uint8_t>> arguments) {
  if (!operand)
    return std::vector<uint32_t>();
  FailureOr<ArrayRef<uint8_t>> bytes = bufferOf(gemm, operand, 0, arguments);
  if (failed(bytes))
    return failure();
  RankedTensorType type = operand.getType();
  return readBits(*bytes, extentFor(type, 0),
                  elementBits(type.getElementType()));
}

/// Decodes weights: value - zero, times the scale where it acts on operands,
/// rounded once to the operand type, which the values of a table already have.
static void decodeWeights(GemmOp gemm, ArrayRef<uint32_t> codes,
                          ArrayRef<uint32_t> zeros, Operands &operands) {
  Code code = gemm.getCode();
  std::vector<double> table(code.size());
  for (unsigned c = 0; c < code.size(); ++c) {
    table[c] = code.value(c);
    if (code.kind() == Code::Kind::Table)
      table[c] = roundTo(operands.operandKind, table[c]);
  }
  size_t groupSize = operands.k / operands.groups;
  operands.weights.resize(operands.n * operands.k);
  for (size_t i = 0; i < operands.weights.size(); ++i) {
    size_t group = i / groupSize; // Of all rows: groups divide k.
    double zero = zeros.empty() ? code.defaultZero() : table[zeros[group]];
    double scale = operands.scaleOnOperand ? operands.scales[group] : 1;
    operands.weights[i] =
        roundTo(operands.operandKind, (table[codes[i]] - zero) * scale);
  }
}

static FailureOr<Operands>
readOperands(GemmOp gemm, int64_t m, ArrayRef<std::vector<uint8_t>> arguments) {
  Operands operands;
  operands.m = m;
  operands.n = gemm.getN();
  operands.k = gemm.getK();
  operands.groups = gemm.getNumGroups();
  operands.scaleOnOperand =
      gemm.getEffectiveNumerics().getScale() == ScaleKind::Operand;

  std::optional<ScalarKind> operandKind =
      scalarKind(gemm.getA().getType().getElementType());
  std::optional<ScalarKind> accumulatorKind =
      scalarKind(gemm.getAccumulatorType());
  if (!operandKind || !accumulatorKind)
    return gemm.emitOpError("has no evaluation in the reference for ")
           << gemm.getA().getType();
  operands.operandKind = *operandKind;
  operands.accumulatorKind = *accumulatorKind;

  auto activations = readScalars(gemm, gemm.getA(), m, arguments);
  auto codes = readCodes(gemm, gemm.getB(), arguments);
  auto scales = readScalars(gemm, gemm.getScale(), m, arguments);
  auto zeros = readCodes(gemm, gemm.getZero(), arguments);
  if (failed(activations) || failed(codes) || failed(scales) || failed(zeros))
    return failure();
  operands.activations = std::move(*activations);
  operands.scales = std::move(*scales);
  // A scale per tensor is one number for every row; no scale is 1.
  if (operands.scales.size() <= 1)
    operands.scales.assign(operands.n * operands.groups,
                           operands.scales.empty() ? 1 : operands.scales[0]);
  if (zeros->size() == 1)
    zeros->assign(operands.n, zeros->front());
  decodeWeights(gemm, *codes, *zeros, operands);

  for (Value operand : gemm.getEpilogueOperands()) {
    auto values = readScalars(gemm, operand, m, arguments);
    if (failed(values))
      return failure();
    operands.epilogue.push_back(std::move(*values));
    operands.epiloguePerToken.push_back(
        cast<RankedTensorType>(operand.getType()).getRank() == 2);
  }
  return operands;
}

//===----------------------------------------------------------------------===//
// Sums
//===----------------------------------------------------------------------===//

/// The sum of `count` products, and the error of an accumulator that adds them
/// block by block in rising order, inside a block in any order.
static Sum sumProducts(const double *a, const double *w, size_t count,
                       ScalarKind accumulator) {
  double sum = 0, least = 0, greatest = 0, greatestBlock = 0;
  for (size_t begin = 0; begin < count; begin += kBlockK) {
    size_t end = std::min(begin + kBlockK, count);
    double block = 0, magnitude = 0;
    for (size_t k = begin; k < end; ++k) {
      double product = a[k] * w[k];
      block += product;
      magnitude += std::fabs(product);
    }
    sum += block;
    least = std::min(least, sum);
    greatest = std::max(greatest, sum);
    greatestBlock = std::max(greatestBlock, magnitude);
  }
  if (!isFloat(accumulator))
    return {sum, 0};
  // Two units in the last place, 2^(1 - precision) each, for each product.
  size_t products = (count + kBlockK - 1) / kBlockK * kBlockK;
  double gamma = std::ldexp(double(products), 2 - int(precision(accumulator)));
  double error =
      gamma < 1 ? gamma / (1 - gamma) * ((greatest - least) + greatestBlock)
                : std::numeric_limits<double>::infinity();
  return {sum, error};
}

/// One accumulator of the result, scaled where scales act on accumulators.
static Sum accumulate(const Operands &o, size_t row, size_t column) {
  const double *a = &o.activations[row * o.k];
  const double *w = &o.weights[column * o.k];
  if (o.scaleOnOperand)
    return sumProducts(a, w, o.k, o.accumulatorKind);

  size_t groupSize = o.k / o.groups;
  double unit = std::ldexp(1.0, -int(precision(o.accumulatorKind)));
  Sum total = {0, 0};
  double magnitude = 0; // Of the scaled sums, errors included.
  for (size_t group = 0; group < o.groups; ++group) {
    double scale = o.scales[column * o.groups + group];
    Sum sum = sumProducts(a + group * groupSize, w + group * groupSize,
                          groupSize, o.accumulatorKind);
    double value = sum.value * scale, error = sum.error * std::fabs(scale);
    // The rounding of the multiplication; a scale of 1 rounds nothing, but a
    // bound that holds for all scales is good enough for it.
    error += halfUlp(o.accumulatorKind, std::fabs(value) + error);
    total.value += value;
    total.error += error;
    magnitude += std::fabs(value) + error;
  }
  total.error += unit * double(o.groups - 1) * magnitude;
  return total;
}

//===----------------------------------------------------------------------===//
// Entry points
//===----------------------------------------------------------------------===//

FailureOr<GemmOp> reference::findGemm(ModuleOp module) {
  SmallVector<GemmOp> gemms;
  module.walk([&](GemmOp gemm) { gemms.push_back(gemm); });
  if (gemms.size() != 1)
    return module.emitError("expected one humming.gemm, got ") << gemms.size();
  return gemms.front();
}

FailureOr<Evaluation>
reference::evaluate(GemmOp gemm, int64_t m,
                    ArrayRef<std::vector<uint8_t>> arguments) {
  if (gemm.isPacked())
    return gemm.emitOpError("expected row-major operands, got packed ones: "
                            "evaluate the problem before packing");
  if (m < 1 || (!ShapedType::isDynamic(gemm.getM()) && gemm.getM() != m))
    return gemm.emitOpError("cannot be evaluated for m = ") << m;
  FailureOr<Epilogue> epilogue = Epilogue::decode(gemm);
  if (failed(epilogue))
    return failure();
  FailureOr<Operands> operands = readOperands(gemm, m, arguments);
  if (failed(operands))
    return failure();

  Evaluation result;
  result.kind = *scalarKind(gemm.getResult().getType().getElementType());
  result.m = m;
  result.n = gemm.getN();
  result.values.reserve(operands->m * operands->n);
  result.lows.reserve(operands->m * operands->n);
  result.highs.reserve(operands->m * operands->n);
  SmallVector<double> scalars(operands->epilogue.size());
  for (size_t row = 0; row < operands->m; ++row)
    for (size_t column = 0; column < operands->n; ++column) {
      Sum sum = accumulate(*operands, row, column);
      for (size_t i = 0; i < scalars.size(); ++i)
        scalars[i] = operands->epilogue[i][operands->epiloguePerToken[i]
                                               ? row * operands->n + column
                                               : column];
      Interval x = epilogue->run(
          {sum.value, sum.value - sum.error, sum.value + sum.error}, scalars);
      result.values.push_back(x.value);
      result.lows.push_back(x.low);
      result.highs.push_back(x.high);
    }
  return result;
}
