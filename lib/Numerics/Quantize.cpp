//===- Quantize.cpp - From float weights to codes and back ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Round-to-nearest per group, and bit-packing of rows of codes.
//
//===----------------------------------------------------------------------===//

#include "humming/Numerics/Quantize.h"

#include <algorithm>
#include <cassert>
#include <cmath>

using namespace humming;

std::vector<uint8_t> humming::packRows(const uint8_t *codes, size_t rows,
                                       size_t columns, unsigned bits) {
  size_t stride = rowBytes(columns, bits);
  std::vector<uint8_t> bytes(rows * stride);
  for (size_t row = 0; row < rows; ++row)
    for (size_t column = 0; column < columns; ++column) {
      unsigned code = codes[row * columns + column];
      assert(code >> bits == 0 && "wider than its code");
      // A code lies in one byte or in two neighbours.
      size_t bit = column * bits;
      unsigned shifted = code << bit % 8;
      uint8_t *byte = &bytes[row * stride + bit / 8];
      byte[0] |= shifted & 0xff;
      if (shifted >> 8)
        byte[1] |= shifted >> 8;
    }
  return bytes;
}

std::vector<uint8_t> humming::unpackRows(const uint8_t *bytes, size_t rows,
                                         size_t columns, unsigned bits) {
  size_t stride = rowBytes(columns, bits);
  std::vector<uint8_t> codes(rows * columns);
  for (size_t row = 0; row < rows; ++row)
    for (size_t column = 0; column < columns; ++column) {
      size_t bit = column * bits;
      const uint8_t *byte = bytes + row * stride + bit / 8;
      unsigned window = byte[0];
      if (bit % 8 + bits > 8)
        window |= byte[1] << 8;
      codes[row * columns + column] = window >> bit % 8 & ((1u << bits) - 1);
    }
  return codes;
}

/// The scale as stored: rounded to its type, finite, never zero.
static uint32_t encodeScale(ScalarKind kind, double scale) {
  uint32_t bits = encode(kind, std::min(scale, maxFinite(kind)));
  return decode(kind, bits) == 0 ? encode(kind, 1.0) : bits;
}

/// The greatest positive number that a code stands for without zero points;
/// the greatest magnitude where there is none (i1, u1).
static double greatestNumber(const Code &code) {
  double greatest = 0;
  for (unsigned c = 0; c < code.size(); ++c)
    greatest = std::max(greatest, code.value(c) - code.defaultZero());
  return greatest > 0 ? greatest : code.maxMagnitude(code.defaultZero());
}

QuantizedWeight humming::quantize(const float *weights, size_t n, size_t k,
                                  const QuantizeOptions &options) {
  const Code &code = options.code;
  size_t group = options.group ? options.group : k;
  assert((!options.zero || code.kind() == Code::Kind::Unsigned) &&
         "zero points go with unsigned codes");

  QuantizedWeight result;
  result.groups = (k + group - 1) / group;
  result.codes.resize(n * k);
  result.scales.resize(n * result.groups);
  if (options.zero)
    result.zeros.resize(n * result.groups);
  double greatest = greatestNumber(code);

  for (size_t g = 0; g < n * result.groups; ++g) {
    size_t column = g % result.groups * group;
    size_t first = g / result.groups * k + column;
    size_t count = std::min(group, k - column); // The last may be short.
    const float *w = weights + first;
    double low = std::min(0.0f, *std::min_element(w, w + count));
    double high = std::max(0.0f, *std::max_element(w, w + count));
    double width = options.zero ? (high - low) / (code.size() - 1)
                                : std::max(high, -low) / greatest;
    result.scales[g] = encodeScale(options.scale, width);
    double scale = decode(options.scale, result.scales[g]);
    double zero = code.defaultZero();
    if (options.zero) {
      result.zeros[g] = code.encode(-low / scale);
      zero = result.zeros[g];
    }
    for (size_t i = 0; i < count; ++i)
      result.codes[first + i] = code.encode(w[i] / scale + zero);
  }
  return result;
}
