//===- TestData.cpp - Inputs for a gemm, made from a seed -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each argument is a stream of the generator, each element an index of it.
//
//===----------------------------------------------------------------------===//

#include "humming/Reference/TestData.h"

#include "Buffers.h"
#include "ExactData.h"
#include "humming/Dialect/Humming/IR/ScalarTypes.h"
#include "humming/Numerics/Random.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

#include <cmath>
#include <numeric>

using namespace mlir;
using namespace humming;
using namespace humming::reference;

namespace {
/// What fills the buffers of one gemm for `m` tokens.
struct Maker {
  GemmOp gemm;
  int64_t m;
  uint64_t seed;
  DataKind kind;
  ExactData exact;

  std::vector<uint32_t> make(OpOperand &use);
  double activation(const Random &random, size_t i, ScalarKind type);
  double scale(const Random &random, size_t i, ScalarKind type, int exactBits,
               double unit);
  double added(const Random &random, size_t i);
  uint32_t zeroPoint(const Random &random, size_t i, Type type);

  bool isExact() const { return kind == DataKind::Exact; }
};
} // namespace

double Maker::activation(const Random &random, size_t i, ScalarKind type) {
  if (isFloat(type) && !isExact())
    return random.normal(i);
  int64_t greatest = isFloat(type) ? (int64_t(1) << exact.activationBits) - 1
                                   : int64_t(maxFinite(type));
  int64_t least = isFloat(type) ? -greatest : -greatest - 1;
  if (!isExact())
    return random.integer(i, least, greatest);
  int64_t k = gemm.getK();
  if (exact.nonzeros == k)
    return random.integer(i, least, greatest);
  if (!exact.isNonzero(i / k, i % k, k))
    return 0;
  // The few that there are had better not be zero as well.
  int64_t number = random.integer(i, least, greatest - 1);
  return number + (number >= 0);
}

/// About `unit`, or a power of two; never zero.
double Maker::scale(const Random &random, size_t i, ScalarKind type,
                    int exactBits, double unit) {
  if (isExact())
    return std::ldexp(1.0, -int(random.integer(i, 0, exactBits)));
  double value = roundTo(type, (0.5 + random.uniform(i)) * unit);
  return value > 0 ? value : std::ldexp(1.0, minExponent(type));
}

/// An operand of the epilogue: no larger than one product of the sum.
double Maker::added(const Random &random, size_t i) {
  if (!isExact())
    return random.normal(i);
  if (!exact.addsOperands)
    return 0;
  int64_t limit = (int64_t(1) << exact.weightBits) - 1;
  return exact.quantum * random.integer(i, -limit, limit);
}

uint32_t Maker::zeroPoint(const Random &random, size_t i, Type type) {
  int64_t greatest = gemm.getCode().size() - 1;
  if (isa<CodeType>(type))
    return random.integer(i, 0, greatest);
  double number = random.uniform(i) * greatest;
  if (isExact())
    number = exact.hasHalfZeros ? random.integer(i, 0, 2 * greatest) / 2.0
                                : random.integer(i, 0, greatest);
  return encode(*scalarKind(type), number);
}

/// The numbers below `count`, in a random order.
static std::vector<uint32_t> makePermutation(const Random &random,
                                             size_t count) {
  std::vector<uint32_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), 0);
  for (size_t i = count - 1; i > 0; --i)
    std::swap(numbers[i], numbers[random.integer(i, 0, i)]);
  return numbers;
}

/// The bit patterns of the elements of one operand.
std::vector<uint32_t> Maker::make(OpOperand &use) {
  Value operand = use.get();
  auto type = cast<RankedTensorType>(operand.getType());
  Type element = type.getElementType();
  unsigned stream = cast<BlockArgument>(operand).getArgNumber();
  Random random(seed, stream);
  std::vector<uint32_t> bits(extentFor(type, m).size());
  if (operand == gemm.getPerm())
    return makePermutation(random, bits.size());

  Code code = gemm.getCode();
  std::optional<ScalarKind> scalar = scalarKind(element);
  auto patternOf = [&](size_t i) -> uint32_t {
    if (operand == gemm.getB())
      return random.integer(i, 0, code.size() - 1);
    if (operand == gemm.getZero())
      return zeroPoint(random, i, element);
    if (operand == gemm.getA())
      return encode(*scalar, activation(random, i, *scalar));
    if (operand == gemm.getScale())
      return encode(*scalar, scale(random, i, *scalar, exact.scaleBits,
                                   1 / code.maxMagnitude(code.defaultZero())));
    if (operand == gemm.getGlobalScale())
      return encode(*scalar,
                    scale(random, i, *scalar, exact.globalScaleBits, 1));
    if (operand == gemm.getInputScale()) {
      ScalarKind input = *scalarKind(gemm.getA().getType().getElementType());
      double unit = isFloat(input) ? 1 : 1 / maxFinite(input);
      return encode(*scalar,
                    scale(random, i, *scalar, exact.inputScaleBits, unit));
    }
    return encode(*scalar, added(random, i));
  };
  for (size_t i = 0; i < bits.size(); ++i)
    bits[i] = patternOf(i);
  return bits;
}

FailureOr<std::vector<std::vector<uint8_t>>>
reference::makeData(GemmOp gemm, int64_t m, uint64_t seed, DataKind kind) {
  for (Value operand : gemm->getOperands()) {
    if (!elementBits(
            cast<RankedTensorType>(operand.getType()).getElementType()))
      return gemm.emitOpError("has no test data for ") << operand.getType();
    if (!isa<BlockArgument>(operand))
      return gemm.emitOpError("expected operands that are arguments of the "
                              "function");
  }
  Maker maker = {gemm, m, seed, kind, ExactData(gemm)};
  auto function = gemm->getParentOfType<FunctionOpInterface>();
  std::vector<std::vector<uint8_t>> buffers(function.getNumArguments());
  for (OpOperand &use : gemm->getOpOperands()) {
    auto type = cast<RankedTensorType>(use.get().getType());
    buffers[cast<BlockArgument>(use.get()).getArgNumber()] =
        writeBits(maker.make(use), extentFor(type, m),
                  elementBits(type.getElementType()));
  }
  return buffers;
}
