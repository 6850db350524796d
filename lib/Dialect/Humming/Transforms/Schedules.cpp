//===- Schedules.cpp - Choosing and checking schedules --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A table of block tiles per number of tokens, and an estimate of the time that
// each takes with each split of k on the multiprocessors of the target: the
// least wins. docs/performance-log.md has the measurements behind the numbers.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/Humming/Transforms/Schedules.h"
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
/// What a kernel for any number of tokens is chosen for.
static constexpr int64_t kManyTokens = 4096;

/// Rate of a multiprocessor with 1, 2, ... of its resident blocks, in percent.
static constexpr int64_t kRateOfTwo[] = {80, 100};
static constexpr int64_t kRateOfThree[] = {74, 94, 100};
/// A split sum costs the time of reading so many bytes for its counter, and
/// 7/10 of its partial sums for them.
static constexpr int64_t kSplitBytes = 14000;
static constexpr int64_t kPartialPercent = 70;
static constexpr int64_t kMaxSplit = 8;

/// A synchronous copy needs one buffer to fill and one to read.
static constexpr int64_t kSyncStages = 2;
/// Accumulators of a lane that leave room for a tile on its way through
/// registers, for zero points, and for codes that take more steps to decode
/// than those of 4 bits.
static constexpr int64_t kFewAccumulators = 64;
/// Accumulators of a lane that leave room for the operands in 255 registers.
static constexpr int64_t kMostAccumulators = 128;
/// A slice of k shorter than this spends its time filling the pipeline.
static constexpr int64_t kMinTilesPerSlice = 4;
/// CUDA C++ Programming Guide, Technical Specifications per Compute Capability.
static constexpr int64_t kMaxThreads = 1024;

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

/// K rounded up to whole packed tiles.
static int64_t paddedN(GemmOp gemm) { return tile::paddedRows(gemm.getN()); }
static int64_t paddedK(GemmOp gemm) { return tile::paddedCols(gemm.getK()); }

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
  return result;
}

//===----------------------------------------------------------------------===//
// Choosing
//===----------------------------------------------------------------------===//

/// True when a stage of `blockK` holds whole groups of `size`, or lies in one.
static bool fitsGroups(int64_t blockK, int64_t groups, int64_t size) {
  return groups == 1 || size % blockK == 0 || blockK % size == 0;
}

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
/// accumulators have a sum of their own beside the whole.
static bool hasRegisters(GemmOp gemm, const Arch &arch, const Tile &tile) {
  bool isLean =
      copiesWidely(gemm, arch) && gemm.getCode().bits() == 4 && !gemm.getZero();
  int64_t sets = hasAccumulatorGroups(typesOf(gemm)) ? 2 : 1;
  return sets * tile.accumulators() <=
         (isLean ? kMostAccumulators : kFewAccumulators);
}

namespace {
/// A tile as a gemm has it: the longest k and the most stages that fit.
struct Candidate {
  const Tile *tile;
  int64_t blockK, stages;

  ScheduleAttr schedule(GemmOp gemm, const Arch &arch, int64_t splitK) const {
    return ScheduleAttr::get(
        gemm.getContext(), tile->blockN, tile->blockM, blockK, tile->warpsN,
        tile->warpsM, stages, selectAtom(gemm, arch)->name,
        arch.hasCpAsync ? CopyKind::CpAsync : CopyKind::Sync, splitK,
        StoreKind::Direct);
  }
};
} // namespace

/// Shrinks `tile` to the shared memory of the target: fewer stages first, then
/// shorter ones. Nothing when it does not fit at all.
static std::optional<Candidate> shrink(GemmOp gemm, const Arch &arch,
                                       const Tile &tile) {
  // Sums of more than two groups compete for the registers of a wide tile.
  int64_t most =
      std::max(2 * accumulatorGroup(typesOf(gemm)), tile::kPackedCols);
  if (tile.accumulators() < kFewAccumulators / 2)
    most = tile.blockK;
  for (int64_t blockK : {tile.blockK, tile::kPackedCols}) {
    if (!fitsStages(gemm, blockK) || blockK > most)
      continue;
    int64_t stages = arch.hasCpAsync ? tile.stages : kSyncStages;
    for (; stages >= kSyncStages; --stages) {
      Candidate candidate = {&tile, blockK, stages};
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
  int64_t weights =
      tile.blockN * candidate.blockK * llvm::divideCeil(kTilesTotal, splitK);
  int64_t centibits =
      std::max<int64_t>(100 * gemm.getCode().bits(), 4 * tile.cost);
  int64_t busy = std::min(share, tile.resident) - 1;
  int64_t rate = tile.resident == 2 ? kRateOfTwo[busy] : kRateOfThree[busy];
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
  for (const Tile &tile : kTiles) {
    bool isBeyond = chosen && tile.tokens != chosen->tile->tokens;
    if (tile.tokens < tokens || isBeyond || paddedN(gemm) % tile.blockN ||
        !hasRegisters(gemm, arch, tile))
      continue;
    std::optional<Candidate> candidate = shrink(gemm, arch, tile);
    for (int64_t split = 1; candidate && split <= kMaxSplit; ++split) {
      std::optional<int64_t> bytes =
          estimate(gemm, arch, tokens, *candidate, split);
      if (!bytes || (chosen && *bytes >= least))
        continue;
      chosen = candidate;
      splitK = split;
      least = *bytes;
    }
  }
  // The tile of the fewest tokens, over and over, where no wider one fits.
  if (!chosen)
    chosen = shrink(gemm, arch, kTiles[0]);
  assert(chosen && "the least tile fits any target");

  int64_t slice = paddedK(gemm) / chosen->blockK / splitK;
  chosen->stages = std::min(chosen->stages, std::max(slice, kSyncStages));
  return chosen->schedule(gemm, arch, splitK);
}

//===----------------------------------------------------------------------===//
// Checking
//===----------------------------------------------------------------------===//

/// Checks the schedule against the shape of the gemm.
static LogicalResult checkShape(GemmOp gemm, ScheduleAttr schedule) {
  int64_t blockN = schedule.getBlockN(), blockK = schedule.getBlockK();
  if (blockN % tile::kPackedRows || paddedN(gemm) % blockN)
    return gemm.emitOpError("expected block n to be a multiple of ")
           << tile::kPackedRows
           << " that divides the padded N = " << paddedN(gemm) << ", got "
           << blockN;
  if (blockK % tile::kPackedCols || paddedK(gemm) % blockK)
    return gemm.emitOpError("expected block k to be a multiple of ")
           << tile::kPackedCols
           << " that divides the padded K = " << paddedK(gemm) << ", got "
           << blockK;
  for (auto [groups, size] :
       {std::pair(gemm.getNumGroups(), gemm.getGroupSize()),
        std::pair(gemm.getNumInputGroups(), gemm.getInputGroupSize())})
    if (!fitsGroups(blockK, groups, size))
      return gemm.emitOpError("expected block k to divide the group size ")
             << size << " or to be a multiple of it, got " << blockK;
  int64_t kTilesTotal = paddedK(gemm) / blockK;
  if (schedule.getSplitK() > kTilesTotal)
    return gemm.emitOpError("expected split_k of at most the ")
           << kTilesTotal << " k-tiles, got " << schedule.getSplitK();
  return success();
}

/// The atom of a warpgroup that the schedule names, or null.
static const MmaAtom *warpgroupAtom(GemmOp gemm, ScheduleAttr schedule) {
  for (const MmaAtom &atom : allWarpgroupAtoms())
    if (multiplies(atom, typesOf(gemm)) && atom.name == schedule.getMma())
      return &atom;
  return nullptr;
}

/// Checks a schedule for warpgroups: wgmma of sm_90 alone.
static LogicalResult checkWarpgroups(GemmOp gemm, ScheduleAttr schedule,
                                     const MmaAtom &atom, const Arch &arch) {
  constexpr int64_t warps = 4, mostTokens = 256, leastStages = 3,
                    lineBits = 128 * 8;
  if (arch.sm != atom.minSm)
    return gemm.emitOpError("mma ")
           << atom.name << " is of sm_" << atom.minSm << " alone, target is "
           << arch.name << "; use mma = " << selectAtom(gemm, arch)->name;
  if (schedule.getWarpsN() % warps || schedule.getWarpsM() != 1 ||
      schedule.getBlockM() > mostTokens)
    return gemm.emitOpError("expected warps in fours along n, one along m, and "
                            "at most ")
           << mostTokens << " tokens a block with mma " << atom.name << ", got "
           << schedule.getWarpsN() << ", " << schedule.getWarpsM() << " and "
           << schedule.getBlockM();
  int64_t rowBits =
      schedule.getBlockK() * gemm.getA().getType().getElementTypeBitWidth();
  if (rowBits % lineBits || schedule.getCopy() != CopyKind::CpAsync ||
      schedule.getStages() < leastStages)
    return gemm.emitOpError("expected a block k of whole lines of 128 bytes, "
                            "copy = cp_async and at least ")
           << leastStages << " stages with mma " << atom.name << ", got "
           << schedule.getBlockK() << ", "
           << stringifyCopyKind(schedule.getCopy()) << " and "
           << schedule.getStages();
  int64_t kTiles = paddedK(gemm) / schedule.getBlockK();
  if (kTiles % 2 || llvm::divideCeil(kTiles, schedule.getSplitK()) % 2)
    return gemm.emitOpError("expected an even number of k-tiles in each slice "
                            "of k with mma ")
           << atom.name << ", got " << kTiles << " tiles in "
           << schedule.getSplitK() << " slices";
  if (hasAccumulatorGroups(typesOf(gemm)))
    return gemm.emitOpError("mma ")
           << atom.name << " does not scale sums of groups; use mma = "
           << selectAtom(gemm, arch)->name;
  return success();
}

/// Checks that the atom exists for the types of the gemm and on the target, and
/// that each group on the accumulators is a number of whole multiplications.
static LogicalResult checkAtom(GemmOp gemm, ScheduleAttr schedule,
                               const Arch &arch) {
  if (const MmaAtom *atom = warpgroupAtom(gemm, schedule))
    return checkWarpgroups(gemm, schedule, *atom, arch);
  GemmTypes types = typesOf(gemm);
  StringRef best = selectAtom(types, arch)->name;
  for (const MmaAtom &atom : allMmaAtoms()) {
    if (!multiplies(atom, types) || atom.name != schedule.getMma())
      continue;
    if (atom.minSm > arch.sm)
      return gemm.emitOpError("mma ")
             << atom.name << " needs sm_" << atom.minSm
             << " or newer, target is " << arch.name << "; use mma = " << best;
    if (hasAccumulatorGroups(types) && accumulatorGroup(types) % atom.k)
      return gemm.emitOpError("expected an mma whose k divides the groups of ")
             << accumulatorGroup(types) << ", got " << atom.name
             << "; use mma = " << best;
    return success();
  }
  return gemm.emitOpError("expected an mma for ")
         << types.activation << " activations such as " << best << ", got "
         << schedule.getMma();
}

LogicalResult humming::checkSchedule(GemmOp gemm, ScheduleAttr schedule,
                                     const Arch &arch) {
  if (failed(checkShape(gemm, schedule)) ||
      failed(checkAtom(gemm, schedule, arch)))
    return failure();
  if (schedule.getThreads() > kMaxThreads)
    return gemm.emitOpError("expected at most ")
           << kMaxThreads / 32 << " warps a block, got "
           << schedule.getWarpsN() * schedule.getWarpsM();
  if (schedule.getCopy() == CopyKind::CpAsync && !arch.hasCpAsync)
    return gemm.emitOpError("copy = cp_async needs ")
           << llvm::find_if(allArchs(),
                            [](const Arch &a) { return a.hasCpAsync; })
                  ->name
           << " or newer, target is " << arch.name << "; use copy = sync";
  if (schedule.getStages() < kSyncStages)
    return gemm.emitOpError("expected at least ")
           << kSyncStages
           << " stages: one is filled while another is read, got "
           << schedule.getStages();
  SharedBytes shared = sharedBytes(gemm, schedule);
  if (shared.total() > int64_t(arch.maxSharedPerBlock))
    return gemm.emitOpError("expected at most ")
           << arch.maxSharedPerBlock << " bytes of shared memory on "
           << arch.name << ", got " << shared.total() << " (weights "
           << shared.weights << ", activations " << shared.activations
           << ", scales " << shared.scales << ", zero points " << shared.zeros
           << "); use fewer stages or a smaller block";
  return success();
}
