//===- FloatFormat.h - Arithmetic formats of the emulator -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// f16, bf16, f32 and f64 as cells, with conversions without branches or calls,
// so that loops over lanes vectorize. One operation rounds once, to nearest
// even: f16 and bf16 sums, products and quotients are computed in f32, whose 24
// bits are at least twice theirs plus two, so rounding twice is rounding once;
// fused multiply-add goes through f64 rounded to odd.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_EMULATOR_FLOATFORMAT_H
#define HUMMING_LIB_EMULATOR_FLOATFORMAT_H

#include <cmath>
#include <cstdint>
#include <cstring>

namespace humming::emulator {

template <typename To, typename From> inline To bitCast(From from) {
  static_assert(sizeof(To) == sizeof(From));
  To to;
  std::memcpy(&to, &from, sizeof(to));
  return to;
}

/// IEEE-like format of 16 bits with `Mantissa` explicit bits. NaN results are
/// 0x7fff, as PTX ISA 9.7.4 gives for f16 and bf16.
template <unsigned Mantissa> struct Float16 {
  using Cell = uint16_t;
  using Compute = float;
  static constexpr unsigned kExponent = 15 - Mantissa;
  static constexpr int kBias = (1 << (kExponent - 1)) - 1;
  static constexpr Cell kInfinity = ((1u << kExponent) - 1) << Mantissa;
  static constexpr Cell kNaN = 0x7fff;

  static float load(Cell cell) {
    uint32_t sign = uint32_t(cell & 0x8000) << 16;
    uint32_t magnitude = uint32_t(cell & 0x7fff) << (23 - Mantissa);
    // The same bits read with the bias of f32, then scaled: exact, subnormal
    // or not.
    float scale = bitCast<float>(uint32_t(127 - kBias + 127) << 23);
    uint32_t finite = bitCast<uint32_t>(bitCast<float>(magnitude) * scale);
    uint32_t special = magnitude | 0x7f800000;
    bool isSpecial = (cell & kInfinity) == kInfinity;
    return bitCast<float>(sign | (isSpecial ? special : finite));
  }

  static Cell store(float value) {
    uint32_t bits = bitCast<uint32_t>(value);
    uint32_t sign = bits & 0x80000000;
    bits ^= sign;
    constexpr unsigned kShift = 23 - Mantissa;
    constexpr uint32_t kMin = uint32_t(128 - kBias) << 23; // least normal
    constexpr uint32_t kMax = uint32_t(128 + kBias) << 23; // first beyond range
    // Normal: rebias, add half an ulp less one, and the odd bit.
    uint32_t rebias = uint32_t(kBias - 127) << 23;
    uint32_t normal =
        (bits + rebias + ((1u << (kShift - 1)) - 1) + ((bits >> kShift) & 1)) >>
        kShift;
    // Subnormal: adding a number whose ulp is the subnormal step rounds there.
    constexpr uint32_t kMagic = uint32_t(128 - kBias + kShift) << 23;
    uint32_t subnormal =
        bitCast<uint32_t>(bitCast<float>(bits) + bitCast<float>(kMagic)) -
        kMagic;
    uint32_t special = bits > 0x7f800000 ? kNaN : kInfinity;
    uint32_t result = bits >= kMax ? special : bits < kMin ? subnormal : normal;
    // A NaN has one encoding.
    return result == kNaN ? kNaN : Cell(result | sign >> 16);
  }

  /// Rounds a double; the same steps with other widths.
  static Cell round(double value) {
    uint64_t bits = bitCast<uint64_t>(value);
    uint64_t sign = bits & (uint64_t(1) << 63);
    bits ^= sign;
    constexpr unsigned kShift = 52 - Mantissa;
    constexpr uint64_t kMin = uint64_t(1024 - kBias) << 52;
    constexpr uint64_t kMax = uint64_t(1024 + kBias) << 52;
    constexpr uint64_t kInf = uint64_t(0x7ff) << 52;
    uint64_t rebias = uint64_t(int64_t(kBias - 1023)) << 52;
    uint64_t normal = (bits + rebias + ((uint64_t(1) << (kShift - 1)) - 1) +
                       ((bits >> kShift) & 1)) >>
                      kShift;
    constexpr uint64_t kMagic = uint64_t(1024 - kBias + kShift) << 52;
    uint64_t subnormal =
        bitCast<uint64_t>(bitCast<double>(bits) + bitCast<double>(kMagic)) -
        kMagic;
    uint64_t special = bits > kInf ? kNaN : kInfinity;
    uint64_t result = bits >= kMax ? special : bits < kMin ? subnormal : normal;
    return result == kNaN ? kNaN : Cell(result | sign >> 48);
  }
};

using F16Format = Float16<10>;
using BF16Format = Float16<7>;

/// NaN results are 0x7fffffff, as PTX ISA 9.7.3 gives for f32.
struct F32Format {
  using Cell = uint32_t;
  using Compute = float;
  static constexpr Cell kInfinity = 0x7f800000;
  static float load(Cell cell) { return bitCast<float>(cell); }
  static Cell store(float value) {
    return value != value ? Cell(0x7fffffff) : bitCast<Cell>(value);
  }
  static Cell round(double value) { return store(float(value)); }
};

struct F64Format {
  using Cell = uint64_t;
  using Compute = double;
  static constexpr Cell kInfinity = uint64_t(0x7ff) << 52;
  static double load(Cell cell) { return bitCast<double>(cell); }
  static Cell store(double value) { return bitCast<Cell>(value); }
  static Cell round(double value) { return store(value); }
};

/// a * b + c rounded to odd, for a product that is exact in double (f32 and
/// narrower): rounding the result to at most 51 bits is rounding once.
inline double fusedToOdd(double a, double b, double c) {
  double product = a * b;
  double sum = product + c;
  double addend = sum - product;
  double error = (product - (sum - addend)) + (c - addend);
  uint64_t bits = bitCast<uint64_t>(sum);
  bool inexact = error > 0 || error < 0; // false for NaN: sum is not finite
  bool away = (error > 0) == (sum > 0);
  uint64_t odd = away ? bits + 1 : bits - 1;
  return bitCast<double>(inexact && !(bits & 1) ? odd : bits);
}

template <typename Format>
inline typename Format::Cell fused(typename Format::Cell a,
                                   typename Format::Cell b,
                                   typename Format::Cell c) {
  return Format::round(
      fusedToOdd(Format::load(a), Format::load(b), Format::load(c)));
}
template <>
inline uint64_t fused<F64Format>(uint64_t a, uint64_t b, uint64_t c) {
  return F64Format::store(
      std::fma(F64Format::load(a), F64Format::load(b), F64Format::load(c)));
}

} // namespace humming::emulator

#endif // HUMMING_LIB_EMULATOR_FLOATFORMAT_H
