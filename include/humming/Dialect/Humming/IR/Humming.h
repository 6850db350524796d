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

#define GET_TYPEDEF_CLASSES
#include "humming/Dialect/Humming/IR/HummingTypes.h.inc"

#define GET_ATTRDEF_CLASSES
#include "humming/Dialect/Humming/IR/HummingAttrs.h.inc"

#define GET_OP_CLASSES
#include "humming/Dialect/Humming/IR/HummingOps.h.inc"

#endif // HUMMING_DIALECT_HUMMING_IR_HUMMING_H
