//===- Compare.cpp - A result against the definition ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Counts differences and finds the worst element.
//
//===----------------------------------------------------------------------===//

#include "Buffers.h"
#include "humming/Reference/Reference.h"

#include <cassert>
#include <cmath>
#include <limits>

using namespace humming;
using namespace humming::reference;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::vector<uint8_t> Evaluation::bytes() const {
  std::vector<uint32_t> bits(values.size());
  for (size_t i = 0; i < values.size(); ++i)
    bits[i] = encode(kind, values[i]);
  return writeBits(bits, {size_t(m), size_t(n)}, bitWidth(kind));
}

/// |a - b|, which is 0 for equal infinities and infinite beside a NaN.
static double distance(double a, double b) {
  if (a == b)
    return 0;
  double difference = std::fabs(a - b);
  return std::isnan(difference) ? kInfinity : difference;
}

Comparison reference::compare(const Evaluation &expected,
                              llvm::ArrayRef<uint8_t> result) {
  Extent extent = {size_t(expected.m), size_t(expected.n)};
  unsigned width = bitWidth(expected.kind);
  assert(result.size() == byteSize(extent, width) && "not the result's size");
  std::vector<uint32_t> bits = readBits(result, extent, width);

  Comparison worst;
  double worstShare = -1;
  for (size_t i = 0; i < bits.size(); ++i) {
    double got = decode(expected.kind, bits[i]), value = expected.values[i];
    double low = expected.lows[i], high = expected.highs[i];
    bool bothNaN = std::isnan(got) && std::isnan(value);
    bool isEqual =
        bothNaN || (got == value && std::signbit(got) == std::signbit(value));
    // A NaN is no member of any interval, and needs none when it is expected.
    bool isInside = bothNaN || (got >= low && got <= high);
    double error = bothNaN ? 0 : distance(got, value);
    double bound = std::max(distance(value, low), distance(value, high));
    worst.differentBits += !isEqual;
    worst.beyondBound += !isInside;
    worst.maxError = std::max(worst.maxError, error);
    double share = !isInside ? kInfinity : error == 0 ? 0 : error / bound;
    if (share > worstShare || (share == worstShare && bound > worst.bound)) {
      worstShare = share;
      worst.row = i / extent.columns;
      worst.column = i % extent.columns;
      worst.got = got;
      worst.expected = value;
      worst.error = error;
      worst.bound = bound;
    }
  }
  return worst;
}
