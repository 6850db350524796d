//===- Support.h - What lowers, as a table ----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The support matrix: which activations, codes, zero points, scales, groups and
// accumulators lower on which architecture, and for the rest why not.
// humming-check-target refuses by it and docs/Support.md is printed from it.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_DIALECT_HUMMING_TRANSFORMS_SUPPORT_H
#define HUMMING_DIALECT_HUMMING_TRANSFORMS_SUPPORT_H

#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/Target/Arch.h"
#include "humming/Target/MmaAtom.h"
#include <optional>
#include <string>
#include <vector>

namespace humming {

/// What the zero points of a gemm are.
enum class ZeroKind {
  None,  ///< no operand: the middle of the range of uB, 0 for other codes
  Code,  ///< codes of the weights' format
  Number ///< numbers of the activations' type
};

/// All that decides whether a gemm lowers, but for its epilogue: of the shape
/// only K and the groups matter, since any M and N do.
struct GemmTypes {
  mlir::Type activation;
  Code code;
  ZeroKind zero = ZeroKind::None;
  AccKind acc = AccKind::F32;
  ScaleKind place = ScaleKind::Accumulator;
  /// Element types; null without the operand.
  mlir::Type scale = {}, inputScale = {};
  int64_t k = 0;
  /// Columns of the scale, and values of k that share one; the last group may
  /// have fewer. The size means nothing where there is one group.
  int64_t groups = 1, groupSize = 0;
  int64_t inputGroups = 1, inputGroupSize = 0;
};

/// The types and groups of `gemm`.
GemmTypes typesOf(GemmOp gemm);

/// True when the matrix instruction applies the scales of groups.
bool hasBlockScales(const GemmTypes &types);

/// True when groups of k end in a kernel's accumulators: each has a sum of its
/// own, which is scaled and added to the whole.
bool hasAccumulatorGroups(const GemmTypes &types);

/// Values of k that share all their scales on accumulators: the smaller group
/// of weights and activations, K when they have one.
int64_t accumulatorGroup(const GemmTypes &types);

/// True when `atom` multiplies these activations by weights of the same type.
bool multiplies(const MmaAtom &atom, const GemmTypes &types);

/// The atom for `types` on `arch`: the longest k that every group on the
/// accumulators is a multiple of, and of those the newest. Null when there is
/// none.
const MmaAtom *selectAtom(const GemmTypes &types, const Arch &arch);

/// Why a gemm of these types does not lower on `arch` and what would, as the
/// text of a diagnostic; nothing when it lowers.
std::optional<std::string> refusal(const GemmTypes &types, const Arch &arch);

/// Activation types of the matrix, in the order of its rows.
std::vector<mlir::Type> activationTypes(mlir::MLIRContext *context);

/// Every code of the matrix: integers, minifloats, nf4, and one table of each
/// width for all of that width.
std::vector<Code> allCodes();

/// The name of a code in tables and diagnostics: "u4", "e2m1", "nf4", and
/// "lut4" for any other table of 16 values.
std::string shortName(const Code &code);

/// One cell of the matrix.
struct SupportCell {
  mlir::Type activation;
  Code code;
  ZeroKind zero;
  const Arch *least;  ///< the oldest that runs it; null where none does
  std::string reason; ///< why none does and what would; empty where one does
};

/// All cells: each activation type with each code, and each kind of zero point
/// beside unsigned codes.
std::vector<SupportCell> supportCells(mlir::MLIRContext *context);

} // namespace humming

#endif // HUMMING_DIALECT_HUMMING_TRANSFORMS_SUPPORT_H
