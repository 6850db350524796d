//===- SupportRules.cpp - Scales, groups and sums that lower --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What may stand beside the activations and the code: scales by type and place,
// groups by the k of the instruction, sums by the range of the accumulators.
//
//===----------------------------------------------------------------------===//

#include "SupportRules.h"
#include "humming/Dialect/Humming/IR/ScalarTypes.h"
#include "humming/Dialect/HummingTile/IR/DequantRecipe.h"
#include "humming/Dialect/HummingTile/IR/PackedLayout.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>

using namespace mlir;
using namespace humming;
using namespace humming::support;
using llvm::formatv;

static constexpr ScalarKind kScales[] = {ScalarKind::F16,  ScalarKind::BF16,
                                         ScalarKind::F32,  ScalarKind::E4M3,
                                         ScalarKind::E5M2, ScalarKind::UE8M0};
static constexpr ScalarKind kInputScales[] = {ScalarKind::F32,
                                              ScalarKind::UE8M0};
/// Groups narrower than a packed tile divide it; of scaled operands, they are
/// at least the columns that one register of each of four lanes spans.
static constexpr int64_t kNarrowGroups[] = {8, 16, 32};
static constexpr int64_t kOperandGroupBits = 4 * 32;
/// Of zero points beside operands of 4 bits: the columns of one register.
static constexpr int64_t kLeastZeroGroup = 32;

//===----------------------------------------------------------------------===//
// Scales
//===----------------------------------------------------------------------===//

/// The greatest |value - zero| of the code: zero points are codes.
static double greatestNumber(const GemmTypes &types) {
  return types.code.maxMagnitude(
      types.zero == ZeroKind::None ? types.code.defaultZero() : 0);
}

/// The least |value - zero| that is not 0.
static double leastNumber(const GemmTypes &types) {
  double least = 0;
  for (unsigned code = 0; code < types.code.size(); ++code) {
    double number =
        std::fabs(types.code.value(code) - types.code.defaultZero());
    if (number > 0 && (least == 0 || number < least))
      least = number;
  }
  return least;
}

/// Scales of operands of 8 bits, which products are rounded to from f16, where
/// they are exact.
static std::optional<std::string> refuseFoldedScale(const GemmTypes &types) {
  std::string activation = text(types.activation), scale = text(types.scale);
  if (!tile::canFoldScales(types.code, types.activation,
                           types.zero != ZeroKind::None))
    return formatv("scale = operand beside {0} activations goes with integer "
                   "codes, got {1}; use scale = accumulator",
                   activation, shortName(types.code));
  if (scalarKind(types.scale) != ScalarKind::E4M3)
    return formatv("scale = operand beside {0} activations goes with f8E4M3FN "
                   "scales, whose products are exact in f16, got {1}; use "
                   "f8E4M3FN scales or scale = accumulator",
                   activation, scale);
  return std::nullopt;
}

/// Scales of operands: exact in the operand type, and so that no product
/// leaves its range. Scales of its own type are the caller's to choose.
static std::optional<std::string> refuseOperandScale(const GemmTypes &types) {
  std::string activation = text(types.activation), scale = text(types.scale);
  if (isa<Float8E4M3FNType, Float8E5M2Type>(types.activation))
    return refuseFoldedScale(types);
  if (types.activation.getIntOrFloatBitWidth() != 16)
    return formatv("scale = operand does not go with {0} activations; use "
                   "scale = accumulator",
                   activation);
  if (types.scale == types.activation)
    return std::nullopt;
  ScalarKind kind = *scalarKind(types.scale);
  if (kind == ScalarKind::UE8M0) {
    if (types.activation.isBF16())
      return std::nullopt;
    return formatv("scale type {0} reaches from 2^-127 to 2^127, which {1} "
                   "operands do not hold; use scale = accumulator or bf16 "
                   "activations",
                   scale, activation);
  }
  if (kind != ScalarKind::E4M3 && kind != ScalarKind::E5M2)
    return formatv("{0} operands do not hold every {1}; use scale = "
                   "accumulator or {0} scales",
                   activation, scale);
  ScalarKind operand = *scalarKind(types.activation);
  double moved = std::ldexp(1.0, *exponentOf(types));
  double product = greatestNumber(types) * moved * maxFinite(kind);
  constexpr StringLiteral advice =
      "; use scale = accumulator or bf16 activations";
  if (product > maxFinite(operand))
    return formatv("products of {0} and {1} reach {2}, beyond the {3} of "
                   "{4}{5}",
                   shortName(types.code), scale, int64_t(product),
                   int64_t(maxFinite(operand)), activation, advice);
  product = leastNumber(types) * moved * leastPositive(kind);
  if (product > 0 && product < leastPositive(operand))
    return formatv("products of {0} and {1} fall to 2^{2}, below the 2^{3} of "
                   "{4}{5}",
                   shortName(types.code), scale, std::ilogb(product),
                   std::ilogb(leastPositive(operand)), activation, advice);
  return std::nullopt;
}

std::optional<std::string> support::refuseScales(const GemmTypes &types) {
  if (hasBlockScales(types))
    return std::nullopt;
  auto refuseType =
      [&](StringRef what, Type type,
          ArrayRef<ScalarKind> kinds) -> std::optional<std::string> {
    std::optional<ScalarKind> kind = scalarKind(type);
    if (!kind || !llvm::is_contained(kinds, *kind))
      return formatv("{0} type {1} does not lower; expected {2}", what,
                     text(type), listOf(type.getContext(), kinds));
    return std::nullopt;
  };
  if (types.scale) {
    if (auto reason = refuseType("scale", types.scale, kScales))
      return reason;
    if (types.place == ScaleKind::Operand)
      if (auto reason = refuseOperandScale(types))
        return reason;
  }
  return types.inputScale
             ? refuseType("input scale", types.inputScale, kInputScales)
             : std::nullopt;
}

//===----------------------------------------------------------------------===//
// Groups and sums
//===----------------------------------------------------------------------===//

/// A packed tile holds whole groups, or lies in one; so does a multiplication.
static bool fitsTile(int64_t group, int64_t depth) {
  return group % depth == 0 &&
         (group % tile::kPackedCols == 0 || tile::kPackedCols % group == 0);
}

/// "16, 32 or a multiple of 64".
static std::string groupSizes(int64_t depth) {
  SmallVector<std::string> sizes;
  for (int64_t size : kNarrowGroups)
    if (size % depth == 0)
      sizes.push_back(std::to_string(size));
  sizes.push_back(formatv("a multiple of {0}", tile::kPackedCols));
  return listOf(sizes);
}

/// What else the matrix instruction of these activations scales, for refusals.
static StringRef blockAdvice(const GemmTypes &types) {
  if (!isa<Float4E2M1FNType>(types.activation))
    return "";
  return "; or f8E8M0FNU scales for 32, or f8E4M3FN for 16 values of k, of "
         "weights and activations alike";
}

std::optional<std::string> support::refuseGroups(const GemmTypes &types,
                                                 const Arch &arch) {
  if (hasBlockScales(types)) {
    if (types.zero == ZeroKind::None || types.groupSize % kLeastZeroGroup == 0)
      return std::nullopt;
    return formatv("zero points beside {0} activations do not go with groups "
                   "of {1}; expected {2}, or signed codes",
                   text(types.activation), types.groupSize, kLeastZeroGroup);
  }
  int64_t depth = leastDepth(types, arch);
  int64_t least = kOperandGroupBits / types.activation.getIntOrFloatBitWidth();
  if (types.place == ScaleKind::Operand && types.groups > 1 &&
      !fitsTile(types.groupSize, least))
    return formatv("scale = operand does not go with groups of {0}; expected "
                   "{1}",
                   types.groupSize, groupSizes(least));
  if (types.place == ScaleKind::Accumulator && types.groups > 1 &&
      !fitsTile(types.groupSize, depth))
    return formatv("scale = accumulator does not go with groups of {0}; "
                   "expected {1}: whole multiplications{2}",
                   types.groupSize, groupSizes(depth), blockAdvice(types));
  if (types.inputGroups == 1)
    return std::nullopt;
  if (types.place == ScaleKind::Operand)
    return std::string("input scales of several groups need scale = "
                       "accumulator; use it, or one input scale a token");
  if (!fitsTile(types.inputGroupSize, depth))
    return formatv("input scales do not go with groups of {0}; expected {1}: "
                   "whole multiplications{2}",
                   types.inputGroupSize, groupSizes(depth), blockAdvice(types));
  if (types.groups > 1 && types.groupSize % types.inputGroupSize &&
      types.inputGroupSize % types.groupSize)
    return formatv("groups of {0} of the scale and {1} of the input scale "
                   "cross; expected one to be a multiple of the other",
                   types.groupSize, types.inputGroupSize);
  return std::nullopt;
}

std::optional<std::string> support::refuseSums(const GemmTypes &types) {
  if (types.acc == AccKind::F32)
    return std::nullopt;
  double number = std::ldexp(greatestNumber(types), *exponentOf(types));
  double limit = maxFinite(accumulatorKind(types.acc));
  if (types.acc == AccKind::F16) {
    if (types.k * number <= limit)
      return std::nullopt;
    return formatv("sums of K = {0} numbers of {1} reach {2}, beyond the {3} "
                   "of acc = f16; use acc = f32",
                   types.k, shortName(types.code), int64_t(types.k * number),
                   int64_t(limit));
  }
  // Two's complement: one more below zero than above.
  double activation = maxFinite(*scalarKind(types.activation)) + 1;
  int64_t length = accumulatorGroup(types);
  int64_t most = limit / (number * activation);
  if (length <= most)
    return std::nullopt;
  return formatv(
      "sums of {0} products of {1} and {2} overflow i32; expected at "
      "most {3}: use groups that scale accumulators",
      length, text(types.activation), shortName(types.code), most);
}
