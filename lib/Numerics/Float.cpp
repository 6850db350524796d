//===- Float.cpp - Scalar storage formats, exactly ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One description per format, one decoder and one encoder for all floating
// formats. All arithmetic is on doubles and exact but for the one rounding.
//
//===----------------------------------------------------------------------===//

#include "humming/Numerics/Float.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace humming;

namespace {
/// What lies in the patterns of the greatest exponent.
enum class Top : uint8_t {
  InfinityAndNaN, ///< IEEE 754: zero fraction is infinity, the rest NaN.
  OneNaN,         ///< Only the last pattern is NaN; no infinity.
  Finite,         ///< Neither.
};

struct Format {
  const char *name;
  uint8_t bits;
  uint8_t exponentBits; // 0 for integers.
  uint8_t fractionBits;
  bool isSigned;
  Top top;
};
} // namespace

// Indexed by ScalarKind. The 8-bit formats: OCP 8-bit floating point (OFP8)
// revision 1.0, table 1, and OCP microscaling formats (MX) 1.0, sections 5.3
// and 5.4.
static constexpr Format formats[] = {
    {"f16", 16, 5, 10, true, Top::InfinityAndNaN},
    {"bf16", 16, 8, 7, true, Top::InfinityAndNaN},
    {"f32", 32, 8, 23, true, Top::InfinityAndNaN},
    {"e4m3", 8, 4, 3, true, Top::OneNaN},
    {"e5m2", 8, 5, 2, true, Top::InfinityAndNaN},
    {"ue8m0", 8, 8, 0, false, Top::OneNaN},
    {"i8", 8, 0, 0, true, Top::OneNaN},
    {"i4", 4, 0, 0, true, Top::OneNaN},
    {"i32", 32, 0, 0, true, Top::OneNaN},
    {"e2m1", 4, 2, 1, true, Top::Finite},
};

static const Format &format(ScalarKind kind) {
  return formats[static_cast<unsigned>(kind)];
}

static int bias(const Format &f) { return (1 << (f.exponentBits - 1)) - 1; }

static uint32_t magnitudeMask(const Format &f) {
  unsigned bits = f.bits - (f.isSigned ? 1 : 0);
  return bits >= 32 ? ~0u : (1u << bits) - 1;
}

static uint32_t maxFiniteBits(const Format &f) {
  switch (f.top) {
  case Top::InfinityAndNaN:
    return magnitudeMask(f) - (1u << f.fractionBits);
  case Top::OneNaN:
    return magnitudeMask(f) - 1;
  case Top::Finite:
    return magnitudeMask(f);
  }
  return 0;
}

static double powerOfTwo(int exponent) { return std::ldexp(1.0, exponent); }

/// The value of the pattern of a finite magnitude.
static double decodeMagnitude(const Format &f, uint32_t bits) {
  int exponent = static_cast<int>(bits >> f.fractionBits);
  double fraction = bits & ((1u << f.fractionBits) - 1);
  // ue8m0 has no zero and no subnormals: pattern 0 is 2^-127.
  if (!f.isSigned)
    return powerOfTwo(exponent - bias(f));
  if (exponent == 0)
    return fraction * powerOfTwo(1 - bias(f) - f.fractionBits);
  return (fraction + (1u << f.fractionBits)) *
         powerOfTwo(exponent - bias(f) - f.fractionBits);
}

unsigned humming::bitWidth(ScalarKind kind) { return format(kind).bits; }

const char *humming::name(ScalarKind kind) { return format(kind).name; }

std::optional<ScalarKind> humming::parseScalar(std::string_view name) {
  for (unsigned i = 0; i < std::size(formats); ++i)
    if (name == formats[i].name)
      return static_cast<ScalarKind>(i);
  return std::nullopt;
}

bool humming::isFloat(ScalarKind kind) { return format(kind).exponentBits; }

unsigned humming::precision(ScalarKind kind) {
  const Format &f = format(kind);
  return isFloat(kind) ? f.fractionBits + 1u : f.bits - 1u;
}

int humming::minExponent(ScalarKind kind) {
  const Format &f = format(kind);
  if (!isFloat(kind))
    return 0;
  return f.isSigned ? 1 - bias(f) : -bias(f);
}

double humming::maxFinite(ScalarKind kind) {
  const Format &f = format(kind);
  return isFloat(kind) ? decodeMagnitude(f, maxFiniteBits(f))
                       : powerOfTwo(f.bits - 1) - 1;
}

double humming::decode(ScalarKind kind, uint32_t bits) {
  const Format &f = format(kind);
  if (!isFloat(kind)) {
    uint32_t unusedBits = 32u - f.bits;
    return static_cast<int32_t>(bits << unusedBits) >> unusedBits;
  }
  uint32_t magnitude = bits & magnitudeMask(f);
  double sign = f.isSigned && (bits >> (f.bits - 1) & 1) ? -1.0 : 1.0;
  if (magnitude > maxFiniteBits(f)) {
    bool isInfinity =
        f.top == Top::InfinityAndNaN && magnitude == maxFiniteBits(f) + 1;
    return isInfinity ? sign * std::numeric_limits<double>::infinity()
                      : std::numeric_limits<double>::quiet_NaN();
  }
  return sign * decodeMagnitude(f, magnitude);
}

static uint32_t encodeInteger(const Format &f, double value) {
  if (std::isnan(value))
    return 0;
  double limit = powerOfTwo(f.bits - 1);
  double nearest = std::clamp(std::nearbyint(value), -limit, limit - 1);
  uint32_t mask = f.bits == 32 ? ~0u : (1u << f.bits) - 1;
  return static_cast<uint32_t>(static_cast<int64_t>(nearest)) & mask;
}

/// Powers of two: the nearer neighbour, and of two equally near ones the even
/// pattern.
static uint32_t encodePowerOfTwo(const Format &f, double value) {
  if (std::isnan(value) || value < 0)
    return magnitudeMask(f);
  if (value <= powerOfTwo(-bias(f)))
    return 0;
  if (value >= powerOfTwo(bias(f)))
    return maxFiniteBits(f);
  int exponent = std::ilogb(value);
  uint32_t below = static_cast<uint32_t>(exponent + bias(f));
  double ratio = std::ldexp(value, -exponent); // In [1, 2); the middle is 1.5.
  return ratio > 1.5 || (ratio == 1.5 && below % 2 == 1) ? below + 1 : below;
}

uint32_t humming::encode(ScalarKind kind, double value) {
  const Format &f = format(kind);
  if (!isFloat(kind))
    return encodeInteger(f, value);
  if (!f.isSigned)
    return encodePowerOfTwo(f, value);

  uint32_t infinity = maxFiniteBits(f) + 1;
  if (std::isnan(value)) // A quiet one, of the greatest fraction bit.
    return f.top == Top::InfinityAndNaN ? infinity | 1u << (f.fractionBits - 1)
                                        : magnitudeMask(f);
  uint32_t sign = std::signbit(value) ? 1u << (f.bits - 1) : 0;
  uint32_t overflow =
      f.top == Top::InfinityAndNaN ? infinity : maxFiniteBits(f);
  double magnitude = std::fabs(value);
  if (magnitude >= 2 * maxFinite(kind))
    return sign | overflow;

  // In units of the last place at this exponent the fraction is an integer: one
  // rounding of an exact quotient. Adding it to the exponent field lets a carry
  // run into the next exponent, and makes subnormals out of a missing leading
  // one.
  int leastExponent = 1 - bias(f);
  int exponent = magnitude == 0
                     ? leastExponent
                     : std::max(std::ilogb(magnitude), leastExponent);
  double units =
      std::nearbyint(std::ldexp(magnitude, f.fractionBits - exponent));
  uint32_t bits =
      (static_cast<uint32_t>(exponent - leastExponent) << f.fractionBits) +
      static_cast<uint32_t>(units);
  return sign | (bits > maxFiniteBits(f) ? overflow : bits);
}

double humming::roundTo(ScalarKind kind, double value) {
  return decode(kind, encode(kind, value));
}

double humming::halfUlp(ScalarKind kind, double magnitude) {
  if (!isFloat(kind))
    return 0.5;
  int exponent = minExponent(kind);
  if (magnitude > 0)
    exponent = std::max(exponent, std::ilogb(magnitude));
  return powerOfTwo(exponent - static_cast<int>(precision(kind)));
}
