//===- BoundTest.cpp - The error bound holds and is tight -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A model of a tensor core that loses as much as it may stays inside the
// bound on random data; small mistakes in the operands do not.
//
//===----------------------------------------------------------------------===//

#include "Problems.h"
#include "humming/Numerics/Quantize.h"
#include "humming/Reference/TestData.h"

#include "gtest/gtest.h"

#include <algorithm>
#include <cmath>

using namespace humming;
using namespace humming::reference;
using namespace mlir;

/// `x` cut, towards zero, to a multiple of 2^-23 of the power of two in
/// `greatest`.
static double cut(double x, double greatest) {
  if (greatest == 0)
    return x;
  double unit = std::ldexp(1.0, std::ilogb(greatest) - 23);
  return std::trunc(x / unit) * unit;
}

/// What a tensor core may make of one sum: in blocks of `block` products all
/// summands are cut at the last bit of the largest, and so is their sum.
static double tensorCore(const std::vector<double> &products, size_t block) {
  double sum = 0;
  for (size_t begin = 0; begin < products.size(); begin += block) {
    size_t end = std::min(begin + block, products.size());
    double greatest = std::fabs(sum);
    for (size_t i = begin; i < end; ++i)
      greatest = std::max(greatest, std::fabs(products[i]));
    double next = cut(sum, greatest);
    for (size_t i = begin; i < end; ++i)
      next += cut(products[i], greatest);
    sum = cut(next, next);
  }
  return sum;
}

namespace {
struct Model {
  explicit Model(const Shape &shape)
      : shape(shape), problem(problemText(shape)) {
    kind = *parseScalar(shape.operand);
    data = *makeData(problem.gemm(), m, 11, DataKind::Random);
    expected = *evaluate(problem.gemm(), m, data);
    code = *Code::parse(shape.code);
    codes = unpackRows(data[1].data(), shape.n, shape.k, code->bits());
  }

  double at(size_t argument, size_t i) const {
    const std::vector<uint8_t> &bytes = data[argument];
    return decode(kind, bytes[2 * i] | bytes[2 * i + 1] << 8);
  }

  /// The result with scaled weights passed through `spoil(weight, k)`.
  template <typename Fn> Comparison run(size_t block, Fn spoil) const {
    std::vector<uint8_t> bytes;
    ScalarKind result = expected.kind;
    for (size_t i = 0; i < expected.values.size(); ++i) {
      size_t row = i / shape.n, column = i % shape.n;
      std::vector<double> products(shape.k);
      for (int64_t k = 0; k < shape.k; ++k) {
        double number =
            code->value(codes[column * shape.k + k]) - code->defaultZero();
        double scale =
            at(2, column * shape.groups + k / (shape.k / shape.groups));
        double weight = roundTo(kind, number * scale);
        products[k] = at(0, row * shape.k + k) * spoil(weight, k);
      }
      uint32_t bits = encode(result, tensorCore(products, block));
      for (unsigned byte = 0; byte < bitWidth(result) / 8; ++byte)
        bytes.push_back(bits >> 8 * byte);
    }
    return compare(expected, bytes);
  }

  static constexpr int64_t m = 3;
  Shape shape;
  Problem problem;
  ScalarKind kind;
  std::optional<Code> code;
  std::vector<std::vector<uint8_t>> data;
  std::vector<uint8_t> codes;
  Evaluation expected;
};
} // namespace

static std::vector<Shape> shapes() {
  std::vector<Shape> shapes;
  for (const char *operand : {"f16", "bf16"})
    for (const char *result : {"f32", operand})
      for (int64_t k : {256, 2048}) {
        Shape shape;
        shape.operand = operand, shape.result = result;
        shape.k = k, shape.groups = 4;
        shapes.push_back(shape);
      }
  return shapes;
}

TEST(Bound, HoldsForTruncatingTensorCores) {
  for (const Shape &shape : shapes()) {
    Model model(shape);
    for (size_t block : {4, 8, 16}) {
      Comparison c = model.run(block, [](double w, int64_t) { return w; });
      EXPECT_EQ(c.beyondBound, 0u) << shape.operand << shape.result << shape.k;
      EXPECT_LE(c.error, c.bound);
    }
  }
}

/// One weight of a row off by an eighth shows in f32 results.
TEST(Bound, CatchesOneWrongWeight) {
  for (const Shape &shape : shapes()) {
    if (std::string(shape.result) != "f32")
      continue;
    Model model(shape);
    Comparison c = model.run(
        16, [](double w, int64_t k) { return k == 77 ? w * 1.125 : w; });
    EXPECT_GT(c.beyondBound, 0u) << shape.operand << shape.k;
  }
}

/// Weights that were not rounded to the operand type show in f32 results.
TEST(Bound, CatchesMissingRounding) {
  for (const Shape &shape : shapes()) {
    Model model(shape);
    Comparison c = model.run(16, [](double w, int64_t k) {
      return w * (1 + (k % 2 ? 1 : -1) * 0x1p-10);
    });
    if (std::string(shape.result) == "f32")
      EXPECT_GT(c.beyondBound, 0u) << shape.operand << shape.k;
  }
}

/// The epilogue carries intervals: a multiplication scales them, a comparison
/// near its threshold allows both answers.
TEST(Bound, FollowsTheEpilogue) {
  auto evaluateWith = [](const std::string &body) {
    Shape shape;
    shape.result = "f32";
    shape.k = 256;
    std::string text = problemText(shape);
    text.replace(text.find("humming.yield %acc"), 18,
                 body + "humming.yield %r");
    Problem problem(text);
    auto data = *makeData(problem.gemm(), 2, 3, DataKind::Random);
    return *evaluate(problem.gemm(), 2, data);
  };
  Evaluation plain = evaluateWith("%r = arith.negf %acc : f32\n");
  Evaluation scaled = evaluateWith("%k = arith.constant -1024.0 : f32\n"
                                   "%r = arith.mulf %acc, %k : f32\n");
  Evaluation flush = evaluateWith("%r = arith.subf %acc, %acc : f32\n");
  for (size_t i = 0; i < plain.values.size(); ++i) {
    EXPECT_LE(plain.lows[i], plain.values[i]);
    EXPECT_GE(plain.highs[i], plain.values[i]);
    EXPECT_LT(plain.lows[i], plain.highs[i]);
    EXPECT_EQ(scaled.lows[i], 1024 * plain.lows[i]);
    EXPECT_EQ(scaled.highs[i], 1024 * plain.highs[i]);
    // Intervals know nothing of correlation: wide, but never wrong.
    EXPECT_EQ(flush.values[i], 0);
    EXPECT_LT(flush.lows[i], 0);
  }
  double threshold = plain.values[0];
  Evaluation selected =
      evaluateWith("%k = arith.constant " + std::to_string(-threshold) +
                   " : f32\n%z = arith.constant 0.0 : f32\n"
                   "%b = arith.cmpf olt, %acc, %k : f32\n"
                   "%r = arith.select %b, %z, %acc : f32\n");
  EXPECT_LE(selected.lows[0], 0);
  EXPECT_GE(selected.highs[0], 0);
}

TEST(Compare, CountsAndFindsTheWorst) {
  Evaluation expected;
  expected.kind = ScalarKind::F32;
  expected.m = 1, expected.n = 4;
  double nan = std::nan("");
  expected.values = {1, 0, nan, 8};
  expected.lows = {0.5, 0, nan, 7};
  expected.highs = {1.5, 0, nan, 9};
  Comparison same = compare(expected, expected.bytes());
  EXPECT_EQ(same.differentBits, 0u);
  EXPECT_EQ(same.beyondBound, 0u);
  EXPECT_EQ(same.maxError, 0);

  Evaluation got = expected;
  got.values = {1.25, -0.0, nan, 8.75};
  Comparison inside = compare(expected, got.bytes());
  EXPECT_EQ(inside.differentBits, 3u);
  EXPECT_EQ(inside.beyondBound, 0u);
  EXPECT_EQ(inside.column, 3);
  EXPECT_EQ(inside.error, 0.75);
  EXPECT_EQ(inside.bound, 1);

  got.values = {1, 0x1p-140, 2, nan};
  Comparison beyond = compare(expected, got.bytes());
  EXPECT_EQ(beyond.beyondBound, 3u);
  EXPECT_TRUE(std::isinf(beyond.maxError));
}
