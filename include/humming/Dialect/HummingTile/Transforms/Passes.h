//===- Passes.h - passes on the tile dialect --------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From the tile form to the thread form. Contracts are in Passes.td.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_DIALECT_HUMMINGTILE_TRANSFORMS_PASSES_H
#define HUMMING_DIALECT_HUMMINGTILE_TRANSFORMS_PASSES_H

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Pass/Pass.h"

namespace humming::tile {

#define GEN_PASS_DECL
#include "humming/Dialect/HummingTile/Transforms/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "humming/Dialect/HummingTile/Transforms/Passes.h.inc"

} // namespace humming::tile

#endif // HUMMING_DIALECT_HUMMINGTILE_TRANSFORMS_PASSES_H
