//===- ExactScaleTest.cpp - Codes whose products with a scale are exact ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Against every scale of the operand type, the subnormal ones among them.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/Dialect/HummingTile/IR/DequantRecipe.h"
#include "humming/Numerics/Code.h"
#include "humming/Numerics/Float.h"
#include "mlir/IR/MLIRContext.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace mlir;
using namespace humming;

namespace {
struct ExactScaleTest : testing::Test {
  ExactScaleTest() : context(MLIRContext::Threading::DISABLED) {
    context.loadDialect<HummingDialect>();
  }

  Type operandType(ScalarKind kind) {
    if (kind == ScalarKind::F16)
      return Float16Type::get(&context);
    return BFloat16Type::get(&context);
  }

  MLIRContext context;
};
} // namespace

static const ScalarKind kOperands[] = {ScalarKind::F16, ScalarKind::BF16};

/// No product of `number` and a scale that is not infinite is rounded.
static bool neverRounds(ScalarKind kind, double number) {
  for (uint32_t bits = 0; std::isfinite(decode(kind, bits)); ++bits) {
    double product = decode(kind, bits) * std::fabs(number);
    if (product <= maxFinite(kind) && roundTo(kind, product) != product)
      return false;
  }
  return true;
}

static bool allExact(ScalarKind kind, const Code &code, bool hasZero) {
  int last = hasZero ? int(code.size()) - 1 : 0;
  for (unsigned bits = 0; bits < code.size(); ++bits)
    for (int zero = 0; zero <= last; ++zero)
      if (!neverRounds(kind, code.value(bits) -
                                 (hasZero ? zero : code.defaultZero())))
        return false;
  return true;
}

TEST_F(ExactScaleTest, IsWhatEveryScaleShows) {
  SmallVector<Code> codes;
  for (unsigned bits = 1; bits <= 8; ++bits) {
    codes.push_back(Code::unsignedInteger(bits));
    codes.push_back(Code::signedInteger(bits));
    for (unsigned exponent = 1; exponent < bits; ++exponent)
      codes.push_back(Code::minifloat(exponent, bits - 1 - exponent));
  }
  codes.push_back(Code::normalFloat4());
  codes.push_back(Code::table({-2, 0, 16, 1}));
  codes.push_back(Code::table({-0.5, 0.5}));
  codes.push_back(Code::table({1, 65536}));
  unsigned numExact = 0;
  for (ScalarKind kind : kOperands)
    for (const Code &code : codes) {
      // Of those that are made as they are; 65536 is rounded beside f16.
      if (tile::dequantExponent(code, operandType(kind), false) != 0 ||
          code.maxMagnitude(code.defaultZero()) > maxFinite(kind))
        continue;
      bool exact = allExact(kind, code, /*hasZero=*/false);
      numExact += exact;
      EXPECT_EQ(tile::scalesExactly(code, operandType(kind), Type()), exact)
          << code.name();
    }
  // u1, u2, i1, i2, e1m0, e2m0 and a table; beside bf16 another.
  EXPECT_EQ(numExact, 7u + 8u);
}

TEST_F(ExactScaleTest, ZeroPointsThatAreCodes) {
  Type zero = CodeType::get(&context, "u8");
  for (ScalarKind kind : kOperands)
    for (unsigned bits = 1; bits <= 4; ++bits) {
      Code code = Code::unsignedInteger(bits);
      EXPECT_EQ(tile::scalesExactly(code, operandType(kind), zero),
                allExact(kind, code, /*hasZero=*/true))
          << code.name();
      EXPECT_FALSE(tile::scalesExactly(code, operandType(kind),
                                       Float16Type::get(&context)));
    }
}

TEST_F(ExactScaleTest, NumbersBeyondTheOperandTypeAreRounded) {
  EXPECT_FALSE(tile::scalesExactly(Code::table({1, 65536}),
                                   operandType(ScalarKind::F16), Type()));
}
