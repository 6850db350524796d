//===- Passes.h - Conversions between dialects ------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From the problem to the tile form, and from the thread to the nvvm form.
// Contracts are in Passes.td.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_CONVERSION_PASSES_H
#define HUMMING_CONVERSION_PASSES_H

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace humming {

/// Attribute of a kernel: registers that are enough for a thread. ptxas then
/// uses fewer still where it can, and leaves room for more blocks.
constexpr llvm::StringLiteral kRegistersAttr = "humming_tile.registers";

#define GEN_PASS_DECL
#include "humming/Conversion/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "humming/Conversion/Passes.h.inc"

} // namespace humming

#endif // HUMMING_CONVERSION_PASSES_H
