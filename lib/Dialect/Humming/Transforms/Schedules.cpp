//===- Schedules.cpp - Choosing and checking schedules --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A table of block tiles per number of tokens, and the arithmetic that fits
// one to a gemm and a target: k of the block, stages that fit shared memory,
// and a split of k when the output alone has too few tiles to fill the GPU.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/Humming/Transforms/Schedules.h"
#include "humming/Dialect/Humming/IR/ScalarTypes.h"
#include "humming/Dialect/HummingTile/IR/PackedLayout.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/MathExtras.h"
#include <limits>

using namespace mlir;
using namespace humming;

namespace {
/// A block tile and the warps that share it, for gemms of at most `tokens`
/// rows.
struct Tile {
  int64_t tokens;
  int64_t blockN, blockM, blockK;
  int64_t warpsN, warpsM;
};
} // namespace

/// In rising order of tokens; of one bucket, the largest tile first and a tile
/// of the narrowest n last. A warp dequantizes its weights once for all tokens
/// it holds, so small m keeps the warps side by side along n. No tile has more
/// than 64 accumulators a lane, which leaves room for the operands in 255
/// registers.
static constexpr int64_t kUnlimited = std::numeric_limits<int64_t>::max();
static constexpr Tile kTiles[] = {
    {8, 64, 8, 128, 4, 1},            //
    {16, 64, 16, 128, 4, 1},          //
    {32, 128, 32, 128, 4, 1},         //
    {32, 64, 32, 128, 4, 1},          //
    {64, 128, 64, 64, 4, 1},          //
    {64, 64, 64, 64, 4, 1},           //
    {128, 128, 128, 64, 4, 2},        //
    {128, 64, 128, 64, 2, 2},         //
    {kUnlimited, 128, 128, 64, 4, 2}, //
    {kUnlimited, 64, 128, 64, 2, 2},
};

/// Buffers of a cp.async pipeline: enough copies in flight to hide the latency
/// of global memory. A synchronous copy needs one buffer to fill, one to read.
static constexpr int64_t kAsyncStages = 4, kSyncStages = 2;
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
  static constexpr int64_t buckets[] = {8, 16, 32, 64, 128};
  return buckets;
}

static ScalarKind accumulatorKind(GemmOp gemm) {
  switch (gemm.getEffectiveNumerics().getAcc()) {
  case AccKind::F32:
    return ScalarKind::F32;
  case AccKind::F16:
    return ScalarKind::F16;
  case AccKind::I32:
    return ScalarKind::I32;
  }
  llvm_unreachable("unknown accumulator kind");
}

/// True when `atom` has the operand and accumulator types of `gemm`.
static bool multiplies(const MmaAtom &atom, GemmOp gemm) {
  std::optional<ScalarKind> operand =
      scalarKind(gemm.getA().getType().getElementType());
  return atom.a == operand && atom.b == operand &&
         atom.acc == accumulatorKind(gemm);
}

const MmaAtom *humming::selectAtom(GemmOp gemm, const Arch &arch) {
  const MmaAtom *best = nullptr;
  for (const MmaAtom &atom : allMmaAtoms())
    if (multiplies(atom, gemm) && atom.minSm <= arch.sm &&
        (!best || atom.k > best->k))
      best = &atom;
  return best;
}

/// K rounded up to whole packed tiles.
static int64_t paddedN(GemmOp gemm) { return tile::paddedRows(gemm.getN()); }
static int64_t paddedK(GemmOp gemm) { return tile::paddedCols(gemm.getK()); }

SharedBytes humming::sharedBytes(GemmOp gemm, ScheduleAttr schedule) {
  auto bytes = [](TypedValue<RankedTensorType> value) -> int64_t {
    return value.getType().getElementTypeBitWidth() / 8;
  };
  int64_t stages = schedule.getStages(), blockN = schedule.getBlockN();
  int64_t blockK = schedule.getBlockK();
  SharedBytes result = {};
  result.weights = stages * blockN * blockK * gemm.getCode().bits() / 8;
  result.activations =
      stages * schedule.getBlockM() * blockK * bytes(gemm.getA());
  int64_t groups = std::max<int64_t>(1, blockK / gemm.getGroupSize());
  // Scales of accumulators go from global memory to the epilogue.
  if (gemm.getScale() &&
      gemm.getEffectiveNumerics().getScale() == ScaleKind::Operand)
    result.scales = stages * blockN * groups * bytes(gemm.getScale());
  if (gemm.getZero())
    result.zeros = stages * blockN * groups; // packed zero points are bytes
  return result;
}

/// Output tiles of a gemm of `tokens` rows; without a limit there are always
/// enough.
static int64_t outputTiles(GemmOp gemm, int64_t tokens, int64_t blockN,
                           int64_t blockM) {
  if (tokens == kUnlimited)
    return kUnlimited;
  return paddedN(gemm) / blockN * llvm::divideCeil(tokens, blockM);
}

/// The first tile for so many tokens that divides N and fills the GPU, else the
/// last one that divides N.
static const Tile &selectTile(GemmOp gemm, const Arch &arch, int64_t tokens) {
  const Tile *choice = nullptr;
  int64_t bucket = 0;
  for (const Tile &tile : kTiles) {
    if (tile.tokens < tokens || (choice && tile.tokens != bucket))
      continue;
    if (paddedN(gemm) % tile.blockN)
      continue;
    choice = &tile;
    bucket = tile.tokens;
    if (outputTiles(gemm, tokens, tile.blockN, tile.blockM) >= arch.smCount)
      break;
  }
  assert(choice && "checkTarget admits only N that some tile divides");
  return *choice;
}

ScheduleAttr humming::selectSchedule(GemmOp gemm, const Arch &arch,
                                     int64_t tokens) {
  int64_t m = gemm.getM();
  if (tokens == 0)
    tokens = kUnlimited;
  if (!ShapedType::isDynamic(m))
    tokens = std::min(tokens, m);

  const Tile &chosen = selectTile(gemm, arch, tokens);
  // A stage holds whole groups, or lies in one.
  int64_t group = gemm.getGroupSize();
  bool fits = paddedK(gemm) % chosen.blockK == 0 &&
              (group % chosen.blockK == 0 || chosen.blockK % group == 0);
  int64_t blockK = fits ? chosen.blockK : tile::kPackedCols;
  int64_t kTilesTotal = paddedK(gemm) / blockK;

  int64_t splitK = 1;
  int64_t tiles = outputTiles(gemm, tokens, chosen.blockN, chosen.blockM);
  while (tiles * splitK < int64_t(arch.smCount) &&
         kTilesTotal / (2 * splitK) >= kMinTilesPerSlice)
    splitK *= 2;

  auto build = [&](int64_t stages) {
    return ScheduleAttr::get(
        gemm.getContext(), chosen.blockN, chosen.blockM, blockK, chosen.warpsN,
        chosen.warpsM, stages, selectAtom(gemm, arch)->name,
        arch.hasCpAsync ? CopyKind::CpAsync : CopyKind::Sync, splitK);
  };
  int64_t stages = arch.hasCpAsync ? std::clamp(kTilesTotal / splitK,
                                                kSyncStages, kAsyncStages)
                                   : kSyncStages;
  while (stages > kSyncStages && sharedBytes(gemm, build(stages)).total() >
                                     int64_t(arch.maxSharedPerBlock))
    --stages;
  return build(stages);
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
  int64_t group = gemm.getGroupSize();
  if (gemm.getEffectiveNumerics().getScale() == ScaleKind::Operand &&
      group % blockK && blockK % group)
    return gemm.emitOpError("expected block k to divide the group size ")
           << group << " or to be a multiple of it, got " << blockK;
  int64_t kTilesTotal = paddedK(gemm) / blockK;
  if (schedule.getSplitK() > kTilesTotal)
    return gemm.emitOpError("expected split_k of at most the ")
           << kTilesTotal << " k-tiles, got " << schedule.getSplitK();
  return success();
}

/// Checks that the atom exists for the types of the gemm and on the target.
static LogicalResult checkAtom(GemmOp gemm, ScheduleAttr schedule,
                               const Arch &arch) {
  for (const MmaAtom &atom : allMmaAtoms()) {
    if (!multiplies(atom, gemm) || atom.name != schedule.getMma())
      continue;
    if (atom.minSm <= arch.sm)
      return success();
    return gemm.emitOpError("mma ")
           << atom.name << " needs sm_" << atom.minSm << " or newer, target is "
           << arch.name << "; use mma = " << selectAtom(gemm, arch)->name;
  }
  return gemm.emitOpError("expected an mma for ")
         << gemm.getA().getType().getElementType() << " activations such as "
         << selectAtom(gemm, arch)->name << ", got " << schedule.getMma();
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
