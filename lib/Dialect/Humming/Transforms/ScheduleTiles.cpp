//===- ScheduleTiles.cpp - Block tiles to choose from ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The tables of tiles, what a tile costs in registers and shared memory, and
// how it shrinks. docs/performance-log.md has the measurements behind the
// numbers.
//
//===----------------------------------------------------------------------===//

#include "ScheduleTiles.h"
#include "ScheduleLimits.h"
#include "humming/Dialect/Humming/Transforms/Support.h"
#include "humming/Dialect/HummingTile/IR/PackedLayout.h"

using namespace mlir;
using namespace humming;

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

/// In rising order of tokens; of one bucket a tile of the narrowest n is there.
/// A warp dequantizes its weights once for all tokens it holds, so the warps
/// are side by side along n. The times are those of 16-bit activations.
static constexpr Tile kTiles[] = {
    {8, 64, 8, 128, 4, 1, 4, 3, 85},             //
    {8, 128, 8, 256, 4, 1, 4, 2, 72},            //
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
    {32, 64, 32, 256, 4, 1, 4, 2, 110},          //
    {32, 64, 32, 128, 4, 1, 5, 3, 117},          //
    {64, 128, 64, 128, 4, 1, 4, 2, 135},         //
    {64, 64, 64, 128, 4, 1, 3, 3, 180},          //
    {128, 128, 128, 64, 4, 1, 4, 2, 230},        //
    {128, 128, 128, 64, 8, 1, 6, 1, 235},        //
    {128, 128, 64, 128, 4, 1, 4, 2, 135},        //
    {kUnlimited, 128, 256, 64, 8, 1, 4, 1, 400}, //
    {kUnlimited, 128, 128, 64, 4, 1, 4, 2, 230}, //
    {kUnlimited, 128, 128, 64, 8, 1, 6, 1, 235}, //
    {kUnlimited, 64, 64, 128, 4, 1, 3, 3, 160},  //
};
/// Tiles of warpgroups beside a warp that copies. Its registers leave place for
/// two blocks of 64 x 64 where cp.async has three. Wide ones share what a turn
/// of the loop costs besides decoding, and copies of the tokens.
static constexpr Tile kBulkTiles[] = {
    {16, 128, 16, 256, 4, 1, 5, 1, 108},           //
    {32, 64, 32, 128, 4, 1, 5, 3, 114},            //
    {32, 128, 32, 256, 4, 1, 5, 1, 108},           //
    {64, 64, 64, 128, 4, 1, 4, 2, 155},            //
    {64, 256, 64, 128, 8, 1, 5, 1, 130},           //
    {128, 128, 128, 64, 8, 1, 6, 1, 226},          //
    {128, 128, 128, 128, 8, 1, 4, 1, 222},         //
    {128, 192, 64, 128, 12, 1, 5, 1, 138},         //
    {128, 256, 128, 128, 8, 1, 3, 1, 193},         //
    {kUnlimited, 192, 128, 128, 12, 1, 4, 1, 220}, //
    {kUnlimited, 128, 256, 64, 8, 1, 4, 1, 385},   //
    {kUnlimited, 128, 128, 128, 8, 1, 4, 1, 222},  //
    {kUnlimited, 64, 64, 128, 4, 1, 3, 2, 160},    //
};
/// Longer turns for codes of few bits, and wide ones.
static constexpr Tile kOtherTiles[] = {
    {8, 256, 8, 256, 8, 1, 3, 1, 100}, //
    {8, 128, 8, 512, 4, 1, 3, 1, 100}, //
};
/// Twice and three times the channels for the same tokens: fewer bytes of
/// activations for each product, and tiles in other numbers; and the widest
/// tile, for all codes.
static constexpr Tile kOtherBulkTiles[] = {
    {64, 128, 64, 128, 4, 1, 4, 2, 135},         //
    {64, 256, 64, 64, 8, 1, 6, 1, 135},          //
    {64, 256, 64, 64, 16, 1, 6, 1, 135},         //
    {64, 192, 64, 64, 12, 1, 6, 1, 138},         //
    {128, 256, 128, 64, 8, 1, 5, 1, 220},        //
    {128, 192, 128, 64, 12, 1, 5, 1, 222},       //
    {kUnlimited, 128, 256, 64, 8, 1, 4, 1, 380}, //
};

//===----------------------------------------------------------------------===//
// Fitting
//===----------------------------------------------------------------------===//

/// Accumulators of a lane that leave room for a tile on its way through
/// registers, for zero points, and for codes that take more steps to decode
/// than those of 4 bits.
static constexpr int64_t kFewAccumulators = 64;
/// Those that leave room for the scales of groups beside a tile on its way, or
/// beside codes in several planes, and for those of groups shorter than this.
static constexpr int64_t kFewestAccumulators = 32, kShortGroup = 32;
/// Accumulators of a lane that leave room for the operands in 255 registers.
static constexpr int64_t kMostAccumulators = 128;
/// More stages than these are worth less than a table of pairs.
static constexpr int64_t kManyStages = 4;

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

/// Registers of a lane where warpgroups scale groups: the sum and the products,
/// operands of two tiles and codes of one where these are not in shared memory,
/// and the scales of tokens. What is left of 255 is for addresses, and for the
/// weights' scales.
static constexpr int64_t kMostGroupRegisters = 208;
static int64_t groupRegisters(GemmOp gemm, const Tile &tile, int64_t blockK) {
  constexpr int64_t registerBits = 32, tokenLanes = 4;
  int64_t lanes = 32 * tile.warpsN * tile.warpsM;
  int64_t operand = gemm.getA().getType().getElementTypeBitWidth();
  int64_t bits = tile::packsOperands(gemm.getCode().bits(), operand)
                     ? 0
                     : 2 * operand + gemm.getCode().bits();
  int64_t tokens = gemm.getNumInputGroups() > 1 ? tile.blockM / tokenLanes : 0;
  return 2 * tile.accumulators() +
         tile.blockN * blockK * bits / (registerBits * lanes) + tokens;
}

/// True when the kernel has the registers for stages of `blockK`. Groups that
/// scale accumulators have a sum of their own beside the whole, and their
/// scales. What a code takes is uncertain: `isToBeMeasured` finds out.
static bool hasRegisters(GemmOp gemm, const Arch &arch, const Tile &tile,
                         bool isWarpgroup, int64_t blockK,
                         bool isToBeMeasured) {
  bool hasGroups = hasAccumulatorGroups(typesOf(gemm));
  if (isWarpgroup && hasGroups)
    return groupRegisters(gemm, tile, blockK) <= kMostGroupRegisters;
  bool isWide = copiesWidely(gemm, arch);
  unsigned bits = gemm.getCode().bits();
  int64_t most = kFewAccumulators;
  // Warpgroups multiply what they hold of one tile while they decode the next:
  // there is room for it, whatever the code.
  bool isKnown = (bits == 4 || isWarpgroup) && !gemm.getZero();
  if (isWide && (isKnown || (isToBeMeasured && !hasGroups)))
    most = kMostAccumulators;
  else if (hasGroups && (!isWide || !llvm::isPowerOf2_32(bits) ||
                         accumulatorGroup(typesOf(gemm)) < kShortGroup))
    most = kFewestAccumulators;
  return (hasGroups ? 2 : 1) * tile.accumulators() <= most;
}

/// The atom of a warpgroup that multiplies `gemm` on `arch`, or null.
static const MmaAtom *selectWarpgroupAtom(GemmOp gemm, const Arch &arch) {
  if (!copiesWidely(gemm, arch))
    return nullptr;
  for (const MmaAtom &atom : allWarpgroupAtoms())
    if (multiplies(atom, typesOf(gemm)) && atom.minSm == arch.sm)
      return &atom;
  return nullptr;
}

llvm::SmallVector<TileKind> humming::tileKinds(GemmOp gemm, const Arch &arch) {
  llvm::SmallVector<TileKind> kinds;
  CopyKind copy = arch.hasCpAsync ? CopyKind::CpAsync : CopyKind::Sync;
  kinds.push_back({kTiles, kOtherTiles, selectAtom(gemm, arch), copy, false});
  const MmaAtom *atom = selectWarpgroupAtom(gemm, arch);
  if (atom)
    kinds.push_back({kWarpgroupTiles, {}, atom, copy, true});
  // Bulk copies have no place for input scales of groups.
  if (atom && gemm.getNumInputGroups() == 1)
    kinds.push_back({kBulkTiles, kOtherBulkTiles, atom, CopyKind::Tma, true});
  return kinds;
}

ScheduleAttr FittedTile::schedule(GemmOp gemm, int64_t splitK) const {
  return ScheduleAttr::get(
      gemm.getContext(), tile->blockN, tile->blockM, blockK, tile->warpsN,
      tile->warpsM, stages, kind.atom->name, kind.copy, splitK,
      kind.isWarpgroup ? StoreKind::Shared : StoreKind::Direct,
      /*blocks=*/0, /*prefetch=*/0, /*cluster=*/1, FixupKind::Memory,
      /*turns=*/1);
}

std::optional<FittedTile> humming::fitTile(GemmOp gemm, const Arch &arch,
                                           const Tile &tile,
                                           const TileKind &kind,
                                           bool isToBeMeasured) {
  bool isWarpgroup = kind.isWarpgroup;
  int64_t least = isWarpgroup ? kWarpgroupStages : kSyncStages;
  // Lines of activations start where the swizzle's pattern does.
  int64_t gaps = isWarpgroup ? 1024 : 0;
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
        !hasRegisters(gemm, arch, tile, isWarpgroup, blockK, isToBeMeasured) ||
        (isWarpgroup &&
         !(fillsLines(gemm, blockK) && scalesWholeStages(gemm, blockK))))
      continue;
    int64_t stages = arch.hasCpAsync ? tile.stages : kSyncStages;
    for (; stages >= least; --stages) {
      FittedTile fitted = {&tile, kind, blockK, stages};
      auto shared = [&](const FittedTile &of) {
        return sharedBytes(gemm, of.schedule(gemm, /*splitK=*/1), arch);
      };
      SharedBytes bytes = shared(fitted);
      if (bytes.total() + gaps > int64_t(arch.maxSharedPerBlock))
        continue;
      FittedTile fewer = {&tile, kind, blockK, stages - 1};
      bool leavesTable =
          stages > kManyStages && !bytes.table && shared(fewer).table;
      return leavesTable ? fewer : fitted;
    }
  }
  return std::nullopt;
}
