//===- PtxVersion.cpp - What a module needs of PTX ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Matrix instructions state their needs in MmaAtoms.td; the few other
// instructions that came later than the oldest target are listed here.
//
//===----------------------------------------------------------------------===//

#include "PtxVersion.h"
#include "humming/Target/MmaAtom.h"
#include "llvm/IR/Module.h"
#include <algorithm>

using namespace humming;

namespace {
struct IntrinsicNeeds {
  llvm::StringLiteral prefix;
  unsigned ptxVersion;
  unsigned sm;
  llvm::StringLiteral suffix;
};
} // namespace

/// PTX ISA, "PTX ISA Notes" and "Target ISA Notes" of each instruction.
static constexpr IntrinsicNeeds kIntrinsicNeeds[] = {
    {"llvm.nvvm.ldmatrix.", 65, 75, ""},
    {"llvm.nvvm.stmatrix.", 78, 90, ""},
    {"llvm.nvvm.cp.async.bulk.", 80, 90, ""},
    {"llvm.nvvm.cp.async.", 70, 80, ""},
    {"llvm.nvvm.wgmma.", 80, 90, "a"},
    {"llvm.nvvm.mapa.", 81, 90, ""},            // st.async; 78 without
    {"llvm.nvvm.barrier.cluster.", 80, 90, ""}, // .relaxed; 78 without
};

static PtxNeeds needsOf(llvm::StringRef intrinsic) {
  if (const MmaAtom *atom = lookupMmaAtomByIntrinsic(intrinsic))
    return {atom->minPtx, atom->minSm, intrinsic, atom->suffix};
  for (const IntrinsicNeeds &row : kIntrinsicNeeds)
    if (intrinsic.starts_with(row.prefix))
      return {row.ptxVersion, row.sm, intrinsic, row.suffix};
  return {};
}

PtxNeeds humming::ptxNeeds(const llvm::Module &module) {
  PtxNeeds needs;
  for (const llvm::Function &function : module) {
    if (!function.isIntrinsic() || function.use_empty())
      continue;
    PtxNeeds own = needsOf(function.getName());
    needs.ptxVersion = std::max(needs.ptxVersion, own.ptxVersion);
    if (!own.suffix.empty())
      needs.suffix = own.suffix;
    if (own.sm > needs.sm) {
      needs.sm = own.sm;
      needs.intrinsic = own.intrinsic;
    }
  }
  return needs;
}
