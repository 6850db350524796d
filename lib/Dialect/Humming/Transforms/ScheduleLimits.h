//===- ScheduleLimits.h - What every schedule keeps to ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Shared by the choice of a schedule and by its check.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_DIALECT_HUMMING_TRANSFORMS_SCHEDULELIMITS_H
#define HUMMING_LIB_DIALECT_HUMMING_TRANSFORMS_SCHEDULELIMITS_H

#include "humming/Dialect/Humming/Transforms/Support.h"
#include "humming/Dialect/HummingTile/IR/PackedLayout.h"

namespace humming {

/// A synchronous copy needs one buffer to fill and one to read.
inline constexpr int64_t kSyncStages = 2;
/// Warpgroups multiply one buffer while another is made ready and one filled.
inline constexpr int64_t kWarpgroupStages = 3;
/// They go through k two tiles a turn, and through lines of activations.
using tile::kTilesPerTurn;
inline constexpr int64_t kLineBits = 128 * 8;
/// Rows that bulk copies read and write are whole runs.
inline constexpr int64_t kRunBits = 16 * 8;
/// The most threads that a block gets for copy = tma: a warpgroup.
inline constexpr int64_t kThreadsOfCopies = 128;
/// CUDA C++ Programming Guide, Technical Specifications per Compute Capability.
inline constexpr int64_t kMaxThreads = 1024;

/// K rounded up to whole packed tiles.
inline int64_t paddedN(GemmOp gemm) { return tile::paddedRows(gemm.getN()); }
inline int64_t paddedK(GemmOp gemm) { return tile::paddedCols(gemm.getK()); }

/// True when a stage of `blockK` holds whole groups of `size`, or lies in one.
inline bool fitsGroups(int64_t blockK, int64_t groups, int64_t size) {
  return groups == 1 || size % blockK == 0 || blockK % size == 0;
}

/// True when products of a whole stage of `blockK` are scaled alike: no groups
/// scale accumulators, or each is a number of stages.
inline bool scalesWholeStages(GemmOp gemm, int64_t blockK) {
  GemmTypes types = typesOf(gemm);
  return !hasAccumulatorGroups(types) || accumulatorGroup(types) % blockK == 0;
}

/// The atom of a warpgroup that the schedule names, or null.
const MmaAtom *warpgroupAtom(GemmOp gemm, ScheduleAttr schedule);

/// True when rows of activations in a stage of `blockK` are whole lines.
inline bool fillsLines(GemmOp gemm, int64_t blockK) {
  return blockK * gemm.getA().getType().getElementTypeBitWidth() % kLineBits ==
         0;
}

} // namespace humming

#endif // HUMMING_LIB_DIALECT_HUMMING_TRANSFORMS_SCHEDULELIMITS_H
