//===- RandomTest.cpp - The generator of test data ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Data recorded elsewhere must be reproducible: values are pinned. What else
// test data needs is that streams differ and that the moments are right.
//
//===----------------------------------------------------------------------===//

#include "humming/Numerics/Random.h"

#include "gtest/gtest.h"

#include <cmath>

using namespace humming;

TEST(Random, ValuesArePinned) {
  EXPECT_EQ(Random(0, 0).bits(0), 2077113891230206638u);
  EXPECT_EQ(Random(1, 2).bits(3), 18267492641143413165u);
  EXPECT_EQ(Random(1, 2).normal(3), 0x1.6452000000000p-1);
}

TEST(Random, DependsOnSeedStreamAndIndex) {
  EXPECT_EQ(Random(1, 2).bits(3), Random(1, 2).bits(3));
  EXPECT_NE(Random(1, 2).bits(3), Random(2, 2).bits(3));
  EXPECT_NE(Random(1, 2).bits(3), Random(1, 3).bits(3));
  EXPECT_NE(Random(1, 2).bits(3), Random(2, 1).bits(3));
  EXPECT_NE(Random(1, 2).bits(3), Random(1, 2).bits(4));
}

TEST(Random, Moments) {
  Random random(42, 0);
  const int count = 100000;
  double uniformSum = 0, normalSum = 0, normalSquares = 0;
  int histogram[7] = {};
  for (int i = 0; i < count; ++i) {
    uniformSum += random.uniform(i);
    double x = random.normal(i);
    normalSum += x;
    normalSquares += x * x;
    ++histogram[random.integer(i, -3, 3) + 3];
  }
  // Five standard errors of each mean.
  double error = 5 / std::sqrt(double(count));
  EXPECT_NEAR(uniformSum / count, 0.5, error * std::sqrt(1.0 / 12));
  EXPECT_NEAR(normalSum / count, 0, error);
  EXPECT_NEAR(normalSquares / count, 1, error * 1.5);
  for (int bin : histogram)
    EXPECT_NEAR(bin / double(count), 1.0 / 7, error * 0.35);
}
