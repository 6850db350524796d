//===- TuningGrid.cpp - Schedules worth measuring -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the estimate thinks of, tiles of the neighbouring numbers of tokens,
// these with other copies, shared tiles and clusters; and what differs from one
// schedule in one field or two that go together.
//
//===----------------------------------------------------------------------===//

#include "ScheduleTiles.h"
#include "humming/Dialect/Humming/Transforms/ScheduleText.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>

using namespace mlir;
using namespace humming;

/// Tiles about as wide as the tokens: the widest of each kind, and half of it.
static constexpr int64_t kWidest = 256;
/// Beside so many tokens twice the channels share what a turn of the loop costs
/// besides decoding them.
static constexpr int64_t kFewTokens = 16;
static constexpr int64_t kMostSplit = 8;
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
  widest = std::max(widest, kind.tiles.front().blockM);
  for (ArrayRef<Tile> tiles : {kind.tiles, kind.others})
    for (const Tile &tile : tiles) {
      if (tile.blockM > widest || 2 * tile.blockM < widest)
        continue;
      std::optional<FittedTile> fitted =
          fitTile(gemm, arch, tile, kind,
                  /*isToBeMeasured=*/tiles.data() == kind.others.data());
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
  for (const ScheduleCandidate &base : llvm::to_vector(candidates)) {
    ScheduleAttr schedule = base.schedule;
    ScheduleFields fields;
    fields.block = {2 * schedule.getBlockN(), schedule.getBlockM(),
                    schedule.getBlockK()};
    if (schedule.getBlockM() <= kFewTokens)
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
    if (std::optional<ScheduleCandidate> rounds = goRound(gpu, base))
      add(*rounds);
  }
  // Until they are estimated, beside what they are made of.
  for (const ScheduleCandidate &base : llvm::to_vector(candidates)) {
    ScheduleFields copies, sums;
    copies.cluster = 2;
    change(base, copies);
    sums.fixup = FixupKind::Cluster;
    change(base, sums);
  }
  for (const ScheduleCandidate &base : llvm::to_vector(candidates)) {
    ScheduleFields fields;
    fields.prefetch = 2;
    if (overlaps)
      change(base, fields);
  }
  // Results leave while blocks go on.
  for (const ScheduleCandidate &base : llvm::to_vector(candidates)) {
    ScheduleFields fields;
    fields.store = StoreKind::Tma;
    if (base.schedule.getBlocks())
      change(base, fields);
  }
}

SmallVector<ScheduleCandidate> Grid::take() {
  llvm::stable_sort(candidates,
                    [](const ScheduleCandidate &a, const ScheduleCandidate &b) {
                      return a.microseconds < b.microseconds;
                    });
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
  return grid.take();
}

//===----------------------------------------------------------------------===//
// Neighbours
//===----------------------------------------------------------------------===//

namespace {
/// What differs little from one schedule, each different and fit.
class Neighbours {
public:
  Neighbours(GemmOp gemm, const Arch &arch, ScheduleAttr centre)
      : gemm(gemm), arch(arch), centre(centre) {
    known.insert(centre);
  }

  void addStages();
  void addClusters();
  void addCopies();
  void addBlocks(int64_t multiprocessors);
  void addTurns();
  void addTiles();
  void addPrefetches();
  SmallVector<ScheduleAttr> take() { return std::move(schedules); }

private:
  void add(const ScheduleFields &fields);

  GemmOp gemm;
  const Arch &arch;
  ScheduleAttr centre;
  llvm::DenseSet<ScheduleAttr> known;
  SmallVector<ScheduleAttr> schedules;
};
} // namespace

void Neighbours::add(const ScheduleFields &fields) {
  ScheduleAttr schedule =
      fields.apply(centre, [&] { return gemm.emitOpError(); });
  if (schedule && succeeded(checkSchedule(gemm, schedule, arch)) &&
      known.insert(schedule).second)
    schedules.push_back(schedule);
}

void Neighbours::addStages() {
  for (int64_t more : {1, -1}) {
    ScheduleFields fields;
    fields.stages = std::min(centre.getStages() + more, kMostStages);
    add(fields);
    // In the place of results.
    fields.store = StoreKind::Direct;
    if (more > 0)
      add(fields);
  }
}

/// What blocks share in a cluster: sums, and copies of activations.
void Neighbours::addClusters() {
  ScheduleFields sums;
  sums.fixup = centre.getFixup() == FixupKind::Memory ? FixupKind::Cluster
                                                      : FixupKind::Memory;
  add(sums);
  for (int64_t cluster : {2 * centre.getCluster(), centre.getCluster() / 2}) {
    ScheduleFields copies;
    copies.cluster = cluster;
    if (cluster)
      add(copies);
  }
}

/// Longer and shorter stages of about as many bytes in all, and other ways to
/// shared memory and from it.
void Neighbours::addCopies() {
  int64_t stages = centre.getStages(), blockK = centre.getBlockK();
  for (auto [k, count] : {std::pair(2 * blockK, stages / 2 + 1),
                          std::pair(blockK / 2, 2 * stages - 1)}) {
    ScheduleFields fields;
    fields.block = {centre.getBlockN(), centre.getBlockM(), k};
    fields.stages = std::min(count, kMostStages);
    add(fields);
  }
  for (StoreKind kind :
       {StoreKind::Direct, StoreKind::Shared, StoreKind::Tma}) {
    ScheduleFields store;
    store.store = kind;
    add(store);
  }
  ScheduleFields copy;
  copy.copy =
      centre.getCopy() == CopyKind::Tma ? CopyKind::CpAsync : CopyKind::Tma;
  copy.cluster = 1;
  if (centre.getStore() == StoreKind::Tma)
    copy.store = StoreKind::Shared;
  add(copy);
}

/// Other numbers of blocks: slices of k, or blocks that share all tiles.
void Neighbours::addBlocks(int64_t multiprocessors) {
  int64_t splitK = centre.getSplitK();
  for (int64_t slices : {splitK + 1, splitK - 1, 2 * splitK, splitK / 2}) {
    ScheduleFields fields;
    fields.splitK = slices;
    fields.blocks = 0;
    if (slices == 1)
      fields.fixup = FixupKind::Memory;
    if (slices)
      add(fields);
  }
  int64_t share = centre.getBlocks() / multiprocessors;
  for (int64_t other : {share + 1, share - 1}) {
    ScheduleFields fields;
    fields.blocks = other * multiprocessors;
    fields.splitK = 1;
    fields.fixup = FixupKind::Memory;
    if (other >= 0)
      add(fields);
  }
}

/// Two sets of half the warps for tiles of half the size, or the other way.
void Neighbours::addTurns() {
  int64_t n = centre.getBlockN(), m = centre.getBlockM(),
          k = centre.getBlockK();
  bool hasSets = centre.getTurns() > 1;
  using Block = std::array<int64_t, 3>;
  for (Block block : {hasSets ? Block{2 * n, m, k} : Block{n / 2, m, k},
                      hasSets ? Block{n, 2 * m, k} : Block{n, m / 2, k}}) {
    ScheduleFields fields;
    fields.block = block;
    fields.warps = {hasSets ? 2 * centre.getWarpsN() : centre.getWarpsN() / 2,
                    centre.getWarpsM()};
    fields.turns = hasSets ? 1 : 2;
    add(fields);
  }
}

/// Other tiles: with as many accumulators a lane, or warps, and tokens.
void Neighbours::addTiles() {
  int64_t n = centre.getBlockN(), m = centre.getBlockM();
  int64_t warps = centre.getWarpsN();
  for (auto [blockN, blockM, warpsN] :
       {std::tuple(2 * n, m, 2 * warps), std::tuple(n / 2, m, warps / 2),
        std::tuple(n, 2 * m, warps), std::tuple(n, m / 2, warps),
        std::tuple(2 * n, m, warps), std::tuple(2 * n, m / 2, 2 * warps),
        std::tuple(n / 2, 2 * m, warps / 2), std::tuple(n, m, 2 * warps),
        std::tuple(n, 3 * m / 4, warps)}) {
    ScheduleFields fields;
    fields.block = {blockN, blockM, centre.getBlockK()};
    fields.warps = {warpsN, centre.getWarpsM()};
    add(fields);
  }
}

void Neighbours::addPrefetches() {
  for (int64_t tiles : {0, 2, 4, 8}) {
    ScheduleFields fields;
    fields.prefetch = tiles;
    add(fields);
  }
}

SmallVector<ScheduleAttr>
humming::tuningNeighbours(GemmOp gemm, const Arch &arch, const Gpu &gpu,
                          ScheduleAttr centre, bool overlaps) {
  ScopedDiagnosticHandler silence(gemm.getContext(),
                                  [](Diagnostic &) { return success(); });
  Neighbours neighbours(gemm, arch, centre);
  neighbours.addStages();
  neighbours.addClusters();
  neighbours.addCopies();
  neighbours.addTurns();
  if (overlaps)
    neighbours.addPrefetches();
  neighbours.addBlocks(gpu.multiprocessors);
  neighbours.addTiles();
  return neighbours.take();
}
