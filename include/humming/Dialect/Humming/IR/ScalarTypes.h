//===- ScalarTypes.h - Builtin element types as scalar kinds ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The one map between MLIR's element types, with the accumulators of
// #humming.numerics, and the kinds that Numerics and the MMA table speak of.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_DIALECT_HUMMING_IR_SCALARTYPES_H
#define HUMMING_DIALECT_HUMMING_IR_SCALARTYPES_H

#include "humming/Numerics/Float.h"
#include "mlir/IR/Types.h"
#include <optional>

namespace humming {
enum class AccKind : uint32_t;

/// The kind of a builtin floating-point or signless integer type; none when
/// Numerics has no such kind.
std::optional<ScalarKind> scalarKind(mlir::Type type);

/// The type of that kind: the inverse of scalarKind.
mlir::Type scalarType(mlir::MLIRContext *context, ScalarKind kind);

/// The kind of accumulators that `acc` names.
ScalarKind accumulatorKind(AccKind acc);

} // namespace humming

#endif // HUMMING_DIALECT_HUMMING_IR_SCALARTYPES_H
