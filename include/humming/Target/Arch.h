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
  /// `cp.async`: 16-byte copies from global to shared memory in the background.
  bool hasCpAsync;
  /// `griddepcontrol`: a kernel may start while the one before it runs, and
  /// ask for memory meanwhile.
  bool hasDependentLaunch;
  /// Blocks of a cluster, which reach each other's shared memory.
  bool hasClusters;
  /// `stmatrix`: matrices of a warp to shared memory.
  bool hasStMatrix;
};

/// What one GPU has: for choosing how far to split work, not for correctness.
struct Gpu {
  /// The words by which its driver's name for it is known: "H100 PCIe".
  llvm::StringRef name;
  /// Its architecture, as in Arch.
  unsigned sm;
  unsigned multiprocessors;
  unsigned megahertz; ///< boost clock of the multiprocessors
  unsigned gigabytes; ///< of memory a second, 10^9 bytes each
  /// Dense f16 multiply-adds, with sums in f32, that a multiprocessor does in a
  /// cycle.
  unsigned fmas;
};

/// The architecture named `name`, or null when it is unknown.
const Arch *lookupArch(llvm::StringRef name);

/// Every architecture, in rising order of `sm`.
llvm::ArrayRef<Arch> allArchs();

/// Every GPU of the table; of an architecture the typical one first.
llvm::ArrayRef<Gpu> allGpus();

/// The GPU that a driver calls `name` ("NVIDIA H100 80GB HBM3"), by the longest
/// name of the table whose words are in it; null when there is none.
const Gpu *lookupGpu(llvm::StringRef name);

/// The GPU to choose schedules for: the one that its driver calls `name`, with
/// `multiprocessors` where they are known (0: they are not). What the table
/// does not know has the numbers of the typical GPU of `arch`, and keeps its
/// name, which must outlive the result.
Gpu gpuFor(const Arch &arch, llvm::StringRef name = "",
           unsigned multiprocessors = 0);

/// "sm_75, sm_80, ...", for diagnostics.
std::string knownArchNames();

} // namespace humming

#endif // HUMMING_TARGET_ARCH_H
