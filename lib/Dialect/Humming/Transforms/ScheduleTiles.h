//===- ScheduleTiles.h - Block tiles to choose from -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The tiles that schedules are made of, and how a tile becomes one that fits a
// gemm on a target.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_DIALECT_HUMMING_TRANSFORMS_SCHEDULETILES_H
#define HUMMING_LIB_DIALECT_HUMMING_TRANSFORMS_SCHEDULETILES_H

#include "humming/Dialect/Humming/Transforms/Schedules.h"
#include <limits>
#include <optional>

namespace humming {

/// A block tile and the warps that share it, for gemms of at most `tokens`
/// rows.
struct Tile {
  int64_t tokens;
  int64_t blockN, blockM, blockK;
  int64_t warpsN, warpsM;
  int64_t stages; ///< buffers of a pipeline that hide its latency
  /// Blocks that keep a multiprocessor busy; it holds no more at once where
  /// tiles are large.
  int64_t resident;
  /// Time of a busy multiprocessor for one 4-bit weight and all `blockM`
  /// tokens, in percent of reading it from memory.
  int64_t cost;

  int64_t accumulators() const {
    return blockN * blockM / (32 * warpsN * warpsM);
  }
};

/// Of a tile for any number of tokens.
inline constexpr int64_t kUnlimited = std::numeric_limits<int64_t>::max();

/// What a kernel for any number of tokens is chosen for.
inline constexpr int64_t kManyTokens = 4096;
/// The most blocks that share a reduction by choice.
inline constexpr int64_t kMaxSplit = 8;

/// Tiles that one kind of kernel takes, in rising order of tokens; of one
/// bucket a tile of the narrowest n is there.
struct TileKind {
  llvm::ArrayRef<Tile> tiles;
  /// To be measured, not chosen: their costs are guesses.
  llvm::ArrayRef<Tile> others;
  const MmaAtom *atom;
  CopyKind copy;
  bool isWarpgroup;
};

/// The kinds that multiply `gemm` on `arch`: products of warps are first and
/// always there; those of warpgroups, and these beside a warp that copies.
llvm::SmallVector<TileKind> tileKinds(GemmOp gemm, const Arch &arch);

/// A tile as a gemm has it: the longest k and the most stages that fit.
struct FittedTile {
  const Tile *tile;
  TileKind kind;
  int64_t blockK, stages;

  /// Results of warpgroups go through shared memory.
  ScheduleAttr schedule(GemmOp gemm, int64_t splitK) const;
};

/// Shrinks `tile` to the shared memory of the target: fewer stages first, then
/// shorter ones. Nothing when it does not fit at all, or takes more registers
/// than there are; to be measured, than there may be.
std::optional<FittedTile> fitTile(GemmOp gemm, const Arch &arch,
                                  const Tile &tile, const TileKind &kind,
                                  bool isToBeMeasured = false);

/// The tokens that a kernel for at most `tokens` of `gemm` is chosen for; 0 as
/// in scheduleCandidates.
int64_t tokensOf(GemmOp gemm, int64_t tokens);

/// What `fitted` takes with `splitK` slices of k, for `tokens` rows on `gpu`,
/// its time in microseconds. Nothing when there is no point in the split.
std::optional<ScheduleCandidate> estimate(GemmOp gemm, const Gpu &gpu,
                                          int64_t tokens, FittedTile fitted,
                                          int64_t splitK);

/// `inMemory`, slices of k that add their sums in memory, with the slices of a
/// tile in a cluster instead. Nothing where there are none, or where clusters
/// would wait for places.
std::optional<ScheduleCandidate>
sumInCluster(GemmOp gemm, const Gpu &gpu, const ScheduleCandidate &inMemory);

/// `whole`, a block for each tile, with `share` blocks on each multiprocessor
/// of `gpu` that share all tiles evenly instead. Nothing where they would have
/// too little of k to work on.
std::optional<ScheduleCandidate> shareTiles(GemmOp gemm, const Gpu &gpu,
                                            const ScheduleCandidate &whole,
                                            int64_t share);

/// `whole`, a block for each tile, with the fewest blocks that take as many
/// rounds of whole tiles on `gpu`, one on each multiprocessor: no tile is cut.
/// Nothing where there is place for more, where one round does, or where tiles
/// and rounds do not divide.
std::optional<ScheduleCandidate> goRound(const Gpu &gpu,
                                         const ScheduleCandidate &whole);

} // namespace humming

#endif // HUMMING_LIB_DIALECT_HUMMING_TRANSFORMS_SCHEDULETILES_H
