//===- FuseShiftAdd.h - A shift and a sum in one instruction ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A peephole on LLVM IR, after all others.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_TARGET_FUSESHIFTADD_H
#define HUMMING_LIB_TARGET_FUSESHIFTADD_H

namespace llvm {
class Module;
} // namespace llvm

namespace humming {

/// Masks before it shifts in `((x << C1) & C2) + C3` on i32: ptxas makes one
/// instruction of a shift and the sum behind it, and LLVM's optimizer moves the
/// mask between them.
void fuseShiftAdd(llvm::Module &module);

} // namespace humming

#endif // HUMMING_LIB_TARGET_FUSESHIFTADD_H
