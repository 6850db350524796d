//===- EvaluateTest.cpp - The definition, worked by hand ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Small gemms whose results were computed on paper, each rule of the
// definition once, and every error.
//
//===----------------------------------------------------------------------===//

#include "Problems.h"
#include "humming/Numerics/Quantize.h"

#include "gtest/gtest.h"

#include <cmath>

using namespace humming;
using namespace humming::reference;
using namespace mlir;

using Buffers = std::vector<std::vector<uint8_t>>;

static std::vector<uint8_t> scalars(ScalarKind kind,
                                    std::vector<double> values) {
  std::vector<uint8_t> bytes;
  for (double value : values)
    for (unsigned i = 0, bits = encode(kind, value); i < bitWidth(kind) / 8;
         ++i)
      bytes.push_back(bits >> 8 * i);
  return bytes;
}
static std::vector<uint8_t> f16(std::vector<double> values) {
  return scalars(ScalarKind::F16, std::move(values));
}
static std::vector<uint8_t> u4(std::vector<uint8_t> codes, size_t rows) {
  return packRows(codes.data(), rows, codes.size() / rows, 4);
}

static std::vector<double> valuesOf(const std::string &text, int64_t m,
                                    const Buffers &buffers) {
  Problem problem(text);
  FailureOr<Evaluation> result = evaluate(problem.gemm(), m, buffers);
  EXPECT_TRUE(succeeded(result));
  return succeeded(result) ? result->values : std::vector<double>();
}

TEST(Evaluate, UnsignedCodesHaveTheMiddleAsZero) {
  Shape shape;
  shape.n = 2, shape.k = 4;
  // Row 0 stands for -8 .. 7 in part: {0, 8, 15, 9} - 8 = {-8, 0, 7, 1}.
  Buffers buffers = {f16({1, 2, 3, 4, /**/ 0.5, 0, 0, -1}),
                     u4({0, 8, 15, 9, /**/ 9, 9, 9, 9}, 2), f16({2, 0.5})};
  EXPECT_EQ(valuesOf(problemText(shape), 2, buffers),
            (std::vector<double>{(-8 + 21 + 4) * 2, 10 * 0.5, (-4 - 1) * 2,
                                 -0.5 * 0.5}));
}

TEST(Evaluate, GroupsZeroPointsAndBias) {
  Shape shape;
  shape.n = 1, shape.k = 4, shape.groups = 2;
  shape.zero = shape.bias = true;
  // ((1 - 3) * 1 + (5 - 3) * 10) * 0.5 + ((2 - 0) * 1 + (4 - 0) * 10) * 2.
  Buffers buffers = {f16({1, 10, 1, 10}), u4({1, 5, 2, 4}, 1), f16({0.5, 2}),
                     u4({3, 0}, 1), f16({-0.25})};
  EXPECT_EQ(valuesOf(problemText(shape), 1, buffers),
            (std::vector<double>{9 + 84 - 0.25}));
}

TEST(Evaluate, SignedAndFloatCodes) {
  Shape shape;
  shape.n = 1, shape.k = 2;
  shape.code = "i4";
  Buffers buffers = {f16({1, 100}), u4({0xf, 0x7}, 1), f16({1})};
  EXPECT_EQ(valuesOf(problemText(shape), 1, buffers),
            (std::vector<double>{-1 + 700}));
  shape.code = "e2m1";
  EXPECT_EQ(valuesOf(problemText(shape), 1, buffers),
            (std::vector<double>{-6 + 600}));
}

/// To the operand type, and the product with the scale once more.
TEST(Evaluate, ValuesOfATableRoundBeforeTheScale) {
  Shape shape;
  shape.n = 1, shape.k = 4, shape.groups = 2;
  shape.operand = "bf16", shape.code = "nf4", shape.result = "f32";
  double entry = Code::parse("nf4")->value(11);
  double rounded = roundTo(ScalarKind::BF16, entry);
  // The first scale of bf16 at which the order of rounding shows.
  double scale = 0;
  for (int step = 128; step < 256 && scale == 0; ++step)
    if (roundTo(ScalarKind::BF16, entry * step) !=
        roundTo(ScalarKind::BF16, rounded * step))
      scale = step;
  ASSERT_NE(scale, 0);
  auto bf16 = [](std::vector<double> values) {
    return scalars(ScalarKind::BF16, std::move(values));
  };
  Buffers buffers = {bf16({1, 0, 0, 0}), u4({11, 7, 7, 7}, 1),
                     bf16({scale, 1})};
  EXPECT_EQ(valuesOf(problemText(shape), 1, buffers),
            std::vector<double>{roundTo(ScalarKind::BF16, rounded * scale)});
  // On the accumulator: the rounded value, and no other rounding.
  shape.groups = 1;
  buffers[2] = bf16({scale});
  EXPECT_EQ(valuesOf(problemText(shape), 1, buffers),
            std::vector<double>{float(rounded * scale)});
}

/// 3 * 0.3333 rounds to the operand type only where the scale acts on operands.
TEST(Evaluate, NumericsSaysWhereTheScaleRounds) {
  Shape shape;
  shape.n = 1, shape.k = 2;
  shape.result = "f32";
  double scale = roundTo(ScalarKind::F16, 0.3333);
  Buffers buffers = {f16({1, 1000}), u4({11, 11}, 1), f16({scale})};
  double onOperand = 1001 * roundTo(ScalarKind::F16, 3 * scale);
  double onAccumulator = 3003 * scale;
  ASSERT_NE(float(onOperand), float(onAccumulator));
  auto numerics = [](const char *place) {
    return std::string(" attributes {numerics = #humming.numerics<acc = f32, "
                       "scale = ") +
           place + ">}";
  };
  EXPECT_EQ(valuesOf(problemText(shape, numerics("operand")), 1, buffers),
            std::vector<double>{float(onOperand)});
  EXPECT_EQ(valuesOf(problemText(shape, numerics("accumulator")), 1, buffers),
            std::vector<double>{float(onAccumulator)});
  // One column of scales: accumulators.
  EXPECT_EQ(valuesOf(problemText(shape), 1, buffers),
            std::vector<double>{float(onAccumulator)});
}

TEST(Evaluate, RoundsOnceAtTheEnd) {
  Shape shape;
  shape.n = 1, shape.k = 4;
  // 2048 + 1 + 2^-24: in f32 a tie of f16, by definition above it.
  Buffers buffers = {f16({2048, 1, 0x1p-24, 0}), u4({9, 9, 9, 9}, 1), f16({1})};
  EXPECT_EQ(valuesOf(problemText(shape), 1, buffers),
            std::vector<double>{2050});
}

/// The yield of an epilogue given as text, for one accumulator of 3.
static double epilogueOf(const std::string &body) {
  std::string text = R"mlir(
    func.func @gemm(%a: tensor<?x2xf16>, %w: tensor<1x2x!humming.code<u4>>,
                    %s: tensor<1x1xf16>, %e: tensor<1xf32>, %f: tensor<?x1xf32>)
        -> tensor<?x1xf32> {
      %c = humming.gemm a(%a : tensor<?x2xf16>) b(%w : tensor<1x2x!humming.code<u4>>)
           scale(%s : tensor<1x1xf16>) epilogue(%e, %f : tensor<1xf32>, tensor<?x1xf32>)
           -> tensor<?x1xf32> {
      ^bb0(%acc: f32, %x: f32, %y: f32):)mlir" +
                     body + R"mlir(
        humming.yield %r : f32
      }
      return %c : tensor<?x1xf32>
    })mlir";
  Buffers buffers = {f16({1, 0}), u4({11, 8}, 1), f16({1}),
                     scalars(ScalarKind::F32, {-2}),
                     scalars(ScalarKind::F32, {0.75})};
  std::vector<double> values = valuesOf(text, 1, buffers);
  return values.empty() ? std::nan("") : values[0];
}

TEST(Epilogue, EveryOp) {
  EXPECT_EQ(epilogueOf("%r = arith.addf %acc, %x : f32"), 1);
  EXPECT_EQ(epilogueOf("%r = arith.subf %acc, %y : f32"), 2.25);
  EXPECT_EQ(epilogueOf("%r = arith.mulf %acc, %x : f32"), -6);
  EXPECT_EQ(epilogueOf("%r = arith.divf %acc, %x : f32"), -1.5);
  EXPECT_EQ(epilogueOf("%r = arith.maximumf %acc, %x : f32"), 3);
  EXPECT_EQ(epilogueOf("%r = arith.minimumf %acc, %x : f32"), -2);
  EXPECT_EQ(epilogueOf("%r = arith.maxnumf %acc, %x : f32"), 3);
  EXPECT_EQ(epilogueOf("%r = arith.minnumf %acc, %x : f32"), -2);
  EXPECT_EQ(epilogueOf("%r = arith.negf %acc : f32"), -3);
  EXPECT_EQ(epilogueOf("%k = arith.constant 0.5 : f32\n"
                       "%r = arith.mulf %acc, %k : f32"),
            1.5);
  EXPECT_EQ(epilogueOf("%b = arith.cmpf ogt, %acc, %x : f32\n"
                       "%r = arith.select %b, %y, %x : f32"),
            0.75);
  EXPECT_EQ(epilogueOf("%b = arith.cmpf ult, %acc, %x : f32\n"
                       "%r = arith.select %b, %y, %x : f32"),
            -2);
  EXPECT_EQ(epilogueOf("%k = arith.constant 0.0003 : f32\n"
                       "%z = arith.addf %acc, %k : f32\n"
                       "%h = arith.truncf %z : f32 to bf16\n"
                       "%r = arith.extf %h : bf16 to f32"),
            3);
}

/// The text of the first diagnostic.
static std::string errorOf(Problem &problem, int64_t m,
                           const Buffers &buffers) {
  std::string message;
  ScopedDiagnosticHandler handler(&problem.context, [&](Diagnostic &diag) {
    if (message.empty())
      message = diag.str();
    return success();
  });
  EXPECT_TRUE(failed(evaluate(problem.gemm(), m, buffers)));
  return message;
}

TEST(Evaluate, Errors) {
  Shape shape;
  shape.n = 1, shape.k = 2;
  Problem problem(problemText(shape));
  Buffers buffers = {f16({1, 0}), u4({11, 8}, 1), f16({1})};
  EXPECT_EQ(errorOf(problem, 0, buffers),
            "'humming.gemm' op cannot be evaluated for m = 0");
  EXPECT_EQ(errorOf(problem, 2, buffers),
            "'humming.gemm' op expected 8 bytes for argument 0 "
            "('tensor<?x2xf16>'), got 4");
  EXPECT_EQ(errorOf(problem, 1, {}),
            "'humming.gemm' op expected operands that are arguments of the "
            "function, with a buffer for each");
}

TEST(Epilogue, AnUnknownOpIsAnError) {
  Shape shape;
  shape.n = 1, shape.k = 2;
  std::string text = problemText(shape);
  size_t at = text.find("%h = ");
  text.insert(at, "%q = arith.remf %acc, %acc : f32\n");
  Problem problem(text);
  Buffers buffers = {f16({1, 0}), u4({11, 8}, 1), f16({1})};
  EXPECT_EQ(errorOf(problem, 1, buffers),
            "'arith.remf' op has no evaluation in the reference");
}
