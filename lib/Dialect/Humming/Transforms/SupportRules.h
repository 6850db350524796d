//===- SupportRules.h - Parts of the support table --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What Support.cpp and SupportRules.cpp share.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_DIALECT_HUMMING_TRANSFORMS_SUPPORTRULES_H
#define HUMMING_LIB_DIALECT_HUMMING_TRANSFORMS_SUPPORTRULES_H

#include "humming/Dialect/Humming/Transforms/Support.h"

namespace humming::support {

/// The type as IR spells it.
std::string text(mlir::Type type);

/// "f16, bf16 or f32".
std::string listOf(llvm::ArrayRef<std::string> names);
std::string listOf(mlir::MLIRContext *context,
                   llvm::ArrayRef<ScalarKind> kinds);

/// The least positive value, subnormals included.
double leastPositive(ScalarKind kind);

/// The shortest k of an atom for these types on `arch`; 0 when there is none.
int64_t leastDepth(const GemmTypes &types, const Arch &arch);

/// The exponent of the recipe; see tile::dequantExponent.
std::optional<int> exponentOf(const GemmTypes &types);

// Reasons to refuse, or nothing. The activations and the code go together, and
// an atom of `arch` multiplies them.

/// Types of scales, and what the place where they act holds.
std::optional<std::string> refuseScales(const GemmTypes &types);
/// Sizes of groups.
std::optional<std::string> refuseGroups(const GemmTypes &types,
                                        const Arch &arch);
/// Sums that the accumulators cannot hold.
std::optional<std::string> refuseSums(const GemmTypes &types);

} // namespace humming::support

#endif // HUMMING_LIB_DIALECT_HUMMING_TRANSFORMS_SUPPORTRULES_H
