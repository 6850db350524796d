//===- TensorMap.h - Tensor maps of a kernel --------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How a kernel comes by the maps that the host makes for a launch.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_DIALECT_HUMMINGTILE_IR_TENSORMAP_H
#define HUMMING_DIALECT_HUMMINGTILE_IR_TENSORMAP_H

#include "mlir/Dialect/GPU/IR/GPUDialect.h"

namespace humming::tile {

/// Adds a map of `memory`, a row-major argument of the kernel with a row for
/// each token, in boxes of `rows` rows and lines of 128 bytes: the kernel's
/// last argument but the number of tokens, described in its attribute
/// TensorMapAttr::getName(). Fails, with a diagnostic, where there is no such
/// number.
::mlir::FailureOr<::mlir::Value> addTensorMap(::mlir::gpu::GPUFuncOp kernel,
                                              ::mlir::BlockArgument memory,
                                              int64_t rows);

} // namespace humming::tile

#endif // HUMMING_DIALECT_HUMMINGTILE_IR_TENSORMAP_H
