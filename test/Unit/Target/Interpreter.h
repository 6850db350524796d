//===- Interpreter.h - Values of arith and vector IR ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs the straight-line arith and vector ops that dequantization expands to,
// on bits, with one rounding for each floating operation. It knows nothing of
// recipes: floating values go through Numerics.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_TEST_UNIT_TARGET_INTERPRETER_H
#define HUMMING_TEST_UNIT_TARGET_INTERPRETER_H

#include "mlir/IR/Operation.h"
#include "llvm/ADT/DenseMap.h"
#include <cstdint>
#include <vector>

/// Elements of a scalar (one) or a vector, as bits.
using Bits = std::vector<uint32_t>;

class Interpreter {
public:
  /// Runs `block` with the given arguments; its terminator's operands come
  /// back. Fails the running test at an op it does not know.
  std::vector<Bits> run(mlir::Block &block, llvm::ArrayRef<Bits> arguments);

private:
  bool step(mlir::Operation &op);
  void elementwise(mlir::Operation &op);
  const Bits &operand(mlir::Operation &op, unsigned index) {
    return values[op.getOperand(index)];
  }

  llvm::DenseMap<mlir::Value, Bits> values;
};

#endif // HUMMING_TEST_UNIT_TARGET_INTERPRETER_H
