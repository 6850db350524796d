//===- Reference.h - humming.gemm by its definition -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Evaluates a gemm on the host in f64, straight from the formula of the op, and
// derives for each element the interval that every correct kernel stays in.
// The definition and the derivation are in docs/Numerics.md.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_REFERENCE_REFERENCE_H
#define HUMMING_REFERENCE_REFERENCE_H

#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/Numerics/Float.h"
#include "mlir/IR/BuiltinOps.h"

#include <string>
#include <vector>

namespace humming::reference {

/// The only humming.gemm of `module`; otherwise an error at the module.
mlir::FailureOr<GemmOp> findGemm(mlir::ModuleOp module);

/// A row-major M x N result.
struct Evaluation {
  ScalarKind kind; ///< of the result
  int64_t m = 0, n = 0;
  std::vector<double> values; ///< by definition: rounded once, to `kind`
  std::vector<double> lows;   ///< the least a correct kernel may give
  std::vector<double> highs;  ///< the greatest

  /// `values` as a row-major buffer of `kind`.
  std::vector<uint8_t> bytes() const;
};

/// Evaluates `gemm`, whose operands are arguments of its function, for `m`
/// tokens. `arguments` holds one row-major buffer for each argument of the
/// function, codes bit-packed by rows. Emits a located error and fails when
/// a buffer has the wrong size, when `m` contradicts the type, when
/// operands are packed, or at an epilogue op that it does not know.
mlir::FailureOr<Evaluation>
evaluate(GemmOp gemm, int64_t m,
         llvm::ArrayRef<std::vector<uint8_t>> arguments);

/// How a computed result compares with the definition.
struct Comparison {
  uint64_t differentBits = 0; ///< elements that are not the same bits
  uint64_t beyondBound = 0;   ///< elements outside [low, high]
  /// The element nearest to its bound or beyond it; of several the one with the
  /// largest bound.
  int64_t row = 0, column = 0;
  double got = 0, expected = 0;
  double error = 0;    ///< |got - expected| there; infinite where one is NaN
  double bound = 0;    ///< the greatest |x - expected| of its interval
  double maxError = 0; ///< the largest error of any element
};

/// Compares `result`, a row-major buffer of `expected.kind`, element by
/// element. +0 and -0 differ; one NaN is as good as another.
Comparison compare(const Evaluation &expected, llvm::ArrayRef<uint8_t> result);

} // namespace humming::reference

#endif // HUMMING_REFERENCE_REFERENCE_H
