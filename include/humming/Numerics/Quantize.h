//===- Quantize.h - From float weights to codes and back --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Round-to-nearest quantization of an N x K weight per group along K, and the
// bit-packed rows in which codes lie in memory.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_NUMERICS_QUANTIZE_H
#define HUMMING_NUMERICS_QUANTIZE_H

#include "humming/Numerics/Code.h"
#include "humming/Numerics/Float.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace humming {

/// Bytes of a row of `count` codes of `bits` bits: rows fill whole bytes.
inline size_t rowBytes(size_t count, unsigned bits) {
  return (count * bits + 7) / 8;
}

/// Codes, one a byte, to bit-packed rows: code i of a row is at its bits
/// [i * bits, (i + 1) * bits), little-endian. `codes` has rows * columns
/// entries, each below 2^bits. Bits that fill up a row are zero.
std::vector<uint8_t> packRows(const uint8_t *codes, size_t rows, size_t columns,
                              unsigned bits);

/// The inverse of packRows: one code a byte from rows * rowBytes bytes.
std::vector<uint8_t> unpackRows(const uint8_t *bytes, size_t rows,
                                size_t columns, unsigned bits);

/// What to quantize to.
struct QuantizeOptions {
  Code code = Code::unsignedInteger(4);
  /// Of floating point.
  ScalarKind scale = ScalarKind::F16;
  /// Values of k that share a scale; the last group may have fewer. 0: all.
  size_t group = 0;
  /// Zero points of the weights' code; for unsigned codes only.
  bool zero = false;
};

/// A quantized N x K weight: W[n, k] is about
/// (code.value(codes[n, k]) - zero) * scale[n, k / group], where the zero point
/// is zeros[n, k / group], or code.defaultZero() when there are none.
struct QuantizedWeight {
  size_t groups = 0;            ///< columns of scales and zeros
  std::vector<uint8_t> codes;   ///< N x K, one a byte
  std::vector<uint32_t> scales; ///< N x groups, bit patterns of the scale type
  std::vector<uint8_t> zeros;   ///< N x groups, or empty
};

/// Rounds each weight to the nearest code of its group (docs/Numerics.md):
///  - without zero points the scale is max |w| over the group divided by the
///    greatest positive number a code stands for;
///  - with zero points it is the width of [min(w, 0), max(w, 0)] divided by
///    2^bits - 1, and the zero point is the code nearest to -min / scale.
/// The scale is rounded to its type first and codes are nearest to it as
/// rounded. A group whose scale would round to zero gets scale 1 and so codes
/// of zero. `weights` has n * k finite values.
QuantizedWeight quantize(const float *weights, size_t n, size_t k,
                         const QuantizeOptions &options);

} // namespace humming

#endif // HUMMING_NUMERICS_QUANTIZE_H
