//===- TuningGrid.cpp - Schedules worth measuring -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the estimate thinks of, tiles of the neighbouring numbers of tokens, and
// each of these with one field changed that the estimate does not tell apart.
//
//===----------------------------------------------------------------------===//

#include "ScheduleTiles.h"
#include "humming/Dialect/Humming/Transforms/ScheduleText.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace humming;

/// Tiles about as wide as the tokens: the widest of each kind, and half of it.
static constexpr int64_t kNarrowest = 16, kWidest = 256;
static constexpr int64_t kMostSplit = 8;
/// How much less than its estimate a changed field is expected to gain: the
/// larger, the later it is measured.
static constexpr double kNoPenalty = 1.0, kStagesPenalty = 1.05,
                        kStorePenalty = 1.1;

/// What the sums of shared tiles take, about.
static constexpr double kSharingMicroseconds = 1;

namespace {
class Grid {
public:
  Grid(GemmOp gemm, const Arch &arch, const Gpu &gpu, int64_t tokens)
      : gemm(gemm), arch(arch), gpu(gpu), tokens(tokens) {}

  void addBase(const ScheduleCandidate &candidate) { add(candidate); }
  void addTiles(ArrayRef<Tile> tiles, const MmaAtom *atom, bool isWarpgroup);
  void addChanges(bool overlaps);
  SmallVector<ScheduleCandidate> take(size_t limit);

private:
  bool add(const ScheduleCandidate &candidate);
  void change(ScheduleCandidate base, const ScheduleFields &fields,
              double penalty);

  GemmOp gemm;
  const Arch &arch;
  const Gpu &gpu;
  int64_t tokens;
  llvm::DenseSet<ScheduleAttr> known;
  SmallVector<ScheduleCandidate> candidates;
};
} // namespace

/// False for what is there already or does not fit.
bool Grid::add(const ScheduleCandidate &candidate) {
  if (failed(checkSchedule(gemm, candidate.schedule, arch)) ||
      !known.insert(candidate.schedule).second)
    return false;
  candidates.push_back(candidate);
  return true;
}

void Grid::addTiles(ArrayRef<Tile> tiles, const MmaAtom *atom,
                    bool isWarpgroup) {
  int64_t widest = llvm::PowerOf2Ceil(std::min(tokens, kWidest));
  for (const Tile &tile : tiles) {
    if (tile.blockM > std::max(widest, kNarrowest) || 2 * tile.blockM < widest)
      continue;
    std::optional<FittedTile> fitted =
        fitTile(gemm, arch, tile, atom, isWarpgroup);
    for (int64_t split = 1; fitted && split <= kMostSplit; ++split)
      if (std::optional<ScheduleCandidate> candidate =
              estimate(gemm, arch, gpu, tokens, *fitted, split))
        add(*candidate);
  }
}

void Grid::change(ScheduleCandidate base, const ScheduleFields &fields,
                  double penalty) {
  base.schedule =
      fields.apply(base.schedule, [&] { return gemm.emitOpError(); });
  base.microseconds *= penalty;
  if (base.schedule)
    add(base);
}

void Grid::addChanges(bool overlaps) {
  for (const ScheduleCandidate &base : llvm::to_vector(candidates)) {
    ScheduleAttr schedule = base.schedule;
    ScheduleFields fields;
    fields.copy = CopyKind::Tma;
    change(base, fields, kNoPenalty);

    // One block on each multiprocessor, or as many as there is place for, share
    // the tiles evenly.
    if (schedule.getSplitK() != 1 || schedule.getBlocks())
      continue;
    for (int64_t share : {int64_t(1), base.resident}) {
      fields = {};
      fields.blocks = gpu.multiprocessors * share;
      ScheduleCandidate even = base;
      even.blocks = *fields.blocks;
      even.share = share;
      even.microseconds *=
          double(base.blocks) / (base.share * gpu.multiprocessors);
      even.microseconds += kSharingMicroseconds;
      change(even, fields, kNoPenalty);
    }
  }
  for (const ScheduleCandidate &base : llvm::to_vector(candidates))
    for (int64_t tiles : {8, 16}) {
      ScheduleFields fields;
      fields.prefetch = tiles;
      if (overlaps)
        change(base, fields, kNoPenalty);
    }
  for (const ScheduleCandidate &base : llvm::to_vector(candidates)) {
    ScheduleAttr schedule = base.schedule;
    int64_t stages = schedule.getStages(), blockK = schedule.getBlockK();
    for (int64_t other : {stages - 1, stages + 1, stages + 2}) {
      ScheduleFields fields;
      fields.stages = other;
      change(base, fields, kStagesPenalty);
    }
    // Longer and shorter stages of as many bytes in all.
    for (auto [k, count] : {std::pair(2 * blockK, stages / 2 + 1),
                            std::pair(blockK / 2, 2 * stages - 1)}) {
      ScheduleFields fields;
      fields.block = {schedule.getBlockN(), schedule.getBlockM(), k};
      fields.stages = count;
      change(base, fields, kStagesPenalty);
    }
    ScheduleFields fields;
    fields.store = schedule.getStore() == StoreKind::Direct ? StoreKind::Shared
                                                            : StoreKind::Direct;
    change(base, fields, kStorePenalty);
  }
}

SmallVector<ScheduleCandidate> Grid::take(size_t limit) {
  llvm::stable_sort(candidates,
                    [](const ScheduleCandidate &a, const ScheduleCandidate &b) {
                      return a.microseconds < b.microseconds;
                    });
  candidates.truncate(std::min(candidates.size(), limit));
  return std::move(candidates);
}

SmallVector<ScheduleCandidate>
humming::tuningGrid(GemmOp gemm, const Arch &arch, const Gpu &gpu,
                    int64_t tokens, size_t limit, bool overlaps) {
  // What does not fit is left out without a word.
  ScopedDiagnosticHandler silence(gemm.getContext(),
                                  [](Diagnostic &) { return success(); });
  Grid grid(gemm, arch, gpu, tokensOf(gemm, tokens));
  for (const ScheduleCandidate &candidate :
       scheduleCandidates(gemm, arch, gpu, tokens))
    grid.addBase(candidate);
  grid.addTiles(warpTiles(), selectAtom(gemm, arch), /*isWarpgroup=*/false);
  if (const MmaAtom *atom = selectWarpgroupAtom(gemm, arch))
    grid.addTiles(warpgroupTiles(), atom, /*isWarpgroup=*/true);
  grid.addChanges(overlaps);
  return grid.take(limit);
}
