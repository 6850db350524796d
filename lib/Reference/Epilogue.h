//===- Epilogue.h - Epilogue regions on intervals ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Evaluates the region of a gemm scalar by scalar: the value by definition, and
// the interval of what correct hardware can make of an accumulator that is
// itself known to an interval.
//
//===----------------------------------------------------------------------===//

#ifndef LIB_REFERENCE_EPILOGUE_H
#define LIB_REFERENCE_EPILOGUE_H

#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/Numerics/Float.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

namespace humming::reference {

/// A scalar by definition, and the least and greatest that a correct kernel may
/// have in its place. Booleans are 0 and 1.
struct Interval {
  double value, low, high;

  static Interval exactly(double value) { return {value, value, value}; }
};

/// A decoded epilogue.
class Epilogue {
public:
  /// Emits a located error at an op that has no evaluation, or at a type that
  /// is not a scalar of Numerics.
  static mlir::FailureOr<Epilogue> decode(GemmOp gemm);

  /// The yielded scalar, rounded to the result type, from the accumulator and
  /// one value for each epilogue operand.
  Interval run(const Interval &accumulator,
               llvm::ArrayRef<double> operands) const;

private:
  enum class Opcode : uint8_t {
    Add,
    Subtract,
    Multiply,
    Divide,
    Maximum, ///< NaN when either is
    Minimum,
    MaximumNumber, ///< the other when one is NaN
    MinimumNumber,
    Negate,
    Convert, ///< only rounds
    Compare,
    Select,
    Constant
  };
  struct Step {
    Opcode opcode;
    ScalarKind kind; ///< of the result; unused by Compare
    mlir::arith::CmpFPredicate predicate = {};
    std::array<unsigned, 3> operands = {}; ///< slots
    double constant = 0;
  };

  mlir::LogicalResult decodeOp(mlir::Operation &op,
                               llvm::DenseMap<mlir::Value, unsigned> &slots);
  static Interval compute(const Step &step, const Interval &a,
                          const Interval &b);
  static Interval compare(mlir::arith::CmpFPredicate predicate,
                          const Interval &a, const Interval &b);

  /// Step i writes slot numArguments + i.
  std::vector<Step> steps;
  unsigned numArguments = 0;
  unsigned result = 0; ///< slot
  ScalarKind resultKind = ScalarKind::F32;
};

} // namespace humming::reference

#endif // LIB_REFERENCE_EPILOGUE_H
