//===- Warpgroup.h - Inline PTX of warpgroups -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the handlers of products and of waits for them have in common.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_EMULATOR_WARPGROUP_H
#define HUMMING_LIB_EMULATOR_WARPGROUP_H

#include "Decoder.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

namespace humming::emulator {

/// The constraints of inline PTX that writes `written` registers of letter
/// `sum`; `inputs`, a letter each, and the first `updated` of those are read.
std::string constraintsOf(char sum, unsigned written, llvm::StringRef inputs,
                          unsigned updated);

/// Defines the result of inline PTX, a structure or one register, if any.
mlir::FailureOr<llvm::ArrayRef<Plane>> defineResult(Decoder &decoder,
                                                    mlir::LLVM::InlineAsmOp op);

/// wgmma.wait_group.sync.aligned; `text` is what follows this in `op`.
mlir::LogicalResult decodeWarpgroupWait(Decoder &decoder,
                                        mlir::LLVM::InlineAsmOp op,
                                        llvm::StringRef text);

/// st.async with an mbarrier; `text` is what follows this in `op`.
mlir::LogicalResult decodeStoreAsync(Decoder &decoder,
                                     mlir::LLVM::InlineAsmOp op,
                                     llvm::StringRef text);

/// griddepcontrol.wait.
mlir::LogicalResult decodeAwait(Decoder &decoder, mlir::LLVM::InlineAsmOp op);

} // namespace humming::emulator

#endif // HUMMING_LIB_EMULATOR_WARPGROUP_H
