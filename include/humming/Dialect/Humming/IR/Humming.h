//===- Humming.h - The problem dialect --------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Dialect, types, attributes and operations of `humming`: what a quantized
// matrix multiplication computes. See docs/Dialects/Humming.md.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_DIALECT_HUMMING_IR_HUMMING_H
#define HUMMING_DIALECT_HUMMING_IR_HUMMING_H

#include "humming/Numerics/Code.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "humming/Dialect/Humming/IR/HummingDialect.h.inc"
#include "humming/Dialect/Humming/IR/HummingEnums.h.inc"

namespace humming {
/// True when the matrix instruction takes the scales of both operands: e2m1
/// activations, and for each operand an f8E8M0FNU for 32 or an f8E4M3FN for 16
/// values of k (PTX ISA, "Block Scaling for mma.sync"; it has no sign).
bool scalesBlocks(::mlir::Type activation, ::mlir::Type scale, int64_t group,
                  ::mlir::Type inputScale, int64_t inputGroup);
} // namespace humming

#define GET_TYPEDEF_CLASSES
#include "humming/Dialect/Humming/IR/HummingTypes.h.inc"

#define GET_ATTRDEF_CLASSES
#include "humming/Dialect/Humming/IR/HummingAttrs.h.inc"

#define GET_OP_CLASSES
#include "humming/Dialect/Humming/IR/HummingOps.h.inc"

#endif // HUMMING_DIALECT_HUMMING_IR_HUMMING_H
