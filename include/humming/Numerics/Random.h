//===- Random.h - A counter-based generator for test data -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A pure function of (seed, stream, index): the same data on every machine, in
// any order, in part or as a whole. For test data, not for cryptography.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_NUMERICS_RANDOM_H
#define HUMMING_NUMERICS_RANDOM_H

#include <cstdint>

namespace humming {

/// One stream of random numbers; streams of one seed are independent.
class Random {
public:
  Random(uint64_t seed, uint64_t stream)
      : key(mix(mix(seed + increment) ^ (stream + increment))) {}

  /// 64 uniform bits for `index`.
  uint64_t bits(uint64_t index) const {
    return mix(key + (index + 1) * increment);
  }

  /// Uniform in [0, 1), with 53 bits.
  double uniform(uint64_t index) const {
    return static_cast<double>(bits(index) >> 11) * 0x1p-53;
  }

  /// Uniform in [low, high]; the range is far below 2^53.
  int64_t integer(uint64_t index, int64_t low, int64_t high) const {
    return low + static_cast<int64_t>(uniform(index) *
                                      static_cast<double>(high - low + 1));
  }

  /// Mean 0, variance 1, in [-6, 6], close to normal: the sum of twelve uniform
  /// 16-bit numbers. Exact arithmetic only, so equal on every machine.
  double normal(uint64_t index) const {
    uint64_t sum = 0;
    for (uint64_t word = 0; word < 3; ++word)
      for (uint64_t rest = mix(bits(index) + word); rest; rest >>= 16)
        sum += rest & 0xffff;
    return static_cast<double>(sum) * 0x1p-16 - 6;
  }

private:
  // The golden ratio times 2^64, and the output function of SplitMix64 (Steele,
  // Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014).
  static constexpr uint64_t increment = 0x9e3779b97f4a7c15;

  static uint64_t mix(uint64_t z) {
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
  }

  uint64_t key;
};

} // namespace humming

#endif // HUMMING_NUMERICS_RANDOM_H
