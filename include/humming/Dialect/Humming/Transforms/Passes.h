//===- Passes.h - Passes on the problem dialect -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Creation and registration of the passes in Passes.td, which states the
// contract of each.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_DIALECT_HUMMING_TRANSFORMS_PASSES_H
#define HUMMING_DIALECT_HUMMING_TRANSFORMS_PASSES_H

#include "mlir/Pass/Pass.h"

namespace humming {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "humming/Dialect/Humming/Transforms/Passes.h.inc"

} // namespace humming

#endif // HUMMING_DIALECT_HUMMING_TRANSFORMS_PASSES_H
