//===- BlockSize.h - threads of a kernel's block ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The tile form states the size of a block on each kernel.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_DIALECT_HUMMINGTILE_TRANSFORMS_BLOCKSIZE_H
#define HUMMING_LIB_DIALECT_HUMMINGTILE_TRANSFORMS_BLOCKSIZE_H

#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "humming/Dialect/HummingTile/IR/Units.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"

namespace humming::tile {

/// The threads of a block of `func`; an error where they are not known.
inline ::mlir::FailureOr<int64_t> getBlockSize(::mlir::gpu::GPUFuncOp func) {
  if (std::optional<llvm::ArrayRef<int32_t>> size = func.getKnownBlockSize())
    return size->front();
  return func.emitOpError("expected known_block_size on a kernel in tile form");
}

/// How many sets of warps `func` is for, each of a block's size; one where
/// there is no warp_sets.
inline int64_t countSets(::mlir::gpu::GPUFuncOp func) {
  int64_t sets = 1;
  func.walk([&](WarpSetsOp op) { sets = op.getCount(); });
  return sets;
}

} // namespace humming::tile

#endif // HUMMING_LIB_DIALECT_HUMMINGTILE_TRANSFORMS_BLOCKSIZE_H
