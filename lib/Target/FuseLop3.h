//===- FuseLop3.h - Two logic operations in one instruction -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A peephole on LLVM IR, after all others.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_TARGET_FUSELOP3_H
#define HUMMING_LIB_TARGET_FUSELOP3_H

namespace llvm {
class Module;
} // namespace llvm

namespace humming {

/// Makes one `lop3.b32` of each `(x & C1) | C2` and `(x & C1) ^ C2` on i32 with
/// constants, also where other terms stand between the two. Neither LLVM's
/// backend nor ptxas does: an instruction has room for one constant, and ptxas
/// would rather use two instructions than a register.
void fuseLop3(llvm::Module &module);

} // namespace humming

#endif // HUMMING_LIB_TARGET_FUSELOP3_H
