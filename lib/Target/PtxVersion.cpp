//===- PtxVersion.cpp - The PTX version that a module needs ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Matrix instructions state their version in MmaAtoms.td; the few other
// instructions that came later than the oldest target are listed here.
//
//===----------------------------------------------------------------------===//

#include "PtxVersion.h"
#include "humming/Target/Arch.h"
#include "humming/Target/MmaAtom.h"
#include "llvm/IR/Module.h"
#include <algorithm>

using namespace humming;

namespace {
struct IntrinsicVersion {
  llvm::StringLiteral prefix;
  unsigned ptxVersion;
};
} // namespace

/// PTX ISA, "PTX ISA Notes" of each instruction.
static constexpr IntrinsicVersion kIntrinsicVersions[] = {
    {"llvm.nvvm.ldmatrix.", 65},
    {"llvm.nvvm.cp.async.", 70},
};

static unsigned versionOf(llvm::StringRef intrinsic) {
  if (const MmaAtom *atom = lookupMmaAtomByIntrinsic(intrinsic))
    return atom->minPtx;
  for (const IntrinsicVersion &row : kIntrinsicVersions)
    if (intrinsic.starts_with(row.prefix))
      return row.ptxVersion;
  return 0;
}

unsigned humming::lowestPtxVersion(const llvm::Module &module,
                                   const Arch &arch) {
  unsigned version = arch.ptxVersion;
  for (const llvm::Function &function : module)
    if (function.isIntrinsic() && !function.use_empty())
      version = std::max(version, versionOf(function.getName()));
  return version;
}
