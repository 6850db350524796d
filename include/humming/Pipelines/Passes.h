//===- Passes.h - Checks between the stages ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The forms of the IR and the pass that checks them. Its contract is in
// Passes.td.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_PIPELINES_PASSES_H
#define HUMMING_PIPELINES_PASSES_H

#include "mlir/Pass/Pass.h"

namespace humming {

/// The named forms between the stages, in the order in which they are made
/// (docs/Architecture.md).
enum class Form : uint8_t { Problem, Tile, Thread, NVVM };

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "humming/Pipelines/Passes.h.inc"

} // namespace humming

#endif // HUMMING_PIPELINES_PASSES_H
