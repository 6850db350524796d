//===- Operands.cpp - The operands of a gemm as numbers -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Decodes buffers, applies the permutation, and rounds weights as the
// definition says, which does not ask how a kernel comes by them.
//
//===----------------------------------------------------------------------===//

#include "Operands.h"

#include "Buffers.h"
#include "humming/Dialect/Humming/IR/ScalarTypes.h"

#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace humming;
using namespace humming::reference;

//===----------------------------------------------------------------------===//
// Weights
//===----------------------------------------------------------------------===//

/// The value rounded to `kind`; the largest finite one where it is beyond.
static double saturate(ScalarKind kind, double value) {
  double rounded = roundTo(kind, value), largest = maxFinite(kind);
  return isFloat(kind) ? std::clamp(rounded, -largest, largest) : rounded;
}

WeightTable::WeightTable(const Code &code, ScalarKind operand)
    : operand(operand), exponent(0), values(code.size()) {
  // The exponents of f16 and e5m2 but one end at 2^15; those of e5mY, whose
  // codes are all finite, at 2^16. Halves need a bit of fraction to spare.
  if ((operand == ScalarKind::F16 || operand == ScalarKind::E5M2) &&
      code.exponentBits() == 5 && code.mantissaBits() + 1 < precision(operand))
    exponent = -1;
  for (unsigned c = 0; c < code.size(); ++c)
    values[c] = code.value(c);
}

double WeightTable::number(unsigned code, double zero) const {
  double exact = values[code] - zero;
  return std::ldexp(saturate(operand, std::ldexp(exact, exponent)), -exponent);
}

double WeightTable::scaled(unsigned code, double zero, double scale) const {
  double exact = number(code, zero) * scale;
  return std::ldexp(roundTo(operand, std::ldexp(exact, exponent)), -exponent);
}

//===----------------------------------------------------------------------===//
// Buffers
//===----------------------------------------------------------------------===//

namespace {
/// Reads the operands of one gemm for `m` tokens.
struct Reader {
  GemmOp gemm;
  int64_t m;
  ArrayRef<std::vector<uint8_t>> arguments;

  FailureOr<std::vector<uint32_t>> bits(Value operand);
  FailureOr<std::vector<double>> scalars(Value operand);
  FailureOr<std::vector<size_t>> columns();
};
} // namespace

/// The bit patterns of an operand that is an argument of the gemm's function;
/// none for an absent one.
FailureOr<std::vector<uint32_t>> Reader::bits(Value operand) {
  if (!operand)
    return std::vector<uint32_t>();
  auto argument = dyn_cast<BlockArgument>(operand);
  if (!argument || argument.getArgNumber() >= arguments.size())
    return gemm.emitOpError("expected operands that are arguments of the "
                            "function, with a buffer for each");
  auto type = cast<RankedTensorType>(operand.getType());
  unsigned width = elementBits(type.getElementType());
  ArrayRef<uint8_t> bytes = arguments[argument.getArgNumber()];
  Extent extent = extentFor(type, m);
  if (width == 0)
    return gemm.emitOpError("has no evaluation in the reference for ") << type;
  if (bytes.size() != byteSize(extent, width))
    return gemm.emitOpError("expected ")
           << byteSize(extent, width) << " bytes for argument "
           << argument.getArgNumber() << " (" << type << "), got "
           << bytes.size();
  return readBits(bytes, extent, width);
}

/// The scalars of an operand, exactly.
FailureOr<std::vector<double>> Reader::scalars(Value operand) {
  FailureOr<std::vector<uint32_t>> patterns = bits(operand);
  if (failed(patterns))
    return failure();
  std::vector<double> values(patterns->size());
  if (values.empty())
    return values;
  Type type = cast<RankedTensorType>(operand.getType()).getElementType();
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = decode(*scalarKind(type), (*patterns)[i]);
  return values;
}

/// The column of each position of the sums.
FailureOr<std::vector<size_t>> Reader::columns() {
  size_t k = gemm.getK();
  std::vector<size_t> columns(k);
  FailureOr<std::vector<uint32_t>> perm = bits(gemm.getPerm());
  if (failed(perm))
    return failure();
  for (size_t i = 0; i < k; ++i) {
    columns[i] = perm->empty() ? i : (*perm)[i];
    if (columns[i] >= k)
      return gemm.emitOpError("expected a permutation of columns below K = ")
             << k << ", got " << columns[i] << " at " << i;
  }
  return columns;
}

/// The columns of a matrix in another order.
template <typename T>
static std::vector<T> gather(const std::vector<T> &matrix,
                             ArrayRef<size_t> columns) {
  std::vector<T> result(matrix.size());
  for (size_t i = 0, k = columns.size(); i < matrix.size(); ++i)
    result[i] = matrix[i / k * k + columns[i % k]];
  return result;
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

/// The numbers of all weights, rounded; scaled where the scale acts on them.
static std::vector<double> decodeWeights(GemmOp gemm, const Operands &operands,
                                         ArrayRef<uint32_t> codes,
                                         const Grid &zeros) {
  Code code = gemm.getCode();
  WeightTable table(code, operands.operandKind);
  std::vector<double> weights(codes.size());
  for (size_t i = 0; i < codes.size(); ++i) {
    size_t row = i / operands.k, column = i % operands.k;
    double zero = gemm.getZero() ? zeros.at(row, column) : code.defaultZero();
    weights[i] =
        operands.scaleOnOperand
            ? table.scaled(codes[i], zero, operands.scales.at(row, column))
            : table.number(codes[i], zero);
  }
  return weights;
}

/// Scales that act inside the matrix instruction become part of the operands,
/// whose products are still exact.
static void scaleProducts(Operands &o) {
  for (size_t i = 0; i < o.weights.size(); ++i)
    o.weights[i] *= o.scales.at(i / o.k, i % o.k);
  for (size_t i = 0; i < o.activations.size(); ++i)
    o.activations[i] *= o.inputScales.at(i / o.k, i % o.k);
  o.scales = o.inputScales = Grid();
  o.numScales -= 2;
}

FailureOr<Operands> Operands::read(GemmOp gemm, int64_t m,
                                   ArrayRef<std::vector<uint8_t>> arguments) {
  Reader reader = {gemm, m, arguments};
  Operands o;
  o.m = m;
  o.n = gemm.getN();
  o.k = gemm.getK();
  NumericsAttr numerics = gemm.getEffectiveNumerics();
  o.scaleOnOperand =
      gemm.getScale() && numerics.getScale() == ScaleKind::Operand;
  o.accumulatorKind = ::humming::accumulatorKind(numerics.getAcc());
  std::optional<ScalarKind> operandKind =
      scalarKind(gemm.getA().getType().getElementType());
  if (!operandKind)
    return gemm.emitOpError("has no evaluation in the reference for ")
           << gemm.getA().getType();
  o.operandKind = *operandKind;
  o.numScales = (gemm.getScale() && !o.scaleOnOperand) +
                bool(gemm.getInputScale()) + bool(gemm.getGlobalScale());

  auto columns = reader.columns();
  auto activations = reader.scalars(gemm.getA());
  auto codes = reader.bits(gemm.getB());
  auto scales = reader.scalars(gemm.getScale());
  // Unsigned codes, the only ones with zero points, are their own values.
  bool hasZeroCodes = gemm.getZero() &&
                      isa<CodeType>(gemm.getZero().getType().getElementType());
  auto zeroCodes = reader.bits(hasZeroCodes ? gemm.getZero() : Value());
  auto zeros = reader.scalars(hasZeroCodes ? Value() : gemm.getZero());
  auto inputScales = reader.scalars(gemm.getInputScale());
  auto globalScale = reader.scalars(gemm.getGlobalScale());
  if (failed(columns) || failed(activations) || failed(codes) ||
      failed(scales) || failed(zeroCodes) || failed(zeros) ||
      failed(inputScales) || failed(globalScale))
    return failure();

  size_t groups = gemm.getNumGroups(), rows = gemm.getScaleRows(),
         groupSize = gemm.getGroupSize();
  o.scales = {std::move(*scales), groups, rows, groupSize};
  bool isPerTensor =
      gemm.getInputScale() && gemm.getInputScale().getType().getDimSize(0) == 1;
  o.inputScales = {std::move(*inputScales), size_t(gemm.getNumInputGroups()),
                   isPerTensor ? o.m : 1, size_t(gemm.getInputGroupSize())};
  if (!globalScale->empty())
    o.globalScale = globalScale->front();
  if (hasZeroCodes)
    zeros->assign(zeroCodes->begin(), zeroCodes->end());
  o.activations = gather(*activations, *columns);
  o.weights = decodeWeights(gemm, o, gather(*codes, *columns),
                            {std::move(*zeros), groups, rows, groupSize});
  if (gemm.hasBlockScales())
    scaleProducts(o);

  for (Value operand : gemm.getEpilogueOperands()) {
    auto values = reader.scalars(operand);
    if (failed(values))
      return failure();
    o.epilogue.push_back(std::move(*values));
    o.epiloguePerToken.push_back(
        cast<RankedTensorType>(operand.getType()).getRank() == 2);
  }
  return o;
}
