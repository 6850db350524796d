//===- QuantizeTest.cpp - Round to nearest per group ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Quantized weights are within half a step of the originals, and bit-packed
// rows give their codes back.
//
//===----------------------------------------------------------------------===//

#include "humming/Numerics/Quantize.h"
#include "humming/Numerics/Random.h"

#include "gtest/gtest.h"

#include <cmath>

using namespace humming;

TEST(PackRows, BitsLieWhereTheFormatSays) {
  for (unsigned bits = 1; bits <= 8; ++bits) {
    const size_t rows = 3, columns = 13; // Rows that end inside a byte.
    Random random(1, bits);
    std::vector<uint8_t> codes(rows * columns);
    for (size_t i = 0; i < codes.size(); ++i)
      codes[i] = random.integer(i, 0, (1 << bits) - 1);
    std::vector<uint8_t> bytes = packRows(codes.data(), rows, columns, bits);
    size_t stride = rowBytes(columns, bits);
    ASSERT_EQ(bytes.size(), rows * stride);
    for (size_t row = 0; row < rows; ++row) {
      for (size_t bit = 0; bit < stride * 8; ++bit) {
        size_t column = bit / bits;
        unsigned expected =
            column < columns ? codes[row * columns + column] >> (bit % bits) & 1
                             : 0;
        EXPECT_EQ(bytes[row * stride + bit / 8] >> (bit % 8) & 1, expected);
      }
    }
    EXPECT_EQ(unpackRows(bytes.data(), rows, columns, bits), codes);
  }
}

namespace {
struct Case {
  const char *code;
  ScalarKind scale;
  size_t group;
  bool zero;
};
} // namespace

/// |w - dequantized| is at most half a scale wherever the table is uniform,
/// up to what rounding the scale itself costs at the end of the range.
TEST(Quantize, IntegersAreWithinHalfAStep) {
  const size_t n = 8, k = 256;
  Random random(7, 0);
  std::vector<float> weights(n * k);
  for (size_t i = 0; i < weights.size(); ++i)
    weights[i] = random.normal(i) * 0.05 + 0.01;
  for (Case c : {Case{"u4", ScalarKind::F16, 128, false},
                 Case{"u4", ScalarKind::F16, 128, true},
                 Case{"i4", ScalarKind::BF16, 32, false},
                 Case{"u8", ScalarKind::F32, 0, true},
                 Case{"i8", ScalarKind::F16, 64, false}}) {
    QuantizeOptions options;
    options.code = *Code::parse(c.code);
    options.scale = c.scale;
    options.group = c.group;
    options.zero = c.zero;
    QuantizedWeight q = quantize(weights.data(), n, k, options);
    size_t group = c.group ? c.group : k;
    ASSERT_EQ(q.groups, k / group);
    ASSERT_EQ(q.scales.size(), n * q.groups);
    ASSERT_EQ(q.zeros.size(), c.zero ? n * q.groups : 0);
    for (size_t i = 0; i < n * k; ++i) {
      double scale = decode(c.scale, q.scales[i / group]);
      double zero = c.zero ? q.zeros[i / group] : options.code.defaultZero();
      double back = (options.code.value(q.codes[i]) - zero) * scale;
      double ends = options.code.size() * halfUlp(c.scale, scale);
      // A rounded zero point moves the range by up to half a step.
      double step = c.zero ? 1.0 * scale : 0.5 * scale;
      EXPECT_LE(std::fabs(weights[i] - back), step + ends)
          << c.code << " " << i;
    }
  }
}

TEST(Quantize, MinifloatsGetTheNearestValue) {
  Code e2m1 = Code::minifloat(2, 1);
  QuantizeOptions options;
  options.code = e2m1;
  options.scale = ScalarKind::F32;
  const float weights[] = {6, -3, 0.3f, 2.5f};
  QuantizedWeight q = quantize(weights, 1, 4, options);
  EXPECT_EQ(decode(ScalarKind::F32, q.scales[0]), 1.0);
  EXPECT_EQ(e2m1.value(q.codes[0]), 6);
  EXPECT_EQ(e2m1.value(q.codes[1]), -3);
  EXPECT_EQ(e2m1.value(q.codes[2]), 0.5);
  EXPECT_EQ(e2m1.value(q.codes[3]), 2); // A tie, between codes 4 and 5.
}

/// The greatest value of nf4 is 1, so the scale is the greatest magnitude.
TEST(Quantize, TablesGetTheNearestValue) {
  QuantizeOptions options;
  options.code = *Code::parse("nf4");
  options.scale = ScalarKind::F32;
  // 0.66 is nearer to 0.7230 than to 0.5626, 0.64 is not.
  const float weights[] = {-4, 4 * 0.66f, 4 * 0.64f, 4 * -0.09f, 0.1f};
  QuantizedWeight q = quantize(weights, 1, 5, options);
  EXPECT_EQ(decode(ScalarKind::F32, q.scales[0]), 4.0);
  EXPECT_EQ(q.codes, (std::vector<uint8_t>{0, 14, 13, 6, 7}));
}

TEST(Quantize, ZeroPointCoversOneSidedRanges) {
  QuantizeOptions options;
  options.scale = ScalarKind::F32;
  options.zero = true;
  const float weights[] = {0, 15, 7, 3, /**/ -15, 0, -4, -1};
  QuantizedWeight q = quantize(weights, 2, 4, options);
  EXPECT_EQ(q.zeros[0], 0);
  EXPECT_EQ(q.zeros[1], 15);
  EXPECT_EQ(q.codes, (std::vector<uint8_t>{0, 15, 7, 3, 0, 15, 11, 14}));
}

TEST(Quantize, ZeroGroupsStayZero) {
  for (bool zero : {false, true}) {
    QuantizeOptions options;
    options.zero = zero;
    const float weights[] = {0, 0, 1e-12f, -1e-12f};
    QuantizedWeight q = quantize(weights, 1, 4, options);
    EXPECT_EQ(decode(ScalarKind::F16, q.scales[0]), 1.0);
    for (uint8_t code : q.codes)
      EXPECT_EQ(code, zero ? q.zeros[0] : 8);
  }
}
