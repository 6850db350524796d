//===- FuzzGemm.cpp - Any gemm compiles or is refused ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads the description of a gemm, an architecture and sizes out of the input.
// What the compiler takes runs on the emulator and agrees with the reference;
// what it refuses, it refuses with a reason. Large ones are only compiled.
//
//===----------------------------------------------------------------------===//

#include "RunGemm.h"
#include "humming/Dialect/Humming/Transforms/Support.h"
#include "humming/Target/Arch.h"
#include <fuzzer/FuzzedDataProvider.h>

using namespace humming;
using jit::GemmProblem;

namespace {
/// The decisions of one input, in order.
class Decisions {
public:
  Decisions(const uint8_t *data, size_t size) : provider(data, size) {}

  int64_t number(int64_t least, int64_t most) {
    return provider.ConsumeIntegralInRange(least, most);
  }
  bool flag() { return provider.ConsumeBool(); }
  /// True one time out of `times`.
  bool rarely(int64_t times) { return number(1, times) == times; }
  template <typename T> T oneOf(std::initializer_list<T> choices) {
    return choices.begin()[number(0, choices.size() - 1)];
  }
  ScalarKind scalar() {
    return static_cast<ScalarKind>(number(0, int(ScalarKind::E2M1)));
  }
  std::string text() { return provider.ConsumeRandomLengthString(40); }

private:
  FuzzedDataProvider provider;
};
} // namespace

/// Small ones run; of the rest, and of numbers that make no sense, a few.
static int64_t size(Decisions &next, int64_t most) {
  return next.rarely(32) ? next.number(-1, int64_t(1) << 40)
                         : next.number(1, most);
}

/// Mostly a type that may stand there.
static ScalarKind scalar(Decisions &next,
                         std::initializer_list<ScalarKind> choices) {
  return next.rarely(32) ? next.scalar() : next.oneOf(choices);
}

static GemmProblem makeProblem(Decisions &next) {
  using K = ScalarKind;
  static const std::vector<Code> codes = allCodes();
  GemmProblem problem;
  problem.activation =
      scalar(next, {K::F16, K::BF16, K::E4M3, K::E5M2, K::E2M1, K::I8, K::I4});
  problem.code = next.rarely(64)
                     ? next.text()
                     : codes[next.number(0, codes.size() - 1)].name();
  problem.n = size(next, 150);
  problem.k = size(next, 300);
  if (next.flag())
    problem.m = size(next, 70);
  problem.scale = std::nullopt;
  if (!next.rarely(8))
    problem.scale =
        scalar(next, {K::F16, K::BF16, K::F32, K::E4M3, K::E5M2, K::UE8M0});
  problem.output = scalar(next, {K::F16, K::BF16, K::F32});
  problem.group = next.rarely(16) ? size(next, 300)
                                  : next.oneOf({0, 8, 16, 32, 64, 128, 192});
  problem.rows = next.rarely(8) ? size(next, 150) : next.oneOf({0, 1, 128});
  problem.zero = next.oneOf(
      {jit::ZeroKind::None, jit::ZeroKind::Code, jit::ZeroKind::Number});
  problem.globalScale = next.flag();
  problem.inputScale = next.oneOf(
      {jit::InputScale::None, jit::InputScale::Tensor, jit::InputScale::Token});
  problem.inputScaleType = scalar(next, {K::F32, K::UE8M0, K::E4M3});
  if (problem.inputScale == jit::InputScale::Token && next.flag())
    problem.inputGroup = next.flag() ? problem.group : size(next, 150);
  problem.perm = next.flag();
  problem.bias = next.flag();
  problem.scalePlace =
      next.oneOf({jit::ScalePlace::Default, jit::ScalePlace::Default,
                  jit::ScalePlace::Operand, jit::ScalePlace::Accumulator});
  if (next.rarely(6))
    problem.accumulator = scalar(next, {K::F16, K::F32, K::I32});
  return problem;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
  constexpr int64_t kMostWork = 1 << 21; ///< products of a gemm that runs
  Decisions next(data, bytes);
  fuzz::RunOptions options;
  options.arch = allArchs()[next.number(0, allArchs().size() - 1)].name.str();
  options.data =
      next.flag() ? reference::DataKind::Exact : reference::DataKind::Random;
  options.seed = next.number(0, 255);
  options.m = next.number(1, 70);

  llvm::Expected<jit::Problem> problem = jit::Problem::get(makeProblem(next));
  if (!problem) {
    llvm::consumeError(problem.takeError());
    return 0;
  }
  options.m = problem->m.value_or(options.m);
  // In this order nothing overflows.
  if (problem->n > kMostWork || problem->k > kMostWork ||
      options.m > kMostWork || problem->n * problem->k > kMostWork ||
      problem->n * problem->k * options.m > kMostWork)
    return 0;
  fuzz::runGemm(*problem, options);
  return 0;
}
