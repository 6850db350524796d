//===- TestData.h - Inputs for a gemm, made from a seed ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Buffers for every argument of a gemm's function, the same for the same seed
// on every machine. docs/Numerics.md says what exact data is and why.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_REFERENCE_TESTDATA_H
#define HUMMING_REFERENCE_TESTDATA_H

#include "humming/Dialect/Humming/IR/Humming.h"

#include <vector>

namespace humming::reference {

/// What the values of the buffers are like.
enum class DataKind : uint8_t {
  /// Normal activations, uniform codes and zero points, scales that make
  /// weights of about 1.
  Random,
  /// Small integers times powers of two: scaled weights are exact in the
  /// operand type and all sums of products are exact in the accumulator, in any
  /// order. Where an accumulator has too few bits for all products, most
  /// activations are zero. Holds for epilogues that only add operands and
  /// round.
  Exact
};

/// One row-major buffer for each argument of the gemm's function, codes
/// bit-packed by rows. Emits an error and fails for element types without test
/// data.
mlir::FailureOr<std::vector<std::vector<uint8_t>>>
makeData(GemmOp gemm, int64_t m, uint64_t seed, DataKind kind);

} // namespace humming::reference

#endif // HUMMING_REFERENCE_TESTDATA_H
