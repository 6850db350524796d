//===- PtxVersion.h - The PTX version that a module needs -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An older driver loads only older PTX, so kernels ask for no more than needed.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_TARGET_PTXVERSION_H
#define HUMMING_LIB_TARGET_PTXVERSION_H

namespace llvm {
class Module;
} // namespace llvm

namespace humming {
struct Arch;

/// The lowest PTX ISA version, times ten, that knows `arch` and every intrinsic
/// that `module` calls.
unsigned lowestPtxVersion(const llvm::Module &module, const Arch &arch);

} // namespace humming

#endif // HUMMING_LIB_TARGET_PTXVERSION_H
