//===- Schedules.cpp - Choosing schedules ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The time that each tile takes with each split of k on the multiprocessors of
// the target is estimated: the least wins. docs/performance-log.md has the
// measurements behind the numbers.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/Humming/Transforms/Schedules.h"
#include "FixedOrder.h"
#include "ScheduleLimits.h"
#include "ScheduleTiles.h"
#include "humming/Dialect/Humming/Transforms/Support.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace humming;

/// Rate of a multiprocessor with 1, 2, ... of its resident blocks, in percent.
static constexpr int64_t kRateOfOne[] = {100};
static constexpr int64_t kRateOfTwo[] = {80, 100};
static constexpr int64_t kRateOfThree[] = {74, 94, 100};
/// A split sum costs the time of reading so many bytes for its counter, and
/// 7/10 of its partial sums for them.
static constexpr int64_t kSplitBytes = 14000;
static constexpr int64_t kPartialPercent = 70;
/// Blocks that share tiles take so many microseconds to find out who is last
/// and, alone on a multiprocessor with place for more, so much longer.
static constexpr double kSharingMicroseconds = 1, kAlone = 1.25;
/// Their pieces begin in the middle of a tile, which costs this part more.
static constexpr double kPieces = 1.05;
/// In a cluster no counter is waited for, and so much is left of what partial
/// sums cost. Pairs of blocks fit wherever two do; more are placed unevenly:
/// the busiest multiprocessor has, on average, so many blocks more than its
/// share.
static constexpr int64_t kClusterPercent = 20, kEvenCluster = 2;
static constexpr double kUneven = 0.5;
/// Shares that are fixed ahead are no match for blocks that start wherever one
/// has ended, unless they save more than this part of the time.
static constexpr double kLeastSaving = 0.04;
/// Only these tiles gain by it, beside a warp that goes on to copy the next
/// piece, and where there is a tile for each block: fewer tokens wait for
/// memory, the sums of more cost too much where products take half as long.
static constexpr int64_t kSharedTokens = 128, kMostSharedTokens = 256;

/// The GPU that the numbers here and in the tables of tiles were measured on,
/// and the part of its memory's bandwidth that a plain kernel reaches.
static constexpr const char *kMeasuredGpu = "H100";
static constexpr double kReadRate = 0.92;
/// Tiles of this cost at most wait for memory; their work, by a line through
/// the costs of wider ones, is this.
static constexpr int64_t kMemoryBound = 110, kHiddenWork = 70;
/// From one kernel's start to the next one's, beside what it reads.
static constexpr double kStartMicroseconds = 3;
/// A slice of k shorter than this spends its time filling the pipeline.
static constexpr int64_t kMinTilesPerSlice = 4;

FailureOr<const Arch *> humming::findArch(Location location, StringRef name) {
  if (const Arch *arch = lookupArch(name))
    return arch;
  return emitError(location) << "unknown arch '" << name
                             << "'; expected one of " << knownArchNames();
}

ArrayRef<int64_t> humming::tokenBuckets() {
  static constexpr int64_t buckets[] = {8, 16, 32, 64, 128, 256, 1024};
  return buckets;
}

int64_t humming::tokenBucket(int64_t tokens) {
  for (int64_t most : tokenBuckets())
    if (tokens && tokens <= most)
      return most;
  return 0;
}

const MmaAtom *humming::selectAtom(GemmOp gemm, const Arch &arch) {
  return selectAtom(typesOf(gemm), arch);
}

int64_t humming::tokensOf(GemmOp gemm, int64_t tokens) {
  int64_t m = gemm.getM();
  if (tokens == 0)
    tokens = ShapedType::isDynamic(m) ? kManyTokens : m;
  return ShapedType::isDynamic(m) ? tokens : std::min(tokens, m);
}

/// Bytes that a multiprocessor of `gpu` reads from memory while one of the GPU
/// that was measured reads `bytes`, in as many cycles.
static int64_t inEqualCycles(int64_t bytes, const Gpu &gpu) {
  auto cycles = [](const Gpu &of) {
    return int64_t(of.multiprocessors) * of.megahertz;
  };
  const Gpu &measured = *lookupGpu(kMeasuredGpu);
  return bytes * gpu.gigabytes * cycles(measured) /
         (measured.gigabytes * cycles(gpu));
}

/// The cost of `tile` on `gpu`: work takes as many cycles as where it was
/// measured, and no less than the matrix units take.
static int64_t costOn(const Gpu &gpu, const Tile &tile, GemmOp gemm) {
  int64_t bits = gemm.getA().getType().getElementTypeBitWidth();
  // Reading a weight of 4 bits is 100.
  int64_t products =
      200 * tile.blockM * bits * gpu.gigabytes * 1000 /
      (16 * int64_t(gpu.fmas) * gpu.multiprocessors * gpu.megahertz);
  int64_t work = tile.cost > kMemoryBound
                     ? inEqualCycles(tile.cost, gpu)
                     : std::max(tile.cost, inEqualCycles(kHiddenWork, gpu));
  return std::max(work, products);
}

/// Blocks of `schedule` for which a multiprocessor of `gpu` has shared memory.
/// Of that 1 KB is the system's, and of each block (CUDA C++ Programming Guide,
/// "Shared Memory").
static int64_t blocksInShared(GemmOp gemm, ScheduleAttr schedule,
                              const Gpu &gpu) {
  constexpr int64_t reserved = 1024;
  const Arch *arch = llvm::find_if(
      allArchs(), [&](const Arch &of) { return of.sm == gpu.sm; });
  return (arch->maxSharedPerBlock + reserved) /
         (sharedBytes(gemm, schedule, *arch).total() + reserved);
}

/// Registers of a lane, about: accumulators, operands of a tile (of two where
/// products run beside the next one's dequantization, none where warpgroups
/// read them from shared memory), addresses.
static int64_t registersOf(const FittedTile &fitted, GemmOp gemm) {
  constexpr int64_t addresses = 40, most = 255;
  const Tile &tile = *fitted.tile;
  int64_t bits = gemm.getA().getType().getElementTypeBitWidth();
  int64_t operands = tile.blockN * fitted.blockK * bits /
                     (32 * 32 * tile.warpsN * tile.warpsM);
  int64_t sets = 1;
  if (fitted.kind.isWarpgroup)
    sets = tile::packsOperands(gemm.getCode().bits(), bits) ? 0 : 2;
  return std::min(most, tile.accumulators() + sets * operands + addresses);
}

/// Microseconds that `bytes` of each multiprocessor of `gpu` take.
static double readMicroseconds(int64_t bytes, const Gpu &gpu) {
  return bytes * double(gpu.multiprocessors) /
         (gpu.gigabytes * 1000 * kReadRate);
}

/// What partial sums of `schedule` cost in bytes of a multiprocessor.
static int64_t sumBytes(ScheduleAttr schedule, const Gpu &gpu) {
  int64_t sums = schedule.getSplitK() * schedule.getBlockN() *
                 schedule.getBlockM() * int64_t(sizeof(float));
  return schedule.getFixup() == FixupKind::Cluster
             ? sums * kClusterPercent / 100
             : sums * kPartialPercent / 100 + inEqualCycles(kSplitBytes, gpu);
}

std::optional<ScheduleCandidate> humming::estimate(GemmOp gemm, const Gpu &gpu,
                                                   int64_t tokens,
                                                   FittedTile fitted,
                                                   int64_t splitK) {
  const Tile &tile = *fitted.tile;
  bool isWarpgroup = fitted.kind.isWarpgroup;
  int64_t kTilesTotal = paddedK(gemm) / fitted.blockK;
  int64_t slice = kTilesTotal / splitK;
  fitted.stages =
      std::min(fitted.stages,
               std::max(slice, isWarpgroup ? kWarpgroupStages : kSyncStages));
  ScheduleCandidate result;
  result.schedule = fitted.schedule(gemm, splitK);
  result.registers = registersOf(fitted, gemm);
  result.resident =
      std::min(tile.resident, blocksInShared(gemm, result.schedule, gpu));
  int64_t rows = llvm::divideCeil(tokens, tile.blockM);
  result.blocks = paddedN(gemm) / tile.blockN * rows * splitK;
  // The busiest multiprocessor has the last word.
  result.share = llvm::divideCeil(result.blocks, gpu.multiprocessors);
  if (splitK > 1 &&
      (slice < kMinTilesPerSlice || result.share > result.resident))
    return std::nullopt;
  int64_t kTiles = llvm::divideCeil(kTilesTotal, splitK);
  if (isWarpgroup && (kTiles % kTilesPerTurn || kTilesTotal % kTilesPerTurn))
    return std::nullopt;
  int64_t weights = tile.blockN * fitted.blockK * kTiles;
  // Weights come from memory once, for other rows from the cache.
  int64_t centibits = std::max<int64_t>(100 * gemm.getCode().bits() / rows,
                                        4 * costOn(gpu, tile, gemm));
  int64_t busy = std::min(result.share, result.resident) - 1;
  int64_t rate = tile.resident == 1   ? kRateOfOne[busy]
                 : tile.resident == 2 ? kRateOfTwo[busy]
                                      : kRateOfThree[busy];
  int64_t bytes = result.share * (weights * centibits / 8) / rate;
  if (splitK > 1)
    bytes += sumBytes(result.schedule, gpu);
  result.microseconds = kStartMicroseconds + readMicroseconds(bytes, gpu);
  return result;
}

/// `schedule` with other ways for the blocks of a cluster to share.
static ScheduleAttr withClusters(ScheduleAttr schedule, int64_t blocks,
                                 int64_t cluster, FixupKind fixup) {
  return ScheduleAttr::get(
      schedule.getContext(), schedule.getBlockN(), schedule.getBlockM(),
      schedule.getBlockK(), schedule.getWarpsN(), schedule.getWarpsM(),
      schedule.getStages(), schedule.getMma(), schedule.getCopy(),
      schedule.getSplitK(), schedule.getStore(), blocks, schedule.getPrefetch(),
      cluster, fixup, schedule.getTurns());
}

std::optional<ScheduleCandidate>
humming::sumInCluster(GemmOp gemm, const Gpu &gpu,
                      const ScheduleCandidate &inMemory) {
  ScheduleCandidate result = inMemory;
  int64_t splitK = inMemory.schedule.getSplitK();
  if (splitK == 1)
    return std::nullopt;
  result.schedule = withClusters(inMemory.schedule, /*blocks=*/0,
                                 /*cluster=*/1, FixupKind::Cluster);
  int64_t places = blocksInShared(gemm, result.schedule, gpu);
  result.resident = std::min(inMemory.resident, places);
  if (result.share > result.resident ||
      (splitK > kEvenCluster && result.share == places))
    return std::nullopt;
  double work = inMemory.microseconds - kStartMicroseconds -
                readMicroseconds(sumBytes(inMemory.schedule, gpu), gpu);
  if (splitK > kEvenCluster)
    work *= 1 + kUneven / result.share;
  result.microseconds = kStartMicroseconds + work +
                        readMicroseconds(sumBytes(result.schedule, gpu), gpu);
  return result;
}

std::optional<ScheduleCandidate>
humming::shareTiles(GemmOp gemm, const Gpu &gpu, const ScheduleCandidate &whole,
                    int64_t share) {
  ScheduleAttr schedule = whole.schedule;
  int64_t blocks = share * gpu.multiprocessors;
  int64_t kTiles = paddedK(gemm) / schedule.getBlockK();
  if (schedule.getSplitK() > 1 ||
      whole.blocks * kTiles < kMinTilesPerSlice * blocks)
    return std::nullopt;
  ScheduleCandidate result = whole;
  result.schedule = withClusters(schedule, blocks, schedule.getCluster(),
                                 schedule.getFixup());
  result.blocks = blocks;
  result.share = share;
  // Tiles of the busiest multiprocessor, now and then.
  double busiest =
      double(share) * llvm::divideCeil(whole.blocks * kTiles, blocks) / kTiles;
  double work = kPieces * (whole.microseconds - kStartMicroseconds) * busiest /
                whole.share;
  if (share < whole.resident)
    work *= kAlone;
  // Each block has the sums of two tiles to write, and as many are read.
  double sums = 2.0 * blocks * schedule.getBlockN() * schedule.getBlockM() * 4;
  result.microseconds = kStartMicroseconds + work + kSharingMicroseconds +
                        sums * kPartialPercent / 100 / (gpu.gigabytes * 1000);
  return result;
}

std::optional<ScheduleCandidate>
humming::goRound(const Gpu &gpu, const ScheduleCandidate &whole) {
  ScheduleAttr schedule = whole.schedule;
  int64_t rounds = llvm::divideCeil(whole.blocks, gpu.multiprocessors);
  if (schedule.getSplitK() > 1 || whole.resident > 1 || rounds == 1 ||
      whole.blocks % rounds != 0)
    return std::nullopt;
  ScheduleCandidate result = whole;
  result.blocks = whole.blocks / rounds;
  result.share = 1;
  result.schedule = withClusters(schedule, result.blocks, schedule.getCluster(),
                                 schedule.getFixup());
  return result;
}

/// True when `even`, the tiles of `whole` in equal shares, is to be thought of.
static bool gainsByShares(GemmOp gemm, const ScheduleCandidate &whole,
                          const ScheduleCandidate &even) {
  int64_t blockM = whole.schedule.getBlockM();
  int64_t most = gemm.getA().getType().getElementTypeBitWidth() == 16
                     ? kMostSharedTokens
                     : kSharedTokens;
  return blockM >= kSharedTokens && blockM <= most &&
         whole.blocks >= even.blocks &&
         even.microseconds < (1 - kLeastSaving) * whole.microseconds;
}

/// `schedule` with copies of the activations that pairs of blocks share, where
/// there are pairs: of blocks that go on to other tiles that is no loss.
static ScheduleAttr copyTogether(GemmOp gemm, ScheduleAttr schedule) {
  constexpr int64_t pair = 2;
  bool arePairs = paddedN(gemm) / schedule.getBlockN() % pair == 0 &&
                  schedule.getBlocks() % pair == 0;
  return withClusters(schedule, schedule.getBlocks(), arePairs ? pair : 1,
                      schedule.getFixup());
}

SmallVector<ScheduleCandidate> humming::scheduleCandidates(GemmOp gemm,
                                                           const Arch &arch,
                                                           const Gpu &gpu,
                                                           int64_t tokens) {
  tokens = tokensOf(gemm, tokens);
  SmallVector<ScheduleCandidate> candidates;
  SmallVector<TileKind> kinds = tileKinds(gemm, arch);
  for (const TileKind &kind : kinds) {
    const Tile *found = nullptr;
    for (const Tile &tile : kind.tiles) {
      bool isBeyond = found && tile.tokens != found->tokens;
      if (tile.tokens < tokens || isBeyond || paddedN(gemm) % tile.blockN)
        continue;
      std::optional<FittedTile> fitted = fitTile(gemm, arch, tile, kind);
      for (int64_t split = 1; fitted && split <= kMaxSplit; ++split)
        if (std::optional<ScheduleCandidate> candidate =
                estimate(gemm, gpu, tokens, *fitted, split)) {
          found = &tile;
          candidates.push_back(*candidate);
          if (std::optional<ScheduleCandidate> cluster =
                  arch.hasClusters ? sumInCluster(gemm, gpu, *candidate)
                                   : std::nullopt)
            candidates.push_back(*cluster);
          std::optional<ScheduleCandidate> even =
              shareTiles(gemm, gpu, *candidate, candidate->resident);
          if (!even || kind.copy != CopyKind::Tma ||
              !gainsByShares(gemm, *candidate, *even))
            continue;
          even->schedule = copyTogether(gemm, even->schedule);
          candidates.push_back(*even);
        }
    }
  }
  // The widest tile that fits, over and over, where none has all tokens.
  for (const Tile &tile : llvm::reverse(kinds.front().tiles)) {
    if (!candidates.empty() || paddedN(gemm) % tile.blockN)
      continue;
    if (std::optional<FittedTile> fitted =
            fitTile(gemm, arch, tile, kinds.front()))
      candidates.push_back(*estimate(gemm, gpu, tokens, *fitted, /*splitK=*/1));
  }
  assert(!candidates.empty() && "the least tile fits any target");
  return candidates;
}

ScheduleAttr humming::selectSchedule(GemmOp gemm, const Arch &arch,
                                     const Gpu &gpu, int64_t tokens) {
  if (OrderAttr order = fixedOrder(gemm, arch))
    return selectInOrder(gemm, arch, gpu, tokensOf(gemm, tokens), order);
  SmallVector<ScheduleCandidate> candidates =
      scheduleCandidates(gemm, arch, gpu, tokens);
  return llvm::min_element(
             candidates,
             [](const ScheduleCandidate &a, const ScheduleCandidate &b) {
               return a.microseconds < b.microseconds;
             })
      ->schedule;
}
