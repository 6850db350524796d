//===- CodeTest.cpp - Weight codes, all 2^b of them -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Exhaustive: each format against a definition written independently here.
//
//===----------------------------------------------------------------------===//

#include "humming/Numerics/Code.h"
#include "humming/Numerics/Random.h"

#include "gtest/gtest.h"

#include <cmath>
#include <cstdio>
#include <limits>
#include <set>

using namespace humming;

static std::vector<Code> allCodes() {
  std::vector<Code> codes;
  for (unsigned bits = 1; bits <= 8; ++bits) {
    codes.push_back(Code::unsignedInteger(bits));
    codes.push_back(Code::signedInteger(bits));
  }
  for (unsigned x = 1; x <= 7; ++x)
    for (unsigned y = 0; x + y <= 7; ++y)
      codes.push_back(Code::minifloat(x, y));
  codes.push_back(Code::normalFloat4());
  codes.push_back(Code::table({-1, -0.5, 0.25, 3}));
  return codes;
}

TEST(Code, NamesRoundTrip) {
  for (const Code &code : allCodes()) {
    std::optional<Code> parsed = Code::parse(code.name());
    ASSERT_TRUE(parsed) << code.name();
    EXPECT_EQ(*parsed, code);
  }
}

TEST(Code, RefusesOtherNames) {
  for (const char *name : {"",      "u",    "u0",   "u9",   "i0",   "i9", "u04",
                           "u4 ",   "U4",   "e0m3", "e3m5", "e8m0", "e3", "e3m",
                           "e3m22", "m3e2", "nf3",  "f16",  "-1",   "u-"})
    EXPECT_FALSE(Code::parse(name)) << name;
  for (const char *name :
       {"lut1",          "lut1,",          "lut1,[",          "lut1,[]",
        "lut1,[1]",      "lut1,[1, 2, 3]", "lut1,[1, 2",      "lut1,[1 2]",
        "lut1,[1,, 2]",  "lut1,[1, 2,]",   "lut1[1, 2]",      "lut1,[1, 2] ",
        "lut1,[1, nan]", "lut1,[1, inf]",  "lut1,[1, 1e999]", "lut1,[1, x]",
        "lut0,[1]",      "lut2,[1, 2]",    "lut9,[1, 2]",     "lut1 ,[1, 2]",
        "lut1,[1, 2]]"})
    EXPECT_FALSE(Code::parse(name)) << name;
}

/// Random values of 17 digits come back to the bit, for every width; spaces do
/// not matter, and the name of equal tables is the same text.
TEST(Code, TablesAreWrittenByTheirValues) {
  EXPECT_EQ(Code::parse("lut1,[-1, 0.5]")->name(), "lut1,[-1, 0.5]");
  EXPECT_EQ(Code::parse("lut1,[-1.0,5e-1]")->name(), "lut1,[-1, 0.5]");
  EXPECT_EQ(Code::parse("lut1,[0.1,   -0]")->name(),
            "lut1,[0.10000000000000001, 0]");
  EXPECT_EQ(Code::table({1e-5, 0x1p100}).name(),
            "lut1,[1.0000000000000001e-05, 1.2676506002282294e+30]");
  EXPECT_EQ(Code::table({0, 1e22}).name(), "lut1,[0, 1.0e+22]");
  EXPECT_EQ(Code::parse(Code::table({0, 1e22}).name())->value(1), 1e22);
  Random random(1, 2);
  for (unsigned bits = 1; bits <= 8; ++bits) {
    std::vector<double> values;
    std::string text = "lut" + std::to_string(bits) + ",[";
    for (size_t i = 0; i < size_t(1) << bits; ++i) {
      values.push_back(
          std::ldexp(random.normal(i), random.integer(1000 + i, -60, 60)));
      char digits[64];
      std::snprintf(digits, sizeof digits, "%s%.17g", i ? "," : "", values[i]);
      text += digits;
    }
    std::optional<Code> code = Code::parse(text + "]");
    ASSERT_TRUE(code) << text;
    ASSERT_EQ(code->bits(), bits);
    for (unsigned c = 0; c < code->size(); ++c)
      EXPECT_EQ(code->value(c), values[c]);
    EXPECT_EQ(*Code::parse(code->name()), *code);
    EXPECT_EQ(Code::parse(code->name())->name(), code->name());
  }
}

/// A table with the values of nf4 is nf4.
TEST(Code, OneTableHasOneName) {
  Code nf4 = Code::normalFloat4();
  std::vector<double> values;
  for (unsigned c = 0; c < nf4.size(); ++c)
    values.push_back(nf4.value(c));
  EXPECT_EQ(Code::table(values).name(), "nf4");
  EXPECT_EQ(Code::table({-0.0, 1}).name(), Code::table({0.0, 1}).name());
}

TEST(Code, UnsignedIsTheCode) {
  for (unsigned bits = 1; bits <= 8; ++bits) {
    Code code = Code::unsignedInteger(bits);
    EXPECT_EQ(code.size(), 1u << bits);
    EXPECT_EQ(code.defaultZero(), 1 << (bits - 1));
    for (unsigned c = 0; c < code.size(); ++c)
      EXPECT_EQ(code.value(c), c);
  }
}

TEST(Code, SignedIsTwosComplement) {
  for (unsigned bits = 1; bits <= 8; ++bits) {
    Code code = Code::signedInteger(bits);
    EXPECT_EQ(code.defaultZero(), 0);
    for (unsigned c = 0; c < code.size(); ++c) {
      double signWeight = -std::pow(2.0, bits - 1);
      double expected = c % (1u << (bits - 1));
      if (c >> (bits - 1))
        expected += signWeight;
      EXPECT_EQ(code.value(c), expected) << code.name() << " " << c;
    }
  }
}

/// eXmY by its definition: (-1)^s 2^(e - bias) (1 + f / 2^Y), subnormal
/// when e = 0.
TEST(Code, MinifloatIsItsFormula) {
  for (unsigned x = 1; x <= 7; ++x)
    for (unsigned y = 0; x + y <= 7; ++y) {
      Code code = Code::minifloat(x, y);
      EXPECT_EQ(code.bits(), 1 + x + y);
      EXPECT_EQ(code.exponentBits(), x);
      EXPECT_EQ(code.mantissaBits(), y);
      double bias = std::pow(2.0, x - 1) - 1;
      unsigned c = 0;
      for (int sign : {1, -1})
        for (unsigned e = 0; e < 1u << x; ++e)
          for (unsigned f = 0; f < 1u << y; ++f, ++c) {
            double fraction = f / std::pow(2.0, y);
            double magnitude = e == 0
                                   ? std::pow(2.0, 1 - bias) * fraction
                                   : std::pow(2.0, e - bias) * (1 + fraction);
            EXPECT_EQ(code.value(c), sign * magnitude) << code.name() << c;
          }
      EXPECT_EQ(c, code.size());
    }
}

TEST(Code, KnownMinifloats) {
  Code e2m1 = Code::minifloat(2, 1); // OCP MX FP4, all eight magnitudes.
  const double fp4[] = {0, 0.5, 1, 1.5, 2, 3, 4, 6};
  for (unsigned c = 0; c < 8; ++c)
    EXPECT_EQ(e2m1.value(c), fp4[c]);
  EXPECT_EQ(Code::minifloat(3, 2).maxMagnitude(0), 28); // OCP MX FP6.
  EXPECT_EQ(Code::minifloat(2, 3).maxMagnitude(0), 7.5);
}

/// Appendix E of the QLoRA paper prints the values with 16 digits; all of them
/// are numbers of f32.
TEST(Code, NormalFloatIsTheTableOfThePaper) {
  const float expected[] = {
      -1.0f,         -0.696192801f, -0.525073051f,  -0.394917488f,
      -0.284441382f, -0.18477343f,  -0.0910500363f, 0.0f,
      0.0795802996f, 0.160930201f,  0.246112302f,   0.337915242f,
      0.440709829f,  0.562617004f,  0.722956836f,   1.0f};
  Code code = *Code::parse("nf4");
  EXPECT_EQ(code.name(), "nf4");
  EXPECT_EQ(code.kind(), Code::Kind::Table);
  ASSERT_EQ(code.bits(), 4u);
  EXPECT_EQ(code.defaultZero(), 0);
  EXPECT_EQ(code.maxMagnitude(0), 1);
  for (unsigned c = 0; c < code.size(); ++c)
    EXPECT_EQ(code.value(c), double(expected[c])) << c;
}

TEST(Code, EveryValueEncodesToItself) {
  for (const Code &code : allCodes())
    for (unsigned c = 0; c < code.size(); ++c) {
      unsigned encoded = code.encode(code.value(c));
      EXPECT_EQ(code.value(encoded), code.value(c)) << code.name();
      if (code.value(c) != 0) // Zero may have two codes.
        EXPECT_EQ(encoded, c) << code.name();
    }
}

/// Midpoints go to the even code, everything else to the nearer value.
TEST(Code, EncodesNearestTiesToEven) {
  for (const Code &code : allCodes()) {
    std::set<double> values;
    for (unsigned c = 0; c < code.size(); ++c)
      values.insert(code.value(c));
    for (auto low = values.begin(), high = std::next(low); high != values.end();
         ++low, ++high) {
      double middle = (*low + *high) / 2;
      unsigned tie = code.encode(middle);
      EXPECT_TRUE(code.value(tie) == *low || code.value(tie) == *high);
      bool lowEven = code.encode(*low) % 2 == 0;
      bool highEven = code.encode(*high) % 2 == 0;
      if (lowEven || highEven)
        EXPECT_EQ(tie % 2, 0u) << code.name() << " " << middle;
      EXPECT_EQ(code.value(code.encode(std::nextafter(middle, *low))), *low);
      EXPECT_EQ(code.value(code.encode(std::nextafter(middle, *high))), *high);
    }
  }
}

TEST(Code, EndsSaturate) {
  double infinity = std::numeric_limits<double>::infinity();
  for (const Code &code : allCodes())
    for (double far : {1e30, infinity}) {
      double greatest = code.value(0), least = code.value(0);
      for (unsigned c = 0; c < code.size(); ++c) {
        greatest = std::max(greatest, code.value(c));
        least = std::min(least, code.value(c));
      }
      EXPECT_EQ(code.value(code.encode(far)), greatest) << code.name();
      EXPECT_EQ(code.value(code.encode(-far)), least) << code.name();
    }
}

TEST(Code, TablesCompareByValue) {
  EXPECT_EQ(Code::table({0, 1}), Code::table({0, 1}));
  EXPECT_NE(Code::table({0, 1}), Code::table({0, 2}));
  EXPECT_NE(Code::table({0, 1}), Code::unsignedInteger(1));
  EXPECT_EQ(Code::table({-1, -0.5, 0.25, 3}).encode(0.9), 2u);
}
