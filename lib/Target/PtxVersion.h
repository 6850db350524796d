//===- PtxVersion.h - What a module needs of PTX ----------------*- C++ -*-===//
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

#include "llvm/ADT/StringRef.h"

namespace llvm {
class Module;
} // namespace llvm

namespace humming {

/// The least that has every intrinsic which a module calls.
struct PtxNeeds {
  /// PTX ISA version, times ten; zero where any will do.
  unsigned ptxVersion = 0;
  /// Architecture, as Arch::sm; zero where any will do.
  unsigned sm = 0;
  /// The intrinsic that needs `sm`.
  llvm::StringRef intrinsic;
  /// Suffix of the target's name where one is of `sm`'s family ("f") or of `sm`
  /// alone ("a").
  llvm::StringRef suffix = "";
};

/// What the intrinsics that `module` calls need.
PtxNeeds ptxNeeds(const llvm::Module &module);

} // namespace humming

#endif // HUMMING_LIB_TARGET_PTXVERSION_H
