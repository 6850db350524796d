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
