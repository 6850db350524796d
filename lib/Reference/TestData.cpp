//===- TestData.cpp - Inputs for a gemm, made from a seed -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each argument is a stream of the generator, each element an index of it.
//
//===----------------------------------------------------------------------===//

#include "humming/Reference/TestData.h"

#include "Buffers.h"
#include "humming/Dialect/Humming/IR/ScalarTypes.h"
#include "humming/Numerics/Random.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>

using namespace mlir;
using namespace humming;
using namespace humming::reference;

namespace {
/// How many bits the integers of exact data may have, so that every sum of
/// products is an integer multiple of one unit and below 2^precision of them.
struct ExactBudget {
  int weightBits;     ///< of (value - zero) / quantum
  double quantum;     ///< a power of two that divides the weights in use
  int activationBits; ///< magnitudes are below 2^activationBits
  int scaleBits;      ///< scales are 2^0 .. 2^-scaleBits
};

/// What fills the buffers of one gemm.
struct Maker {
  GemmOp gemm;
  DataKind kind;
  ExactBudget budget;
  std::vector<uint32_t> codes; ///< the codes in use

  LogicalResult plan();
  uint32_t element(OpOperand &use, const Random &random, size_t i);
  double scalar(OpOperand &use, ScalarKind scalar, const Random &random,
                size_t i);
};
} // namespace

/// The greatest power of two that divides `number`, which is not zero.
static double lowestSetBit(double number) {
  double bit = std::ldexp(1.0, std::ilogb(number));
  while (std::fmod(number, bit) != 0)
    bit /= 2;
  return bit;
}

LogicalResult Maker::plan() {
  Code code = gemm.getCode();
  for (unsigned c = 0; c < code.size(); ++c)
    codes.push_back(c);
  if (kind == DataKind::Random)
    return success();

  // One bit of the accumulator is spared for the sign's sake and the bias.
  ScalarKind operand = *scalarKind(gemm.getA().getType().getElementType());
  int sumBits = int(precision(*scalarKind(gemm.getAccumulatorType()))) - 1 -
                int(llvm::Log2_64_Ceil(gemm.getK()));
  int mostWeightBits = std::min(int(precision(operand)), sumBits - 1);
  if (mostWeightBits < 1)
    return gemm.emitOpError("has no exact data: K = ")
           << gemm.getK() << " is too long a sum";

  // Without a zero operand the value that is multiplied is value - defaultZero.
  auto number = [&](unsigned c) {
    return gemm.getZero() ? code.value(c) : code.value(c) - code.defaultZero();
  };
  llvm::erase_if(codes, [&](uint32_t c) {
    return roundTo(operand, number(c)) != number(c);
  });
  double greatest = 0, quantum = 0;
  for (uint32_t c : codes)
    if (double magnitude = std::fabs(number(c))) {
      greatest = std::max(greatest, magnitude);
      double lowestBit = lowestSetBit(magnitude);
      quantum = quantum ? std::min(quantum, lowestBit) : lowestBit;
    }
  // Codes that are finer than the budget allows stay unused.
  quantum = std::max(
      quantum, std::ldexp(1.0, std::ilogb(greatest) + 1 - mostWeightBits));
  llvm::erase_if(
      codes, [&](uint32_t c) { return std::fmod(number(c), quantum) != 0; });
  budget.quantum = quantum;
  budget.weightBits = std::ilogb(greatest / quantum) + 1;
  budget.activationBits =
      std::min({4, int(precision(operand)), sumBits - budget.weightBits});
  budget.scaleBits =
      std::clamp(sumBits - budget.weightBits - budget.activationBits, 0, 3);
  return success();
}

/// A scalar of a role in the gemm.
double Maker::scalar(OpOperand &use, ScalarKind scalar, const Random &random,
                     size_t i) {
  Value operand = use.get();
  bool isExact = kind == DataKind::Exact;
  if (operand == gemm.getA()) {
    if (isExact) {
      int64_t limit = (int64_t(1) << budget.activationBits) - 1;
      return random.integer(i, -limit, limit);
    }
    if (!isFloat(scalar))
      return random.integer(i, -maxFinite(scalar) - 1, maxFinite(scalar));
    return random.normal(i);
  }
  if (operand == gemm.getScale()) {
    if (isExact)
      return std::ldexp(1.0, -int(random.integer(i, 0, budget.scaleBits)));
    Code code = gemm.getCode();
    return (0.5 + random.uniform(i)) / code.maxMagnitude(code.defaultZero());
  }
  // An epilogue operand: no larger than one product of the sum.
  if (isExact)
    return budget.quantum * random.integer(i, -(1 << budget.weightBits) + 1,
                                           (1 << budget.weightBits) - 1);
  return random.normal(i);
}

uint32_t Maker::element(OpOperand &use, const Random &random, size_t i) {
  Type type = cast<RankedTensorType>(use.get().getType()).getElementType();
  if (isa<CodeType>(type))
    return codes[random.integer(i, 0, codes.size() - 1)];
  ScalarKind element = *scalarKind(type);
  return encode(element, scalar(use, element, random, i));
}

FailureOr<std::vector<std::vector<uint8_t>>>
reference::makeData(GemmOp gemm, int64_t m, uint64_t seed, DataKind kind) {
  for (Value operand : gemm->getOperands())
    if (!elementBits(
            cast<RankedTensorType>(operand.getType()).getElementType()))
      return gemm.emitOpError("has no test data for ") << operand.getType();
  Maker maker = {gemm, kind, {}, {}};
  if (failed(maker.plan()))
    return failure();

  auto function = gemm->getParentOfType<FunctionOpInterface>();
  std::vector<std::vector<uint8_t>> buffers(function.getNumArguments());
  for (OpOperand &use : gemm->getOpOperands()) {
    auto argument = dyn_cast<BlockArgument>(use.get());
    if (!argument)
      return gemm.emitOpError("expected operands that are arguments of the "
                              "function");
    auto type = cast<RankedTensorType>(argument.getType());
    Extent extent = extentFor(type, m);
    Random random(seed, argument.getArgNumber());
    std::vector<uint32_t> bits(extent.size());
    for (size_t i = 0; i < bits.size(); ++i)
      bits[i] = maker.element(use, random, i);
    buffers[argument.getArgNumber()] =
        writeBits(bits, extent, elementBits(type.getElementType()));
  }
  return buffers;
}
