//===- MmaAtom.h - The table of MMA instructions ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each matrix multiply-accumulate of a warp as data: instruction, shape, types,
// architectures, and which lane holds which element in which register. The
// table is generated from MmaAtoms.td; the verifier, the schedule, the lowering
// and the emulator all read it.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_TARGET_MMAATOM_H
#define HUMMING_TARGET_MMAATOM_H

#include "humming/Numerics/Float.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <optional>

namespace humming {

/// Who holds which element of an operand. Rows and columns are each factored
/// into modes (mixed radix, most significant first); modes are numbered rows
/// first, then columns. `thread` and `reg` list the modes that make up the
/// lane number (0..31) and the register element number (0..elements per lane),
/// most significant first. Every mode is in exactly one of the two.
struct Fragment {
  llvm::ArrayRef<int64_t> rowModes;
  llvm::ArrayRef<int64_t> colModes;
  llvm::ArrayRef<int64_t> thread;
  llvm::ArrayRef<int64_t> reg;

  /// Size of mode `mode`, numbered as above.
  int64_t modeSize(int64_t mode) const;
  /// Elements that one lane holds: the product of the `reg` modes.
  int64_t regCount() const;
  /// The (row, column) of element `element` in lane `lane`.
  std::pair<int64_t, int64_t> coordinates(int64_t lane, int64_t element) const;
};

/// One product `D = A * B + C` of a warp. A is (rows x k): output channels; B
/// is written here as (tokens x k); C and D are (rows x tokens).
struct MmaAtom {
  /// Shape of its instruction, as PTX spells it: "m16n8k16". Not unique: one
  /// row per types. The shape of the atom is in the three numbers that follow;
  /// "m8n8k16" is the instruction of an atom of 16 x 8 x 32.
  llvm::StringRef name;
  int64_t rows;
  int64_t tokens;
  int64_t k;
  /// Element types of A, B and of the accumulators.
  ScalarKind a;
  ScalarKind b;
  ScalarKind acc;
  /// First architecture that has it, as Arch::sm.
  unsigned minSm;
  /// Lowest PTX ISA version that has it, times ten.
  unsigned minPtx;
  /// Suffix of the target's name in PTX for it: "f" where only the family of
  /// minSm has it (sm_120, sm_121), "a" where only minSm has it, else empty.
  llvm::StringRef suffix;
  /// LLVM's intrinsic: takes the words of A, of B, then the accumulators, then
  /// the scales of A and of B, where there are any: a word, a byte number and a
  /// lane number each.
  llvm::StringRef intrinsic;
  Fragment fragA;
  Fragment fragB;
  Fragment fragC;
  /// The atom is issued as issueRows x issueK instructions, which share out its
  /// registers in order: those of A by k, then by rows; those of B by k; those
  /// of C by rows. So the first ones are the instruction's own fragments.
  int64_t issueRows;
  int64_t issueK;
  /// Block scaling, `D = (A * SA) * (B * SB) + C`: how many neighbouring k
  /// share a scale, and the scales' type. Zero and nothing where an instruction
  /// takes no scales. One used without scales multiplies by one.
  ///
  /// Of k / scaleGroup scales a row (a token), lowest k in the lowest byte of a
  /// word, those of row r are taken from lane 4 * (r % 8) + r / 8, those of
  /// token t from lane 4 * t (byte and lane numbers 0).
  int64_t scaleGroup;
  std::optional<ScalarKind> scale;
};

/// The first atom of that shape and those types, or null when there is none.
const MmaAtom *lookupMmaAtom(llvm::StringRef name, ScalarKind a, ScalarKind b,
                             ScalarKind acc);

/// The same among those that scale blocks by scales of type `scale`.
const MmaAtom *lookupMmaAtom(llvm::StringRef name, ScalarKind a, ScalarKind b,
                             ScalarKind acc, ScalarKind scale);

/// The atom that LLVM's intrinsic `intrinsic` stands for, or null.
const MmaAtom *lookupMmaAtomByIntrinsic(llvm::StringRef intrinsic);

/// Every atom of a warp, in the order of MmaAtoms.td.
llvm::ArrayRef<MmaAtom> allMmaAtoms();

/// Atoms of a warpgroup: each of its four warps has the fragments of one. B is
/// in shared memory, any number of atoms side by side along the tokens.
/// `intrinsic` is the PTX instruction with {n} for the number of tokens, a
/// blank, and what follows the operands.
llvm::ArrayRef<MmaAtom> allWarpgroupAtoms();

/// The warpgroup's atom of that name ("m64k16") and those types, or null.
const MmaAtom *lookupWarpgroupAtom(llvm::StringRef name, ScalarKind operand,
                                   ScalarKind acc);

} // namespace humming

#endif // HUMMING_TARGET_MMAATOM_H
