//===- TuningGrid.cpp - Schedules worth measuring -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the estimate thinks of, tiles of the neighbouring numbers of tokens,
// these with other copies and shared tiles, and each with one detail changed.
//
//===----------------------------------------------------------------------===//

#include "ScheduleTiles.h"
#include "humming/Dialect/Humming/Transforms/ScheduleText.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>

using namespace mlir;
using namespace humming;

/// Tiles about as wide as the tokens: the widest of each kind, and half of it.
static constexpr int64_t kNarrowest = 16, kWidest = 256;
static constexpr int64_t kMostSplit = 8;
/// Of the schedules that differ in more than a detail, those of at most so many
/// times the least estimate come before any detail.
static constexpr double kMostOfLeast = 1.5;
/// More stages hide nothing.
static constexpr int64_t kMostStages = 8;

namespace {
class Grid {
public:
  Grid(GemmOp gemm, const Arch &arch, const Gpu &gpu, int64_t tokens)
      : gemm(gemm), arch(arch), gpu(gpu), tokens(tokens) {}

  void addBase(const ScheduleCandidate &candidate) { add(candidate); }
  void addTiles(const TileKind &kind);
  void addKinds(bool overlaps);
  void addDetails();
  SmallVector<ScheduleCandidate> take();

private:
  bool add(const ScheduleCandidate &candidate);
  void change(ScheduleCandidate base, const ScheduleFields &fields);

  GemmOp gemm;
  const Arch &arch;
  const Gpu &gpu;
  int64_t tokens;
  llvm::DenseSet<ScheduleAttr> known;
  SmallVector<ScheduleCandidate> candidates;
  size_t numKinds = 0; ///< that come before details
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

void Grid::addTiles(const TileKind &kind) {
  int64_t widest = llvm::PowerOf2Ceil(std::min(tokens, kWidest));
  for (const Tile &tile : kind.tiles) {
    if (tile.blockM > std::max(widest, kNarrowest) || 2 * tile.blockM < widest)
      continue;
    std::optional<FittedTile> fitted = fitTile(gemm, arch, tile, kind);
    for (int64_t split = 1; fitted && split <= kMostSplit; ++split)
      if (std::optional<ScheduleCandidate> candidate =
              estimate(gemm, gpu, tokens, *fitted, split))
        add(*candidate);
  }
}

void Grid::change(ScheduleCandidate base, const ScheduleFields &fields) {
  base.schedule =
      fields.apply(base.schedule, [&] { return gemm.emitOpError(); });
  if (base.schedule)
    add(base);
}

/// What the estimate does not tell apart, each with all that is there.
void Grid::addKinds(bool overlaps) {
  // Beside few tokens twice the channels share what a turn of the loop costs
  // besides decoding them.
  for (const ScheduleCandidate &base : llvm::to_vector(candidates)) {
    ScheduleAttr schedule = base.schedule;
    ScheduleFields fields;
    fields.block = {2 * schedule.getBlockN(), schedule.getBlockM(),
                    schedule.getBlockK()};
    if (schedule.getBlockM() <= kNarrowest)
      change(base, fields);
  }
  for (const ScheduleCandidate &base : llvm::to_vector(candidates)) {
    ScheduleFields fields;
    fields.copy = CopyKind::Tma;
    change(base, fields);
  }
  for (const ScheduleCandidate &base : llvm::to_vector(candidates)) {
    if (base.schedule.getSplitK() != 1 || base.schedule.getBlocks())
      continue;
    // One block on each multiprocessor, or as many as there is place for, share
    // the tiles evenly.
    for (int64_t share : {int64_t(1), base.resident})
      if (std::optional<ScheduleCandidate> even =
              shareTiles(gemm, gpu, base, share))
        add(*even);
  }
  for (const ScheduleCandidate &base : llvm::to_vector(candidates))
    for (int64_t tiles : {8, 16}) {
      ScheduleFields fields;
      fields.prefetch = tiles;
      if (overlaps)
        change(base, fields);
    }
}

/// Other stages and stores, behind all of the above.
void Grid::addDetails() {
  numKinds = candidates.size();
  for (const ScheduleCandidate &base : llvm::to_vector(candidates)) {
    ScheduleAttr schedule = base.schedule;
    int64_t stages = schedule.getStages(), blockK = schedule.getBlockK();
    for (int64_t other : {stages - 1, stages + 1, stages + 2}) {
      ScheduleFields fields;
      fields.stages = std::min(other, kMostStages);
      change(base, fields);
    }
    // Longer and shorter stages of about as many bytes in all.
    for (auto [k, count] : {std::pair(2 * blockK, stages / 2 + 1),
                            std::pair(blockK / 2, 2 * stages - 1)}) {
      ScheduleFields fields;
      fields.block = {schedule.getBlockN(), schedule.getBlockM(), k};
      fields.stages = std::min(count, kMostStages);
      change(base, fields);
    }
    ScheduleFields fields;
    fields.store = schedule.getStore() == StoreKind::Direct ? StoreKind::Shared
                                                            : StoreKind::Direct;
    change(base, fields);
  }
}

SmallVector<ScheduleCandidate> Grid::take() {
  auto isFaster = [](const ScheduleCandidate &a, const ScheduleCandidate &b) {
    return a.microseconds < b.microseconds;
  };
  auto kindsEnd = candidates.begin() + numKinds;
  std::stable_sort(candidates.begin(), kindsEnd, isFaster);
  double most = kMostOfLeast * candidates.front().microseconds;
  auto slow = std::find_if(
      candidates.begin(), kindsEnd,
      [&](const ScheduleCandidate &kind) { return kind.microseconds > most; });
  std::stable_sort(slow, candidates.end(), isFaster);
  return std::move(candidates);
}

SmallVector<ScheduleCandidate>
humming::tuningGrid(GemmOp gemm, const Arch &arch, const Gpu &gpu,
                    int64_t tokens, bool overlaps) {
  // What does not fit is left out without a word.
  ScopedDiagnosticHandler silence(gemm.getContext(),
                                  [](Diagnostic &) { return success(); });
  Grid grid(gemm, arch, gpu, tokensOf(gemm, tokens));
  for (const ScheduleCandidate &candidate :
       scheduleCandidates(gemm, arch, gpu, tokens))
    grid.addBase(candidate);
  for (const TileKind &kind : tileKinds(gemm, arch))
    grid.addTiles(kind);
  grid.addKinds(overlaps);
  grid.addDetails();
  return grid.take();
}
