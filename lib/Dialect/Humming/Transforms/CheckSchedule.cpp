//===- CheckSchedule.cpp - Refuse schedules that cannot work --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A schedule against the shape and types of its gemm, and against the target.
//
//===----------------------------------------------------------------------===//

#include "FixedOrder.h"
#include "ScheduleLimits.h"
#include "humming/Dialect/Humming/Transforms/Schedules.h"
#include "humming/Dialect/Humming/Transforms/Support.h"
#include "humming/Dialect/HummingTile/IR/DequantRecipe.h"
#include "humming/Target/MmaAtom.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace humming;

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
  for (auto [field, value] : {std::pair("split_k", schedule.getSplitK()),
                              std::pair("prefetch", schedule.getPrefetch())})
    if (value > kTilesTotal)
      return gemm.emitOpError("expected ")
             << field << " of at most the " << kTilesTotal << " k-tiles, got "
             << value;
  if (schedule.getBlocks() > 0 && schedule.getSplitK() > 1)
    return gemm.emitOpError("expected split_k = 1 with blocks = ")
           << schedule.getBlocks() << ", which share tiles on their own; got "
           << schedule.getSplitK();
  return success();
}

const MmaAtom *humming::warpgroupAtom(GemmOp gemm, ScheduleAttr schedule) {
  for (const MmaAtom &atom : allWarpgroupAtoms())
    if (multiplies(atom, typesOf(gemm)) && atom.name == schedule.getMma())
      return &atom;
  return nullptr;
}

/// Checks a schedule for warpgroups: wgmma of sm_90 alone.
static LogicalResult checkWarpgroups(GemmOp gemm, ScheduleAttr schedule,
                                     const MmaAtom &atom, const Arch &arch) {
  constexpr int64_t warps = 4, mostTokens = 256;
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
  if (!fillsLines(gemm, schedule.getBlockK()) ||
      schedule.getCopy() == CopyKind::Sync ||
      schedule.getStages() < kWarpgroupStages)
    return gemm.emitOpError("expected a block k of whole lines of 128 bytes, "
                            "copy = cp_async or tma and at least ")
           << kWarpgroupStages << " stages with mma " << atom.name << ", got "
           << schedule.getBlockK() << ", "
           << stringifyCopyKind(schedule.getCopy()) << " and "
           << schedule.getStages();
  int64_t kTiles = paddedK(gemm) / schedule.getBlockK();
  if (kTiles % kTilesPerTurn)
    return gemm.emitOpError("expected an even number of k-tiles with mma ")
           << atom.name << ", got " << kTiles
           << "; use a shorter block k or mma = "
           << selectAtom(gemm, arch)->name;
  if (schedule.getSplitK() > kTiles / kTilesPerTurn)
    return gemm.emitOpError("expected at least two k-tiles in each slice of k "
                            "with mma ")
           << atom.name << ", got " << kTiles << " tiles in "
           << schedule.getSplitK() << " slices";
  if (!scalesWholeStages(gemm, schedule.getBlockK()))
    return gemm.emitOpError("expected a block k that divides the groups of ")
           << accumulatorGroup(typesOf(gemm))
           << ", whose sums are scaled a tile at a time with mma " << atom.name
           << ", got " << schedule.getBlockK()
           << "; use mma = " << selectAtom(gemm, arch)->name;
  return success();
}

/// Checks that bulk copies can fill the stages, beside a product that leaves
/// them to a warp of their own.
static LogicalResult checkBulk(GemmOp gemm, ScheduleAttr schedule) {
  const MmaAtom *atom = warpgroupAtom(gemm, schedule);
  if (!atom)
    return gemm.emitOpError(
               "copy = tma is for products of warpgroups, got mma ")
           << schedule.getMma() << "; use copy = cp_async";
  int64_t rowBits =
      gemm.getK() * gemm.getA().getType().getElementTypeBitWidth();
  if (gemm.getPerm() || rowBits % kRunBits)
    return gemm.emitOpError("copy = tma takes rows of activations of whole ")
           << kRunBits / 8 << " bytes in their order, got "
           << (gemm.getPerm() ? "a permutation" : "rows of ")
           << (gemm.getPerm() ? "" : std::to_string(rowBits / 8) + " bytes")
           << "; use copy = cp_async";
  if (gemm.getNumInputGroups() > 1)
    return gemm.emitOpError("copy = tma takes no input scales of groups; use "
                            "copy = cp_async");
  if (int64_t threads = schedule.getTurns() * schedule.getThreads();
      threads + kThreadsOfCopies > kMaxThreads)
    return gemm.emitOpError("expected at most ")
           << (kMaxThreads - kThreadsOfCopies) / 32
           << " warps beside those that copy, got " << threads / 32;
  return success();
}

/// Checks that blocks can share copies or sums.
static LogicalResult checkCluster(GemmOp gemm, ScheduleAttr schedule,
                                  const Arch &arch) {
  constexpr int64_t mostBlocks = 8, swizzledRows = 8;
  int64_t cluster = schedule.getCluster();
  bool joins = schedule.getFixup() == FixupKind::Cluster;
  if (cluster == 1 && !joins)
    return success();
  if (!arch.hasClusters)
    return gemm.emitOpError("clusters of blocks need ")
           << llvm::find_if(allArchs(),
                            [](const Arch &a) { return a.hasClusters; })
                  ->name
           << " or newer, target is " << arch.name
           << "; use cluster = 1 and fixup = memory";
  if (joins && schedule.getSplitK() == 1)
    return gemm.emitOpError("fixup = cluster adds the slices of k, got "
                            "split_k = 1; use fixup = memory");
  if (int64_t blocks = cluster * (joins ? schedule.getSplitK() : 1);
      blocks > mostBlocks)
    return gemm.emitOpError("expected at most ")
           << mostBlocks << " blocks in a cluster, got " << blocks
           << "; use a smaller cluster or fixup = memory";
  if (cluster == 1)
    return success();
  if (schedule.getCopy() != CopyKind::Tma)
    return gemm.emitOpError("cluster = ")
           << cluster << " shares bulk copies, got copy = "
           << stringifyCopyKind(schedule.getCopy())
           << "; use copy = tma or cluster = 1";
  int64_t tiles = paddedN(gemm) / schedule.getBlockN();
  if (tiles % cluster || schedule.getBlocks() % cluster)
    return gemm.emitOpError("expected tiles along n and blocks in multiples of "
                            "cluster = ")
           << cluster << ", got " << tiles << " and " << schedule.getBlocks();
  // Each part of the activations starts where the swizzle's pattern does.
  if (schedule.getBlockM() % (swizzledRows * cluster))
    return gemm.emitOpError("expected block m to be a multiple of ")
           << swizzledRows << " x cluster = " << swizzledRows * cluster
           << ", got " << schedule.getBlockM();
  return success();
}

/// Checks that results can leave in boxes, of rows where a tensor map may start
/// one.
static LogicalResult checkStore(GemmOp gemm, ScheduleAttr schedule) {
  if (schedule.getStore() != StoreKind::Tma)
    return success();
  if (schedule.getCopy() != CopyKind::Tma)
    return gemm.emitOpError("store = tma needs copy = tma, got ")
           << stringifyCopyKind(schedule.getCopy()) << "; use store = shared";
  int64_t rowBits = gemm.getN() * gemm.getType().getElementTypeBitWidth();
  if (rowBits % kRunBits)
    return gemm.emitOpError("store = tma takes rows of results of whole ")
           << kRunBits / 8 << " bytes, got rows of " << rowBits / 8
           << " bytes; use store = shared";
  return success();
}

/// Checks that sets of warps can take tiles in turn: bulk copies fill stages
/// for both, and blocks go on to other tiles. A table in shared memory would be
/// written by one set while the other reads it.
static LogicalResult checkTurns(GemmOp gemm, ScheduleAttr schedule) {
  int64_t turns = schedule.getTurns();
  if (turns == 1)
    return success();
  if (schedule.getCopy() != CopyKind::Tma || schedule.getBlocks() == 0)
    return gemm.emitOpError("turns = ")
           << turns << " needs copy = tma and blocks that share tiles, got "
           << stringifyCopyKind(schedule.getCopy())
           << " and blocks = " << schedule.getBlocks() << "; use turns = 1";
  if (tile::readsSharedTable(gemm.getCode(),
                             gemm.getA().getType().getElementType()))
    return gemm.emitOpError("turns = ")
           << turns << " takes no table of codes in shared memory, got "
           << gemm.getB().getType().getElementType() << "; use turns = 1";
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
      failed(checkAtom(gemm, schedule, arch)) ||
      failed(checkOrder(gemm, schedule, arch)))
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
  if (schedule.getCopy() == CopyKind::Tma && failed(checkBulk(gemm, schedule)))
    return failure();
  if (failed(checkCluster(gemm, schedule, arch)) ||
      failed(checkStore(gemm, schedule)) || failed(checkTurns(gemm, schedule)))
    return failure();
  if (schedule.getPrefetch() && !arch.hasDependentLaunch)
    return gemm.emitOpError("prefetch needs ")
           << llvm::find_if(allArchs(),
                            [](const Arch &a) { return a.hasDependentLaunch; })
                  ->name
           << " or newer, target is " << arch.name << "; use prefetch = 0";
  if (schedule.getStages() < kSyncStages)
    return gemm.emitOpError("expected at least ")
           << kSyncStages
           << " stages: one is filled while another is read, got "
           << schedule.getStages();
  SharedBytes shared = sharedBytes(gemm, schedule, arch);
  if (shared.total() <= int64_t(arch.maxSharedPerBlock))
    return success();
  InFlightDiagnostic error =
      gemm.emitOpError("expected at most ")
      << arch.maxSharedPerBlock << " bytes of shared memory on " << arch.name
      << ", got " << shared.total() << " (weights " << shared.weights
      << ", activations " << shared.activations << ", scales " << shared.scales
      << ", zero points " << shared.zeros;
  if (shared.table)
    error << ", table " << shared.table;
  if (shared.sums)
    error << ", sums of other slices " << shared.sums;
  if (shared.results)
    error << ", results " << shared.results;
  if (shared.barriers)
    error << ", barriers " << shared.barriers;
  return error << "); use fewer stages or a smaller block";
}
