//===- Schedules.cpp - Choosing schedules ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A table of block tiles per number of tokens, and an estimate of the time that
// each takes with each split of k on the multiprocessors of the target: the
// least wins. docs/performance-log.md has the measurements behind the numbers.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/Humming/Transforms/Schedules.h"
#include "ScheduleLimits.h"
#include "humming/Dialect/Humming/Transforms/Support.h"
#include "humming/Dialect/HummingTile/IR/DequantRecipe.h"
#include "humming/Dialect/HummingTile/IR/PackedLayout.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/MathExtras.h"
#include <limits>
#include <optional>

using namespace mlir;
using namespace humming;

namespace {
/// A block tile and the warps that share it, for gemms of at most `tokens`
/// rows.
struct Tile {
  int64_t tokens;
  int64_t blockN, blockM, blockK;
  int64_t warpsN, warpsM;
  int64_t stages; ///< buffers of a cp.async pipeline that hide its latency
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
} // namespace

/// In rising order of tokens; of one bucket a tile of the narrowest n is there.
/// A warp dequantizes its weights once for all tokens it holds, so the warps
/// are side by side along n. The times are those of 16-bit activations.
static constexpr int64_t kUnlimited = std::numeric_limits<int64_t>::max();
static constexpr Tile kTiles[] = {
    {8, 64, 8, 128, 4, 1, 4, 3, 100},            //
    {16, 64, 16, 128, 4, 1, 4, 3, 108},          //
    {32, 128, 32, 128, 4, 1, 3, 2, 133},         //
    {32, 64, 32, 128, 4, 1, 4, 3, 152},          //
    {64, 128, 64, 128, 4, 1, 3, 2, 205},         //
    {64, 64, 64, 128, 4, 1, 3, 3, 255},          //
    {kUnlimited, 128, 128, 64, 4, 1, 4, 2, 385}, //
    {kUnlimited, 128, 64, 64, 4, 1, 4, 2, 210},  //
    {kUnlimited, 64, 64, 128, 4, 1, 3, 3, 235},
};
/// Tiles of warpgroups, in the same order. Products run beside the copies, and
/// weights are dequantized once for up to 256 tokens.
static constexpr Tile kWarpgroupTiles[] = {
    {16, 128, 16, 128, 4, 1, 6, 2, 107},         //
    {32, 128, 32, 128, 4, 1, 6, 2, 107},         //
    {32, 64, 32, 128, 4, 1, 6, 3, 112},          //
    {64, 128, 64, 128, 4, 1, 4, 2, 135},         //
    {64, 64, 64, 128, 4, 1, 3, 3, 160},          //
    {128, 128, 128, 64, 4, 1, 4, 2, 215},        //
    {128, 128, 128, 64, 8, 1, 6, 1, 228},        //
    {128, 128, 64, 128, 4, 1, 4, 2, 135},        //
    {kUnlimited, 128, 256, 64, 8, 1, 4, 1, 415}, //
    {kUnlimited, 128, 128, 64, 4, 1, 4, 2, 230}, //
    {kUnlimited, 128, 128, 64, 8, 1, 6, 1, 222}, //
    {kUnlimited, 64, 64, 128, 4, 1, 3, 3, 160},  //
};
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

/// Accumulators of a lane that leave room for a tile on its way through
/// registers, for zero points, and for codes that take more steps to decode
/// than those of 4 bits.
static constexpr int64_t kFewAccumulators = 64;
/// Those that leave room for the scales of groups beside a tile on its way, or
/// beside codes in several planes, and for those of groups shorter than this.
static constexpr int64_t kFewestAccumulators = 32, kShortGroup = 32;
/// Accumulators of a lane that leave room for the operands in 255 registers.
static constexpr int64_t kMostAccumulators = 128;
/// A slice of k shorter than this spends its time filling the pipeline.
static constexpr int64_t kMinTilesPerSlice = 4;
FailureOr<const Arch *> humming::findArch(Location location, StringRef name) {
  if (const Arch *arch = lookupArch(name))
    return arch;
  return emitError(location) << "unknown arch '" << name
                             << "'; expected one of " << knownArchNames();
}

ArrayRef<int64_t> humming::tokenBuckets() {
  static constexpr int64_t buckets[] = {8, 16, 32, 64, 128, 256};
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

/// True when stages of `blockK` divide K and respect all groups.
static bool fitsStages(GemmOp gemm, int64_t blockK) {
  return paddedK(gemm) % blockK == 0 &&
         fitsGroups(blockK, gemm.getNumGroups(), gemm.getGroupSize()) &&
         fitsGroups(blockK, gemm.getNumInputGroups(), gemm.getInputGroupSize());
}

/// True when cp.async copies activations 16 bytes at a time. Shorter copies
/// have more addresses; what it does not copy at all waits in registers.
static bool copiesWidely(GemmOp gemm, const Arch &arch) {
  int64_t bits = gemm.getA().getType().getElementTypeBitWidth();
  return arch.hasCpAsync && !gemm.getPerm() && gemm.getK() * bits % 128 == 0;
}

/// True when the kernel has the registers that `tile` takes. Groups that scale
/// accumulators have a sum of their own beside the whole, and their scales.
static bool hasRegisters(GemmOp gemm, const Arch &arch, const Tile &tile) {
  bool hasGroups = hasAccumulatorGroups(typesOf(gemm));
  bool isWide = copiesWidely(gemm, arch);
  unsigned bits = gemm.getCode().bits();
  int64_t most = kFewAccumulators;
  if (isWide && bits == 4 && !gemm.getZero())
    most = kMostAccumulators;
  else if (hasGroups && (!isWide || !llvm::isPowerOf2_32(bits) ||
                         accumulatorGroup(typesOf(gemm)) < kShortGroup))
    most = kFewestAccumulators;
  return (hasGroups ? 2 : 1) * tile.accumulators() <= most;
}

/// The atom of a warpgroup that multiplies `gemm` on `arch`, or null.
static const MmaAtom *selectWarpgroupAtom(GemmOp gemm, const Arch &arch) {
  if (!copiesWidely(gemm, arch) || hasAccumulatorGroups(typesOf(gemm)))
    return nullptr;
  for (const MmaAtom &atom : allWarpgroupAtoms())
    if (multiplies(atom, typesOf(gemm)) && atom.minSm == arch.sm)
      return &atom;
  return nullptr;
}

namespace {
/// A tile as a gemm has it: the longest k and the most stages that fit.
struct Candidate {
  const Tile *tile;
  const MmaAtom *atom;
  bool isWarpgroup;
  int64_t blockK, stages;

  /// Results go through shared memory where that costs no second block its
  /// place.
  ScheduleAttr schedule(GemmOp gemm, const Arch &arch, int64_t splitK) const {
    return ScheduleAttr::get(
        gemm.getContext(), tile->blockN, tile->blockM, blockK, tile->warpsN,
        tile->warpsM, stages, atom->name,
        arch.hasCpAsync ? CopyKind::CpAsync : CopyKind::Sync, splitK,
        isWarpgroup && tile->resident == 1 ? StoreKind::Shared
                                           : StoreKind::Direct,
        /*blocks=*/0, /*prefetch=*/0);
  }
};
} // namespace

/// Shrinks `tile` to the shared memory of the target: fewer stages first, then
/// shorter ones. Nothing when it does not fit at all.
static std::optional<Candidate> shrink(GemmOp gemm, const Arch &arch,
                                       const Tile &tile, const MmaAtom *atom,
                                       bool isWarpgroup) {
  int64_t least = isWarpgroup ? kWarpgroupStages : kSyncStages;
  // Sums of more than two groups compete for the registers of a wide tile.
  int64_t most =
      std::max(2 * accumulatorGroup(typesOf(gemm)), tile::kPackedCols);
  if (tile.accumulators() < kFewAccumulators / 2 && copiesWidely(gemm, arch))
    most = tile.blockK;
  // Tiles of warpgroups are as many lines, whatever the type.
  int64_t bits = gemm.getA().getType().getElementTypeBitWidth();
  int64_t longest = isWarpgroup ? tile.blockK * 16 / bits : tile.blockK;
  for (int64_t blockK = longest; blockK >= tile::kPackedCols; blockK /= 2) {
    if (!fitsStages(gemm, blockK) || blockK > most ||
        (isWarpgroup && !fillsLines(gemm, blockK)))
      continue;
    int64_t stages = arch.hasCpAsync ? tile.stages : kSyncStages;
    for (; stages >= least; --stages) {
      Candidate candidate = {&tile, atom, isWarpgroup, blockK, stages};
      ScheduleAttr schedule = candidate.schedule(gemm, arch, /*splitK=*/1);
      if (sharedBytes(gemm, schedule).total() <=
          int64_t(arch.maxSharedPerBlock))
        return candidate;
    }
  }
  return std::nullopt;
}

/// The time that a gemm of `tokens` rows takes, in bytes that a multiprocessor
/// reads from memory meanwhile. Nothing when there is no point in the split.
static std::optional<int64_t> estimate(GemmOp gemm, const Arch &arch,
                                       int64_t tokens,
                                       const Candidate &candidate,
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

  std::optional<Candidate> chosen;
  int64_t splitK = 1, least = 0;
  auto choose = [&](ArrayRef<Tile> tiles, const MmaAtom *atom,
                    bool isWarpgroup) {
    const Tile *found = nullptr;
    for (const Tile &tile : tiles) {
      bool isBeyond = found && tile.tokens != found->tokens;
      if (tile.tokens < tokens || isBeyond || paddedN(gemm) % tile.blockN ||
          !hasRegisters(gemm, arch, tile))
        continue;
      std::optional<Candidate> candidate =
          shrink(gemm, arch, tile, atom, isWarpgroup);
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
  choose(kTiles, selectAtom(gemm, arch), /*isWarpgroup=*/false);
  if (const MmaAtom *atom = selectWarpgroupAtom(gemm, arch))
    choose(kWarpgroupTiles, atom, /*isWarpgroup=*/true);
  // The widest tile that fits, over and over, where none has all tokens.
  for (const Tile &tile : llvm::reverse(kTiles))
    if (!chosen && paddedN(gemm) % tile.blockN == 0 &&
        hasRegisters(gemm, arch, tile))
      chosen = shrink(gemm, arch, tile, selectAtom(gemm, arch),
                      /*isWarpgroup=*/false);
  assert(chosen && "the least tile fits any target");

  int64_t slice = paddedK(gemm) / chosen->blockK / splitK;
  int64_t leastStages = chosen->isWarpgroup ? kWarpgroupStages : kSyncStages;
  chosen->stages = std::min(chosen->stages, std::max(slice, leastStages));
  return chosen->schedule(gemm, arch, splitK);
}
