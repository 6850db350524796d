//===- Operands.h - The operands of a gemm as numbers -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What codes stand for beside an operand type, and all operands of a gemm as
// doubles, in the order in which they are summed.
//
//===----------------------------------------------------------------------===//

#ifndef LIB_REFERENCE_OPERANDS_H
#define LIB_REFERENCE_OPERANDS_H

#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/Numerics/Float.h"

#include <vector>

namespace humming::reference {

/// The numbers of a code in operands of one type (docs/Numerics.md, Weights).
class WeightTable {
public:
  WeightTable(const Code &code, ScalarKind operand);

  /// value - zero, rounded where the operand type does not hold it, as with the
  /// values of tables.
  double number(unsigned code, double zero) const;
  /// number(code, zero) * scale, rounded to the operand type.
  double scaled(unsigned code, double zero, double scale) const;

private:
  ScalarKind operand;
  int exponent; ///< operands hold multiples by 2^exponent of the numbers
  std::vector<double> values;
};

/// One number for each block of a matrix; 1 without numbers.
struct Grid {
  std::vector<double> values; ///< row-major
  size_t columns = 1;
  size_t rowSize = 1, columnSize = 1; ///< of a block

  double at(size_t row, size_t column) const {
    return values.empty()
               ? 1
               : values[row / rowSize * columns + column / columnSize];
  }
};

/// The operands of a gemm; columns of activations and weights are positions of
/// the sums.
struct Operands {
  size_t m, n, k;
  bool scaleOnOperand;
  ScalarKind operandKind, accumulatorKind;
  std::vector<double> activations; ///< m x k
  std::vector<double> weights;     ///< n x k, rounded to the operand type
  Grid scales;                     ///< of weights; used where on accumulators
  Grid inputScales;                ///< of activations
  double globalScale = 1;
  unsigned numScales; ///< of the kinds that multiply accumulators
  std::vector<std::vector<double>> epilogue;
  std::vector<bool> epiloguePerToken;

  /// Reads the buffers of the function's arguments. Emits an error and fails
  /// where one does not fit its type, or holds a column that there is not.
  static mlir::FailureOr<Operands>
  read(GemmOp gemm, int64_t m, llvm::ArrayRef<std::vector<uint8_t>> arguments);
};

} // namespace humming::reference

#endif // LIB_REFERENCE_OPERANDS_H
