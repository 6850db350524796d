//===- MmaAtom.cpp - The table of MMA instructions ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Looks atoms up in the table generated from MmaAtoms.td.
//
//===----------------------------------------------------------------------===//

#include "humming/Target/MmaAtom.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

using namespace humming;

#include "humming/Target/MmaAtoms.h.inc"

int64_t Fragment::modeSize(int64_t mode) const {
  return mode < int64_t(rowModes.size()) ? rowModes[mode]
                                         : colModes[mode - rowModes.size()];
}

int64_t Fragment::regCount() const {
  int64_t count = 1;
  for (int64_t mode : reg)
    count *= modeSize(mode);
  return count;
}

std::pair<int64_t, int64_t> Fragment::coordinates(int64_t lane,
                                                  int64_t element) const {
  llvm::SmallVector<int64_t, 8> digits(rowModes.size() + colModes.size());
  auto split = [&](llvm::ArrayRef<int64_t> modes, int64_t number) {
    for (int64_t mode : llvm::reverse(modes)) {
      digits[mode] = number % modeSize(mode);
      number /= modeSize(mode);
    }
  };
  split(thread, lane);
  split(reg, element);

  int64_t row = 0, col = 0;
  for (size_t mode = 0; mode < digits.size(); ++mode) {
    int64_t &coordinate = mode < rowModes.size() ? row : col;
    coordinate = coordinate * modeSize(mode) + digits[mode];
  }
  return {row, col};
}

llvm::ArrayRef<MmaAtom> humming::allMmaAtoms() { return kMmaAtoms; }

const MmaAtom *humming::lookupMmaAtom(llvm::StringRef name, ScalarKind a,
                                      ScalarKind b, ScalarKind acc) {
  for (const MmaAtom &atom : kMmaAtoms)
    if (atom.name == name && atom.a == a && atom.b == b && atom.acc == acc)
      return &atom;
  return nullptr;
}

const MmaAtom *humming::lookupMmaAtom(llvm::StringRef name, ScalarKind a,
                                      ScalarKind b, ScalarKind acc,
                                      ScalarKind scale) {
  for (const MmaAtom &atom : kMmaAtoms)
    if (atom.name == name && atom.a == a && atom.b == b && atom.acc == acc &&
        atom.scale == scale)
      return &atom;
  return nullptr;
}

llvm::ArrayRef<MmaAtom> humming::allWarpgroupAtoms() { return kWarpgroupAtoms; }

const MmaAtom *humming::lookupWarpgroupAtom(llvm::StringRef name,
                                            ScalarKind operand,
                                            ScalarKind acc) {
  for (const MmaAtom &atom : kWarpgroupAtoms)
    if (atom.name == name && atom.a == operand && atom.acc == acc)
      return &atom;
  return nullptr;
}

const MmaAtom *humming::lookupMmaAtomByIntrinsic(llvm::StringRef intrinsic) {
  for (const MmaAtom &atom : kMmaAtoms)
    if (atom.intrinsic == intrinsic)
      return &atom;
  return nullptr;
}
