//===- FloatTest.cpp - Scalar formats against their definitions -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every pattern of every format of at most 16 bits decodes, encodes back, and
// is the nearest to everything near it.
//
//===----------------------------------------------------------------------===//

#include "humming/Numerics/Float.h"

#include "gtest/gtest.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

using namespace humming;

static constexpr double infinity = std::numeric_limits<double>::infinity();
static const ScalarKind smallKinds[] = {
    ScalarKind::F16,   ScalarKind::BF16, ScalarKind::E4M3, ScalarKind::E5M2,
    ScalarKind::UE8M0, ScalarKind::I8,   ScalarKind::I4,   ScalarKind::E2M1};

TEST(Float, NamesParse) {
  for (ScalarKind kind : smallKinds)
    EXPECT_EQ(parseScalar(name(kind)), kind);
  EXPECT_EQ(parseScalar("f32"), ScalarKind::F32);
  EXPECT_EQ(parseScalar("i32"), ScalarKind::I32);
  EXPECT_FALSE(parseScalar("f64"));
  EXPECT_FALSE(parseScalar(""));
}

TEST(Float, KnownValues) {
  EXPECT_EQ(decode(ScalarKind::F16, 0x3c00), 1.0);
  EXPECT_EQ(decode(ScalarKind::F16, 0x7bff), 65504.0);
  EXPECT_EQ(decode(ScalarKind::F16, 0x0001), 0x1p-24);
  EXPECT_EQ(decode(ScalarKind::F16, 0xfc00), -infinity);
  EXPECT_EQ(decode(ScalarKind::BF16, 0x3f80), 1.0);
  EXPECT_EQ(decode(ScalarKind::BF16, 0x4049), 3.140625);
  EXPECT_EQ(decode(ScalarKind::E4M3, 0x7e), 448.0);
  EXPECT_TRUE(std::isnan(decode(ScalarKind::E4M3, 0x7f)));
  EXPECT_EQ(decode(ScalarKind::E4M3, 0x01), 0x1p-9);
  EXPECT_EQ(decode(ScalarKind::E5M2, 0x7b), 57344.0);
  EXPECT_EQ(decode(ScalarKind::E5M2, 0x7c), infinity);
  EXPECT_EQ(decode(ScalarKind::UE8M0, 0), 0x1p-127);
  EXPECT_EQ(decode(ScalarKind::UE8M0, 254), 0x1p127);
  EXPECT_TRUE(std::isnan(decode(ScalarKind::UE8M0, 255)));
  const double e2m1[] = {0, 0.5, 1, 1.5, 2, 3, 4, 6};
  for (uint32_t bits = 0; bits < 8; ++bits) {
    EXPECT_EQ(decode(ScalarKind::E2M1, bits), e2m1[bits]);
    EXPECT_EQ(decode(ScalarKind::E2M1, bits + 8), -e2m1[bits]);
  }
  EXPECT_EQ(maxFinite(ScalarKind::E2M1), 6.0);
  EXPECT_EQ(decode(ScalarKind::I4, 0x8), -8.0);
  EXPECT_EQ(decode(ScalarKind::I8, 0xff), -1.0);
  EXPECT_EQ(decode(ScalarKind::I32, 0x80000000), -0x1p31);
}

TEST(Float, EveryPatternRoundTrips) {
  for (ScalarKind kind : smallKinds)
    for (uint32_t bits = 0; bits < 1u << bitWidth(kind); ++bits) {
      double value = decode(kind, bits);
      if (std::isnan(value))
        EXPECT_TRUE(std::isnan(roundTo(kind, value))) << name(kind) << bits;
      else
        EXPECT_EQ(encode(kind, value), bits) << name(kind);
    }
}

/// Between two neighbouring values: the midpoint goes to the even pattern, all
/// else to the nearer one.
TEST(Float, RoundsToNearestEven) {
  for (ScalarKind kind : smallKinds)
    for (uint32_t bits = 0; bits + 1 < 1u << bitWidth(kind); ++bits) {
      double low = decode(kind, bits), high = decode(kind, bits + 1);
      if (!std::isfinite(low) || !std::isfinite(high) || !(low < high))
        continue; // Negative halves mirror; ends are below.
      double middle = low + (high - low) / 2;
      uint32_t even = bits % 2 == 0 ? bits : bits + 1;
      EXPECT_EQ(encode(kind, middle), even) << name(kind) << " " << bits;
      EXPECT_EQ(encode(kind, std::nextafter(middle, low)), bits) << name(kind);
      EXPECT_EQ(encode(kind, std::nextafter(middle, high)), bits + 1)
          << name(kind);
    }
}

TEST(Float, NegativeMirrorsPositive) {
  for (ScalarKind kind : {ScalarKind::F16, ScalarKind::BF16, ScalarKind::E4M3,
                          ScalarKind::E5M2, ScalarKind::E2M1}) {
    uint32_t sign = 1u << (bitWidth(kind) - 1);
    for (double value : {0.0, 0.3, 1.0, 17.3, 300.0, 1e9, infinity})
      EXPECT_EQ(encode(kind, -value), encode(kind, value) | sign) << name(kind);
  }
}

TEST(Float, Overflow) {
  EXPECT_EQ(encode(ScalarKind::F16, 65519.999), 0x7bffu);
  EXPECT_EQ(encode(ScalarKind::F16, 65520), 0x7c00u);
  EXPECT_EQ(encode(ScalarKind::BF16, 1e39), 0x7f80u);
  EXPECT_EQ(encode(ScalarKind::E5M2, 61440), 0x7cu);
  EXPECT_EQ(encode(ScalarKind::F32, 1e39), 0x7f800000u);
  EXPECT_EQ(encode(ScalarKind::E4M3, 464), 0x7eu);
  EXPECT_EQ(encode(ScalarKind::E4M3, infinity), 0x7eu);
  EXPECT_EQ(encode(ScalarKind::E4M3, -1e300), 0xfeu);
  EXPECT_EQ(encode(ScalarKind::E2M1, 7), 0x7u);
  EXPECT_EQ(encode(ScalarKind::E2M1, -infinity), 0xfu);
  EXPECT_EQ(encode(ScalarKind::UE8M0, 1e300), 254u);
  EXPECT_EQ(encode(ScalarKind::UE8M0, 0), 0u);
  EXPECT_EQ(encode(ScalarKind::UE8M0, -1), 255u);
  EXPECT_EQ(encode(ScalarKind::I4, 100), 0x7u);
  EXPECT_EQ(encode(ScalarKind::I4, -100), 0x8u);
  EXPECT_EQ(encode(ScalarKind::I8, infinity), 0x7fu);
  EXPECT_EQ(encode(ScalarKind::I32, 1e10), 0x7fffffffu);
}

TEST(Float, NaN) {
  double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(encode(ScalarKind::F16, nan), 0x7e00u);
  EXPECT_EQ(encode(ScalarKind::BF16, nan), 0x7fc0u);
  EXPECT_EQ(encode(ScalarKind::E4M3, nan), 0x7fu);
  EXPECT_EQ(encode(ScalarKind::E2M1, nan), 0x7u);
  EXPECT_EQ(encode(ScalarKind::UE8M0, nan), 0xffu);
  EXPECT_EQ(encode(ScalarKind::I8, nan), 0u);
}

/// The compiler's own float is the oracle for f32.
TEST(Float, F32IsTheMachineFloat) {
  for (uint32_t i = 0; i < 200000; ++i) {
    uint32_t bits = i * 2654435761u;
    float value;
    std::memcpy(&value, &bits, sizeof value);
    if (std::isnan(value))
      continue;
    EXPECT_EQ(decode(ScalarKind::F32, bits), double(value));
    EXPECT_EQ(encode(ScalarKind::F32, value), bits);
    double beyond = double(value) * (1 + 0x1p-30 * (i % 97));
    float rounded = static_cast<float>(beyond);
    uint32_t expected;
    std::memcpy(&expected, &rounded, sizeof rounded);
    EXPECT_EQ(encode(ScalarKind::F32, beyond), expected);
  }
}

TEST(Float, HalfUlpBoundsTheRounding) {
  for (ScalarKind kind :
       {ScalarKind::F16, ScalarKind::BF16, ScalarKind::E4M3, ScalarKind::E5M2})
    for (double value = 1e-6; value < 400; value *= 1.0137)
      EXPECT_LE(std::fabs(roundTo(kind, value) - value), halfUlp(kind, value));
  EXPECT_EQ(halfUlp(ScalarKind::F16, 1.0), 0x1p-11);
  EXPECT_EQ(halfUlp(ScalarKind::BF16, 1.0), 0x1p-8);
  EXPECT_EQ(halfUlp(ScalarKind::F16, 0.0), 0x1p-25);
}
