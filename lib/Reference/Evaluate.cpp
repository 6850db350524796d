//===- Evaluate.cpp - humming.gemm by its definition ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sums, and keeps beside each sum what bounds the error of an accumulator.
// docs/Numerics.md derives the bound.
//
//===----------------------------------------------------------------------===//

#include "Epilogue.h"
#include "Operands.h"
#include "humming/Dialect/Humming/IR/ScalarTypes.h"
#include "humming/Reference/Reference.h"

#include <cmath>

using namespace mlir;
using namespace humming;
using namespace humming::reference;

/// Where a kernel may scale what it has summed so far, although the group goes
/// on: the columns of a packed tile of weights.
static constexpr size_t kPartK = 64;
/// Half a unit in the last place of f32, relative.
static constexpr double kRounding = 0x1p-24;

namespace {
/// What accumulators lose; docs/Numerics.md has the derivation and the sources.
struct Loss {
  size_t blockK;     ///< products that one instruction may add in any order
  double perProduct; ///< of R

  /// The products that a block counts as. Zeros lose nothing; where there are
  /// few others, each may have accumulators and sums of its own cut.
  size_t count(size_t nonzeros) const { return std::min(blockK, 3 * nonzeros); }
};

/// A sum of products, and how far off an accumulator of it may be.
struct Sum {
  double value, error;
  double magnitude; ///< the sum of the magnitudes of its parts
  size_t parts;     ///< of kPartK products
};

/// How far off a sum of scaled sums may be.
struct Total {
  double value = 0, error = 0;
};
} // namespace

//===----------------------------------------------------------------------===//
// Sums
//===----------------------------------------------------------------------===//

static Loss lossOf(ScalarKind operand, ScalarKind accumulator) {
  size_t blockK = 256 / bitWidth(operand); // The longest k of an MMA.
  if (!isFloat(accumulator))
    return {blockK, 0};
  if (accumulator == ScalarKind::F16)
    return {blockK, 0.5 * 0x1p-10};
  if (operand == ScalarKind::E4M3 || operand == ScalarKind::E5M2)
    return {blockK, 1.25 * 0x1p-13};
  return {blockK, 2 * 0x1p-23};
}

/// The sum of `count` products, and the error of an accumulator that adds them
/// block by block in rising order, inside a block in any order.
static Sum sumProducts(const double *a, const double *w, size_t count,
                       const Loss &loss) {
  double sum = 0, least = 0, greatest = 0, greatestBlock = 0;
  double part = 0, magnitude = 0;
  size_t products = 0;
  for (size_t begin = 0; begin < count; begin += loss.blockK) {
    size_t end = std::min(begin + loss.blockK, count);
    double block = 0, blockMagnitude = 0;
    size_t nonzeros = 0;
    for (size_t k = begin; k < end; ++k) {
      double product = a[k] * w[k];
      block += product;
      blockMagnitude += std::fabs(product);
      nonzeros += product != 0;
    }
    products += loss.count(nonzeros);
    sum += block;
    part += block;
    if (end % kPartK == 0 || end == count) {
      magnitude += std::fabs(part);
      part = 0;
    }
    least = std::min(least, sum);
    greatest = std::max(greatest, sum);
    greatestBlock = std::max(greatestBlock, blockMagnitude);
  }
  // Without a loss there is no error, whatever is infinite.
  double error = loss.perProduct == 0
                     ? 0
                     : std::expm1(double(products) * loss.perProduct) *
                           ((greatest - least) + greatestBlock);
  return {sum, error, magnitude, llvm::divideCeil(count, kPartK)};
}

/// (1 + 2^-24)^count - 1, from above.
static double relativeError(size_t count) {
  return std::expm1(double(count) * kRounding);
}

/// One accumulator of the result, with all scales that act on it.
static Total accumulate(const Operands &o, size_t row, size_t column) {
  const double *a = &o.activations[row * o.k];
  const double *w = &o.weights[column * o.k];
  Loss loss = lossOf(o.operandKind, o.accumulatorKind);
  // Where the factor of the products may change.
  bool hasWeightGroups = !o.scaleOnOperand && o.scales.columns > 1;
  bool hasInputGroups = o.inputScales.columns > 1;
  size_t weightGroup = hasWeightGroups ? o.scales.columnSize : o.k;
  size_t inputGroup = hasInputGroups ? o.inputScales.columnSize : o.k;

  Total total;
  double magnitude = 0; // Of the scaled parts, errors included.
  size_t parts = 0;
  for (size_t begin = 0, end = 0; begin < o.k; begin = end) {
    end = std::min({o.k, (begin / weightGroup + 1) * weightGroup,
                    (begin / inputGroup + 1) * inputGroup});
    double factor = o.inputScales.at(row, begin) * o.globalScale;
    if (!o.scaleOnOperand)
      factor *= o.scales.at(column, begin);
    Sum sum = sumProducts(a + begin, w + begin, end - begin, loss);
    double error = sum.error * std::fabs(factor);
    total.value += sum.value * factor;
    total.error += error;
    magnitude += sum.magnitude * std::fabs(factor) + error;
    parts += sum.parts;
  }
  // One accumulator of the whole sum has one part, however long.
  size_t additions = hasWeightGroups || hasInputGroups ? parts - 1 : 0;
  if (additions == 0)
    magnitude = std::fabs(total.value) + total.error;
  bool isConverted = !isFloat(o.accumulatorKind) && o.numScales > 0;
  size_t roundings = o.numScales + isConverted + additions;
  if (roundings > 0)
    total.error += relativeError(roundings) * magnitude +
                   halfUlp(ScalarKind::F32, 0) * double(roundings);
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
  FailureOr<Operands> operands = Operands::read(gemm, m, arguments);
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
      Total sum = accumulate(*operands, row, column);
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
