//===- ExactData.h - Data whose sums are exact ------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Shares the bits of an accumulator out among weights, activations, scales and
// the number of summands. docs/Numerics.md has the argument.
//
//===----------------------------------------------------------------------===//

#ifndef LIB_REFERENCE_EXACTDATA_H
#define LIB_REFERENCE_EXACTDATA_H

#include "humming/Dialect/Humming/IR/Humming.h"

namespace humming::reference {

/// How large and how many the numbers of exact data may be.
struct ExactData {
  int weightBits;     ///< of (value - zero) / quantum
  double quantum;     ///< a power of two that divides every value - zero
  bool hasHalfZeros;  ///< zero points that are numbers may lie between codes
  int activationBits; ///< magnitudes of floats are below 2^activationBits
  /// Scales are 2^0 .. 2^-bits: of weights, of activations, of the product.
  int scaleBits, inputScaleBits, globalScaleBits;
  /// Activations of a row that are not zero: all K, or so few that their sum
  /// fits.
  int64_t nonzeros;
  /// False where one product fills the accumulator: added operands are zero.
  bool addsOperands;

  explicit ExactData(GemmOp gemm);

  /// True when position `k` of row `row` may hold more than zero. A row has one
  /// such position in each of `nonzeros` equal parts of 0 .. length-1, of
  /// another place in it for each row.
  bool isNonzero(int64_t row, int64_t k, int64_t length) const;
};

} // namespace humming::reference

#endif // LIB_REFERENCE_EXACTDATA_H
