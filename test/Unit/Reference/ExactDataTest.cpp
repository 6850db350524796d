//===- ExactDataTest.cpp - Exact data is exact ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sums exact data in f32 in several orders: each gives the bits of the
// definition, and no weight rounds on the way to the operand type.
//
//===----------------------------------------------------------------------===//

#include "Problems.h"
#include "humming/Numerics/Quantize.h"
#include "humming/Numerics/Random.h"
#include "humming/Reference/TestData.h"

#include "gtest/gtest.h"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace humming;
using namespace humming::reference;
using namespace mlir;

static double at(ScalarKind kind, const std::vector<uint8_t> &bytes,
                 size_t index) {
  size_t width = bitWidth(kind) / 8;
  uint32_t bits = 0;
  for (size_t i = 0; i < width; ++i)
    bits |= uint32_t(bytes[index * width + i]) << 8 * i;
  return decode(kind, bits);
}

/// Element (row, column) summed in f32 over k in the order given.
static float sumInOrder(const Shape &s,
                        const std::vector<std::vector<uint8_t>> &data,
                        size_t row, size_t column,
                        const std::vector<size_t> &order) {
  ScalarKind kind = *parseScalar(s.operand);
  Code code = *Code::parse(s.code);
  auto codes = unpackRows(data[1].data(), s.n, s.k, code.bits());
  std::vector<uint8_t> zeros;
  if (s.zero)
    zeros = unpackRows(data[3].data(), s.n, s.groups, code.bits());
  float sum = 0;
  for (size_t k : order) {
    size_t group = column * s.groups + k / (s.k / s.groups);
    double zero = s.zero ? code.value(zeros[group]) : code.defaultZero();
    double weight =
        (code.value(codes[column * s.k + k]) - zero) * at(kind, data[2], group);
    // f16 operands hold half of e5m2, whose greatest number is 114688.
    double unit = kind == ScalarKind::F16 && code.exponentBits() == 5 ? 2 : 1;
    EXPECT_EQ(unit * roundTo(kind, weight / unit), weight)
        << "a weight that rounds";
    sum += static_cast<float>(at(kind, data[0], row * s.k + k) * weight);
  }
  return s.bias ? sum + float(at(kind, data.back(), column)) : sum;
}

TEST(ExactData, SumsInAnyOrderGiveTheDefinition) {
  const int64_t m = 2;
  for (const char *operand : {"f16", "bf16"})
    for (const char *code : {"u4", "i4", "u8", "u1", "e2m1", "e4m3", "e5m2"})
      for (bool zero : {false, true})
        for (int64_t k : {64, 4096}) {
          if (zero && code[0] != 'u')
            continue;
          Shape shape;
          shape.operand = operand, shape.code = code;
          shape.n = 4, shape.k = k, shape.groups = 2;
          shape.zero = zero, shape.bias = true;
          Problem problem(problemText(shape));
          auto data = makeData(problem.gemm(), m, k, DataKind::Exact);
          ASSERT_TRUE(succeeded(data));
          auto expected = evaluate(problem.gemm(), m, *data);
          ASSERT_TRUE(succeeded(expected));

          std::vector<size_t> order(k);
          std::iota(order.begin(), order.end(), 0);
          Random random(5, 0);
          std::vector<size_t> shuffled = order;
          for (size_t i = k - 1; i > 0; --i)
            std::swap(shuffled[i], shuffled[random.integer(i, 0, i)]);
          std::vector<size_t> reversed(order.rbegin(), order.rend());
          for (const auto &path : {order, shuffled, reversed})
            for (size_t i = 0; i < expected->values.size(); ++i) {
              double sum =
                  sumInOrder(shape, *data, i / shape.n, i % shape.n, path);
              EXPECT_EQ(roundTo(expected->kind, sum), expected->values[i])
                  << operand << " " << code << " " << k;
            }
        }
}

TEST(ExactData, UsesEveryCodeOfSmallFormats) {
  for (const char *name : {"u4", "i4", "e2m1", "u8"}) {
    Shape shape;
    shape.code = name;
    shape.k = 512;
    Problem problem(problemText(shape));
    auto data = makeData(problem.gemm(), 1, 0, DataKind::Exact);
    ASSERT_TRUE(succeeded(data));
    unsigned bits = Code::parse(name)->bits();
    std::vector<bool> seen(1u << bits);
    for (uint8_t code : unpackRows((*data)[1].data(), shape.n, shape.k, bits))
      seen[code] = true;
    EXPECT_EQ(std::count(seen.begin(), seen.end(), true), 1 << bits) << name;
  }
}

static std::vector<double> readAll(const char *type,
                                   const std::vector<uint8_t> &bytes,
                                   size_t rows, size_t columns) {
  ScalarKind kind = *parseScalar(type);
  std::vector<double> values;
  if (bitWidth(kind) > 8) {
    for (size_t i = 0; i < rows * columns; ++i)
      values.push_back(at(kind, bytes, i));
    return values;
  }
  for (uint8_t pattern :
       unpackRows(bytes.data(), rows, columns, bitWidth(kind)))
    values.push_back(decode(kind, pattern));
  return values;
}

/// A sum that keeps `bits` bits of every summand and sum, aligned to the
/// greatest of both, `block` products at a time.
static double narrowSum(const std::vector<double> &products, int bits,
                        size_t block) {
  double sum = 0;
  for (size_t begin = 0; begin < products.size(); begin += block) {
    size_t end = std::min(begin + block, products.size());
    double greatest = std::fabs(sum), next = 0;
    for (size_t i = begin; i < end; ++i)
      greatest = std::max(greatest, std::fabs(products[i]));
    if (greatest == 0)
      continue;
    double unit = std::ldexp(1.0, std::ilogb(greatest) - bits + 1);
    for (size_t i = begin; i < end; ++i)
      next += std::trunc(products[i] / unit) * unit;
    next += std::trunc(sum / unit) * unit;
    if (next != 0) {
      unit = std::ldexp(1.0, std::ilogb(next) - bits + 1);
      next = std::trunc(next / unit) * unit;
    }
    sum = next;
  }
  return sum;
}

/// The sums of narrow accumulators are exact, whatever the code, and every code
/// meets an activation that is not zero.
TEST(ExactData, FitsNarrowAccumulators) {
  struct Row {
    const char *operand;
    bool isF16;
    int bits;
    std::vector<const char *> codes;
  };
  const Row rows[] = {
      {"f16",
       true,
       11,
       {"u1", "u4", "u8", "i8", "e2m1", "e3m2", "e4m3", "e5m2", "nf4"}},
      {"f16",
       false,
       24,
       {"u8", "e4m3", "e5m2", "nf4", "lut2,[0.1, 0.2, 300, -4]"}},
      {"bf16", false, 24, {"u8", "e7m0", "e6m1", "nf4"}},
      {"e4m3", false, 14, {"u4", "i5", "e2m1", "e3m2", "e4m3", "nf4"}},
      {"e5m2", false, 14, {"i4", "u3", "e5m2", "e4m2", "e3m2"}},
      {"e2m1", false, 24, {"i3", "u2", "e2m1"}},
      {"i8", false, 24, {"i8", "u8", "u4"}},
      {"i4", false, 24, {"i4", "u3"}}};
  const int64_t m = 16, n = 256, k = 512;
  for (const Row &row : rows)
    for (const char *name : row.codes) {
      Shape shape;
      shape.operand = row.operand, shape.code = name, shape.scale = "f32";
      shape.n = n, shape.k = k, shape.result = "f32";
      shape.inputScale = "f32", shape.globalScale = true;
      std::string where = std::string(row.operand) + " " + name;
      Problem problem(problemText(
          shape, row.isF16 ? " attributes {numerics = #humming.numerics<acc = "
                             "f16, scale = accumulator>}"
                           : ""));
      auto data = makeData(problem.gemm(), m, 9, DataKind::Exact);
      ASSERT_TRUE(succeeded(data)) << where;
      Evaluation expected = *evaluate(problem.gemm(), m, *data);
      Code code = *Code::parse(name);
      ScalarKind kind = *parseScalar(row.operand);
      auto codes = unpackRows((*data)[1].data(), n, k, code.bits());
      auto a = readAll(row.operand, (*data)[0], m, k);
      auto scales = readAll("f32", (*data)[2], n, 1),
           tensor = readAll("f32", (*data)[3], 1, 1),
           inputs = readAll("f32", (*data)[4], m, 1);
      // The worst that the budget allows, not only what the seed made of it.
      double quantum = INFINITY, greatest = 0, greatestA = 0;
      for (unsigned c = 0; c < code.size(); ++c) {
        double value = code.value(c) - code.defaultZero();
        if (code.kind() == Code::Kind::Table)
          value = roundTo(kind, value);
        greatest = std::max(greatest, std::fabs(value));
        while (value != 0 && std::fmod(value, quantum) != 0)
          quantum = std::min(quantum, std::ldexp(1.0, std::ilogb(value))) / 2;
      }
      for (double x : a)
        greatestA = std::max(greatestA, std::fabs(x));
      ptrdiff_t most = 0;
      for (int64_t i = 0; i < m; ++i)
        most = std::max(most, k - std::count(a.begin() + i * k,
                                             a.begin() + (i + 1) * k, 0.0));
      if (most > 1)
        EXPECT_LE(double(most) * greatestA * greatest / quantum,
                  std::ldexp(1.0, row.bits))
            << where;
      std::vector<bool> used(code.size());
      std::vector<bool> met(k);
      for (int64_t i = 0; i < m; ++i)
        for (int64_t j = 0; j < n; ++j) {
          std::vector<double> products(k);
          for (int64_t l = 0; l < k; ++l) {
            double x = a[i * k + l];
            if (x == 0)
              continue;
            unsigned c = codes[j * k + l];
            met[l] = used[c] = true;
            double value = code.value(c) - code.defaultZero();
            if (code.kind() == Code::Kind::Table)
              value = roundTo(kind, value);
            if (kind == ScalarKind::E4M3 || kind == ScalarKind::E5M2)
              value = std::clamp(value, -maxFinite(kind), maxFinite(kind));
            products[l] = x * value;
          }
          double scale = scales[j] * inputs[i] * tensor[0];
          for (size_t block : {4, 16, 64})
            EXPECT_EQ(narrowSum(products, row.bits, block) * scale,
                      expected.values[i * n + j])
                << where << ", " << block;
          // Nothing is left to round behind the accumulator either.
          EXPECT_EQ(expected.values[i * n + j],
                    roundTo(ScalarKind::F32, expected.values[i * n + j]));
        }
      EXPECT_EQ(std::count(used.begin(), used.end(), true), code.size())
          << where;
      EXPECT_GE(std::count(met.begin(), met.end(), true), m) << where;
    }
}

/// Integers use the whole range, and sums lie everywhere in K over the rows.
TEST(ExactData, SparseRowsReachEveryColumn) {
  Shape shape;
  shape.operand = "i8", shape.code = "i8", shape.scale = "f32";
  shape.result = "f32", shape.n = 8, shape.k = 509;
  const int64_t m = 64;
  Problem problem(problemText(shape));
  auto data = *makeData(problem.gemm(), m, 2, DataKind::Exact);
  auto a = readAll("i8", data[0], m, shape.k);
  std::vector<bool> met(shape.k);
  for (size_t i = 0; i < a.size(); ++i)
    if (a[i] != 0)
      met[i % shape.k] = true;
  EXPECT_EQ(std::count(met.begin(), met.end(), false), 0);
  EXPECT_LT(std::count(a.begin(), a.end(), 0.0), ptrdiff_t(a.size()));
  EXPECT_GT(std::count(a.begin(), a.end(), 0.0), 0);
  EXPECT_EQ(*std::min_element(a.begin(), a.end()), -128);
  EXPECT_EQ(*std::max_element(a.begin(), a.end()), 127);
}

/// Halves between the codes cost the sums a bit.
TEST(ExactData, ZeroPointsLieBetweenCodes) {
  Shape shape;
  shape.k = 512, shape.zero = shape.zeroNumbers = true;
  Problem problem(problemText(
      shape, " attributes {numerics = #humming.numerics<acc = f16, scale = "
             "accumulator>}"));
  auto data = *makeData(problem.gemm(), 1, 6, DataKind::Exact);
  auto zeros = readAll("f16", data[3], shape.n, 1);
  EXPECT_TRUE(std::any_of(zeros.begin(), zeros.end(), [](double zero) {
    return zero != std::trunc(zero);
  }));
  // 11 bits: 5 of numbers, 2 of activations, 1 of scales, 1 to spare.
  auto a = readAll("f16", data[0], 1, shape.k);
  EXPECT_EQ(shape.k - std::count(a.begin(), a.end(), 0.0), 4);
}

/// One product of 33 bits of range leaves nothing for a bias.
TEST(ExactData, AddsNothingToNumbersOfAllExponents) {
  Shape shape;
  shape.code = "e5m2", shape.bias = true;
  Problem problem(problemText(shape));
  auto data = *makeData(problem.gemm(), 1, 6, DataKind::Exact);
  EXPECT_EQ(data.back(), std::vector<uint8_t>(data.back().size()));
}

TEST(TestData, ScalesAreNeverZero) {
  Shape shape; // 1 / 114688 is below every number of e4m3.
  shape.code = "e5m2", shape.scale = "e4m3", shape.n = 64;
  Problem problem(problemText(shape));
  auto data = *makeData(problem.gemm(), 1, 6, DataKind::Random);
  for (double scale : readAll("e4m3", data[2], shape.n, 1))
    EXPECT_EQ(scale, 0x1p-6);
}

TEST(TestData, PermutationsMoveColumns) {
  Shape shape;
  shape.perm = true;
  Problem problem(problemText(shape));
  for (DataKind kind : {DataKind::Random, DataKind::Exact}) {
    auto data = *makeData(problem.gemm(), 1, 6, kind);
    auto perm = readAll("i32", data.back(), 1, shape.k);
    EXPECT_FALSE(std::is_sorted(perm.begin(), perm.end()));
    std::sort(perm.begin(), perm.end());
    for (int64_t k = 0; k < shape.k; ++k)
      EXPECT_EQ(perm[k], k);
  }
}

/// However long a sum is, there is data for it.
TEST(ExactData, LongSumsHaveFewSummands) {
  Shape shape;
  shape.n = 1, shape.k = int64_t(1) << 16, shape.code = "u8";
  shape.scale = "f16", shape.bias = true;
  Problem problem(problemText(shape));
  auto data = *makeData(problem.gemm(), 1, 0, DataKind::Exact);
  auto a = readAll("f16", data[0], 1, shape.k);
  ptrdiff_t nonzeros = shape.k - std::count(a.begin(), a.end(), 0.0);
  EXPECT_GT(nonzeros, 1000);
  // 8 bits of weights, 2 of activations, 1 of scales and 1 to spare of 24.
  EXPECT_LE(nonzeros, 1 << 12);
}

TEST(TestData, DependsOnTheSeedOnly) {
  Problem problem(problemText(Shape()));
  for (DataKind kind : {DataKind::Random, DataKind::Exact}) {
    auto first = makeData(problem.gemm(), 3, 1, kind);
    auto again = makeData(problem.gemm(), 3, 1, kind);
    auto other = makeData(problem.gemm(), 3, 2, kind);
    ASSERT_TRUE(succeeded(first) && succeeded(again) && succeeded(other));
    EXPECT_EQ(*first, *again);
    EXPECT_NE(*first, *other);
  }
}
