//===- InitAll.h - Register everything --------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every dialect, pass and named pipeline, for programs that take any IR.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_INITALL_H
#define HUMMING_INITALL_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace humming {

/// Adds every dialect that any form of a kernel holds, with the interfaces and
/// translations that the pipelines need.
void registerAllDialects(mlir::DialectRegistry &registry);

/// Registers every pass and named pipeline with MLIR's global pass registry.
/// Idempotent.
void registerAllPasses();

} // namespace humming

#endif // HUMMING_INITALL_H
