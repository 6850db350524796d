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
#include "ScheduleLimits.h"
#include "ScheduleTiles.h"
#include "humming/Dialect/Humming/Transforms/Support.h"
#include "humming/Dialect/HummingTile/IR/DequantRecipe.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace humming;

/// What a kernel for any number of tokens is chosen for.
static constexpr int64_t kManyTokens = 4096;

/// Rate of a multiprocessor with 1, 2, ... of its resident blocks, in percent.
static constexpr int64_t kRateOfOne[] = {100};
static constexpr int64_t kRateOfTwo[] = {80, 100};
static constexpr int64_t kRateOfThree[] = {74, 94, 100};
/// A split sum costs the time of reading so many bytes for its counter, and
/// 7/10 of its partial sums for them.
static constexpr int64_t kSplitBytes = 14000;
static constexpr int64_t kPartialPercent = 70;
static constexpr int64_t kMaxSplit = 8;

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

const MmaAtom *humming::selectAtom(GemmOp gemm, const Arch &arch) {
  return selectAtom(typesOf(gemm), arch);
}

SharedBytes humming::sharedBytes(GemmOp gemm, ScheduleAttr schedule) {
  int64_t stages = schedule.getStages(), blockN = schedule.getBlockN();
  int64_t blockK = schedule.getBlockK();
  int64_t groups = std::max<int64_t>(1, blockK / gemm.getGroupSize());
  SharedBytes result = {};
  result.weights = stages * blockN * blockK * gemm.getCode().bits() / 8;
  if (tile::readsSharedTable(gemm.getCode(),
                             gemm.getA().getType().getElementType()))
    result.weights += gemm.getCode().size() *
                      gemm.getA().getType().getElementTypeBitWidth() / 8;
  result.activations = stages * schedule.getBlockM() * blockK *
                       gemm.getA().getType().getElementTypeBitWidth() / 8;
  // One scale a channel goes from global memory to the epilogue. Scales of
  // activations are never shared.
  bool isStaged = gemm.getNumGroups() > 1 ||
                  gemm.getEffectiveNumerics().getScale() == ScaleKind::Operand;
  if (gemm.getScale() && isStaged)
    result.scales = stages * blockN * groups *
                    gemm.getScale().getType().getElementTypeBitWidth() / 8;
  if (gemm.getZero()) {
    Type zero = gemm.getZero().getType().getElementType();
    // Codes are packed as bytes.
    int64_t bytes = isa<CodeType>(zero) ? 1 : zero.getIntOrFloatBitWidth() / 8;
    result.zeros = stages * blockN * groups * bytes;
  }
  if (schedule.getStore() == StoreKind::Shared)
    result.results = blockN * schedule.getBlockM() *
                     gemm.getType().getElementTypeBitWidth() / 8;
  return result;
}

//===----------------------------------------------------------------------===//
// Choosing
//===----------------------------------------------------------------------===//

/// The time that a gemm of `tokens` rows takes, in bytes that a multiprocessor
/// reads from memory meanwhile. Nothing when there is no point in the split.
static std::optional<int64_t> estimate(GemmOp gemm, const Arch &arch,
                                       int64_t tokens,
                                       const FittedTile &candidate,
                                       int64_t splitK) {
  const Tile &tile = *candidate.tile;
  int64_t kTilesTotal = paddedK(gemm) / candidate.blockK;
  int64_t blocks = paddedN(gemm) / tile.blockN *
                   llvm::divideCeil(tokens, tile.blockM) * splitK;
  // The busiest multiprocessor has the last word.
  int64_t share = llvm::divideCeil(blocks, arch.smCount);
  if (splitK > 1 &&
      (kTilesTotal / splitK < kMinTilesPerSlice || share > tile.resident))
    return std::nullopt;
  int64_t kTiles = llvm::divideCeil(kTilesTotal, splitK);
  if (candidate.isWarpgroup &&
      (kTiles % kTilesPerTurn || kTilesTotal % kTilesPerTurn))
    return std::nullopt;
  int64_t weights = tile.blockN * candidate.blockK * kTiles;
  int64_t centibits =
      std::max<int64_t>(100 * gemm.getCode().bits(), 4 * tile.cost);
  int64_t busy = std::min(share, tile.resident) - 1;
  int64_t rate = tile.resident == 1   ? kRateOfOne[busy]
                 : tile.resident == 2 ? kRateOfTwo[busy]
                                      : kRateOfThree[busy];
  int64_t bytes = share * (weights * centibits / 8) / rate;
  if (splitK > 1)
    bytes += kSplitBytes +
             splitK * tile.blockN * tile.blockM * 4 * kPartialPercent / 100;
  return bytes;
}

ScheduleAttr humming::selectSchedule(GemmOp gemm, const Arch &arch,
                                     int64_t tokens) {
  int64_t m = gemm.getM();
  if (tokens == 0)
    tokens = ShapedType::isDynamic(m) ? kManyTokens : m;
  if (!ShapedType::isDynamic(m))
    tokens = std::min(tokens, m);

  std::optional<FittedTile> chosen;
  int64_t splitK = 1, least = 0;
  auto choose = [&](ArrayRef<Tile> tiles, const MmaAtom *atom,
                    bool isWarpgroup) {
    const Tile *found = nullptr;
    for (const Tile &tile : tiles) {
      bool isBeyond = found && tile.tokens != found->tokens;
      if (tile.tokens < tokens || isBeyond || paddedN(gemm) % tile.blockN ||
          !hasRegisters(gemm, arch, tile))
        continue;
      std::optional<FittedTile> candidate =
          fitTile(gemm, arch, tile, atom, isWarpgroup);
      for (int64_t split = 1; candidate && split <= kMaxSplit; ++split) {
        std::optional<int64_t> bytes =
            estimate(gemm, arch, tokens, *candidate, split);
        if (!bytes)
          continue;
        found = &tile;
        if (chosen && *bytes >= least)
          continue;
        chosen = candidate;
        splitK = split;
        least = *bytes;
      }
    }
  };
  choose(warpTiles(), selectAtom(gemm, arch), /*isWarpgroup=*/false);
  if (const MmaAtom *atom = selectWarpgroupAtom(gemm, arch))
    choose(warpgroupTiles(), atom, /*isWarpgroup=*/true);
  // The widest tile that fits, over and over, where none has all tokens.
  for (const Tile &tile : llvm::reverse(warpTiles()))
    if (!chosen && paddedN(gemm) % tile.blockN == 0 &&
        hasRegisters(gemm, arch, tile))
      chosen = fitTile(gemm, arch, tile, selectAtom(gemm, arch),
                       /*isWarpgroup=*/false);
  assert(chosen && "the least tile fits any target");

  int64_t slice = paddedK(gemm) / chosen->blockK / splitK;
  int64_t leastStages = chosen->isWarpgroup ? kWarpgroupStages : kSyncStages;
  chosen->stages = std::min(chosen->stages, std::max(slice, leastStages));
  return chosen->schedule(gemm, arch, splitK);
}
