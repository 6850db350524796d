//===- IndexMath.h - arithmetic on indices --------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Index arithmetic that leaves out what adds or multiplies nothing.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_DIALECT_HUMMINGTILE_TRANSFORMS_INDEXMATH_H
#define HUMMING_LIB_DIALECT_HUMMINGTILE_TRANSFORMS_INDEXMATH_H

#include "mlir/Dialect/Arith/IR/Arith.h"

namespace humming::tile {

inline mlir::Value constant(mlir::OpBuilder &b, mlir::Location loc,
                            int64_t value) {
  return mlir::arith::ConstantIndexOp::create(b, loc, value);
}

/// left + right, where either may be null (zero).
inline mlir::Value add(mlir::OpBuilder &b, mlir::Location loc, mlir::Value left,
                       mlir::Value right) {
  if (!left || !right)
    return left ? left : right;
  return mlir::arith::AddIOp::create(b, loc, left, right);
}

inline mlir::Value addConstant(mlir::OpBuilder &b, mlir::Location loc,
                               mlir::Value left, int64_t right) {
  if (right == 0 && left)
    return left;
  return add(b, loc, left, constant(b, loc, right));
}

inline mlir::Value multiply(mlir::OpBuilder &b, mlir::Location loc,
                            mlir::Value value, int64_t factor) {
  return factor == 1 ? value
                     : mlir::arith::MulIOp::create(b, loc, value,
                                                   constant(b, loc, factor))
                           .getResult();
}

/// (value / divisor) % modulus.
inline mlir::Value digit(mlir::OpBuilder &b, mlir::Location loc,
                         mlir::Value value, int64_t divisor, int64_t modulus) {
  if (divisor != 1)
    value =
        mlir::arith::DivUIOp::create(b, loc, value, constant(b, loc, divisor));
  return mlir::arith::RemUIOp::create(b, loc, value, constant(b, loc, modulus));
}

} // namespace humming::tile

#endif // HUMMING_LIB_DIALECT_HUMMINGTILE_TRANSFORMS_INDEXMATH_H
