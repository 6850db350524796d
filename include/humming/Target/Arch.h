//===- Arch.h - Facts about GPU architectures -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One constant table of what each architecture has: limits and features. It
// is generated from Arch.td; no other file compares architecture numbers.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_TARGET_ARCH_H
#define HUMMING_TARGET_ARCH_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <string>

namespace humming {

/// What one GPU architecture has. The rows live in constant memory; pointers
/// to them are valid for the life of the process.
struct Arch {
  /// Name as the PTX `.target` directive spells it: "sm_80".
  llvm::StringRef name;
  /// Compute capability times ten: 80.
  unsigned sm;
  /// Lowest PTX ISA `.version` that knows this target, times ten: 63 is 6.3.
  unsigned ptxVersion;
  /// Most shared memory that one block can opt in to, in bytes.
  unsigned maxSharedPerBlock;
  /// Multiprocessors of a typical GPU of this architecture: for choosing how
  /// far to split work, not for correctness.
  unsigned smCount;
  /// `cp.async`: 16-byte copies from global to shared memory in the background.
  bool hasCpAsync;
  /// `griddepcontrol`: a kernel may start while the one before it runs, and
  /// ask for memory meanwhile.
  bool hasDependentLaunch;
};

/// The architecture named `name`, or null when it is unknown.
const Arch *lookupArch(llvm::StringRef name);

/// Every architecture, in rising order of `sm`.
llvm::ArrayRef<Arch> allArchs();

/// "sm_75, sm_80, ...", for diagnostics.
std::string knownArchNames();

} // namespace humming

#endif // HUMMING_TARGET_ARCH_H
