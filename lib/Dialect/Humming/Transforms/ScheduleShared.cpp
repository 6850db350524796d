//===- ScheduleShared.cpp - Shared memory that a schedule takes -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bytes of each buffer of a kernel, counted from its gemm and its schedule.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/Humming/Transforms/Schedules.h"
#include "humming/Dialect/HummingTile/IR/DequantRecipe.h"
#include "humming/Dialect/HummingTile/IR/HummingTile.h"

#include <algorithm>

using namespace mlir;
using namespace humming;

int64_t SharedBytes::total() const {
  int64_t stages = weights + activations + scales + zeros + table;
  int64_t both =
      sums <= tile::kOwnSumBytes ? stages + sums : std::max(stages, sums);
  return both + results + barriers;
}

/// Whether a table of pairs has a place beside what is in `shared`: small
/// shared memory is better used for stages, and two sets of warps would each
/// write it.
static bool fitsPairTable(const SharedBytes &shared, ScheduleAttr schedule,
                          const Arch &arch) {
  constexpr int64_t part = 4, alignment = 1024;
  return schedule.getTurns() == 1 &&
         part * tile::kPairTableBytes <= int64_t(arch.maxSharedPerBlock) &&
         shared.total() + alignment + tile::kPairTableBytes <=
             int64_t(arch.maxSharedPerBlock);
}

SharedBytes humming::sharedBytes(GemmOp gemm, ScheduleAttr schedule,
                                 const Arch &arch) {
  int64_t stages = schedule.getStages(), blockN = schedule.getBlockN();
  int64_t blockK = schedule.getBlockK();
  int64_t groups = std::max<int64_t>(1, blockK / gemm.getGroupSize());
  SharedBytes result = {};
  result.weights = stages * blockN * blockK * gemm.getCode().bits() / 8;
  result.activations = stages * schedule.getBlockM() * blockK *
                       gemm.getA().getType().getElementTypeBitWidth() / 8;
  // One scale a channel or a token goes from global memory to the epilogue.
  bool isStaged = gemm.getNumGroups() > 1 ||
                  gemm.getEffectiveNumerics().getScale() == ScaleKind::Operand;
  if (gemm.getScale() && isStaged)
    result.scales = stages * blockN * groups *
                    gemm.getScale().getType().getElementTypeBitWidth() / 8;
  if (gemm.getNumInputGroups() > 1 && !gemm.hasBlockScales())
    result.scales += stages * schedule.getBlockM() *
                     std::max<int64_t>(1, blockK / gemm.getInputGroupSize()) *
                     gemm.getInputScale().getType().getElementTypeBitWidth() /
                     8;
  if (gemm.getZero()) {
    Type zero = gemm.getZero().getType().getElementType();
    // Codes are packed as bytes.
    int64_t bytes = isa<CodeType>(zero) ? 1 : zero.getIntOrFloatBitWidth() / 8;
    result.zeros = stages * blockN * groups * bytes;
  }
  constexpr int64_t sumBytes = 4;
  if (schedule.getFixup() == FixupKind::Cluster)
    result.sums =
        (schedule.getSplitK() - 1) * blockN * schedule.getBlockM() * sumBytes;
  if (schedule.getStore() != StoreKind::Direct)
    result.results = schedule.getTurns() * blockN * schedule.getBlockM() *
                     gemm.getType().getElementTypeBitWidth() / 8;
  constexpr int64_t barrierBytes = 8;
  if (schedule.getCopy() == CopyKind::Tma)
    result.barriers =
        (2 * stages + (schedule.getTurns() > 1 ? schedule.getTurns() : 0)) *
        barrierBytes;
  if (schedule.getFixup() == FixupKind::Cluster)
    result.barriers += barrierBytes;
  Type operand = gemm.getA().getType().getElementType();
  if (tile::readsSharedTable(gemm.getCode(), operand))
    result.table = gemm.getCode().size() * operand.getIntOrFloatBitWidth() / 8;
  else if (tile::hasPairTable(gemm.getCode(), operand) &&
           fitsPairTable(result, schedule, arch))
    result.table = tile::kPairTableBytes;
  return result;
}
