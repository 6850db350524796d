//===- Support.cpp - What lowers, as a table ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One row for each type of activations, with the codes that go beside them, and
// the instructions that multiply them.
//
//===----------------------------------------------------------------------===//

#include "SupportRules.h"
#include "humming/Dialect/Humming/IR/ScalarTypes.h"
#include "humming/Dialect/HummingTile/IR/DequantRecipe.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>

using namespace mlir;
using namespace humming;
using namespace humming::support;
using llvm::formatv;

//===----------------------------------------------------------------------===//
// The matrix
//===----------------------------------------------------------------------===//

namespace {
/// The codes whose numbers the operand type holds exactly, for the reader of a
/// refusal. tile::dequantExponent decides; a test holds the two together.
struct Row {
  ScalarKind activation;
  unsigned integerBits, unsignedBitsWithZero;
  unsigned exponentBits, mantissaBits; ///< of eXmY; 0 for none
  bool tables;
};
} // namespace

static constexpr Row kMatrix[] = {
    {ScalarKind::F16, 8, 8, 5, 6, true},
    {ScalarKind::BF16, 8, 8, 7, 6, true},
    {ScalarKind::E4M3, 5, 4, 4, 3, false},
    {ScalarKind::E5M2, 4, 3, 5, 2, false},
    {ScalarKind::E2M1, 3, 2, 2, 1, false},
    {ScalarKind::I8, 8, 7, 0, 0, false},
    {ScalarKind::I4, 4, 3, 0, 0, false},
};

std::string support::text(Type type) {
  std::string result;
  llvm::raw_string_ostream(result) << type;
  return result;
}

std::string support::listOf(ArrayRef<std::string> names) {
  if (names.size() == 1)
    return names.front();
  return llvm::join(names.drop_back(), ", ") + " or " + names.back();
}

std::string support::listOf(MLIRContext *context, ArrayRef<ScalarKind> kinds) {
  return listOf(llvm::map_to_vector(
      kinds, [&](ScalarKind kind) { return text(scalarType(context, kind)); }));
}

//===----------------------------------------------------------------------===//
// Activations, codes and atoms
//===----------------------------------------------------------------------===//

GemmTypes humming::typesOf(GemmOp gemm) {
  GemmTypes types{gemm.getA().getType().getElementType(), gemm.getCode()};
  if (TypedValue<RankedTensorType> zero = gemm.getZero())
    types.zero = isa<CodeType>(zero.getType().getElementType())
                     ? ZeroKind::Code
                     : ZeroKind::Number;
  NumericsAttr numerics = gemm.getEffectiveNumerics();
  types.acc = numerics.getAcc();
  types.place = numerics.getScale();
  if (gemm.getScale())
    types.scale = gemm.getScale().getType().getElementType();
  if (gemm.getInputScale())
    types.inputScale = gemm.getInputScale().getType().getElementType();
  types.k = gemm.getK();
  types.groups = gemm.getNumGroups();
  types.groupSize = gemm.getGroupSize();
  types.inputGroups = gemm.getNumInputGroups();
  types.inputGroupSize = gemm.getInputGroupSize();
  return types;
}

bool humming::hasBlockScales(const GemmTypes &types) {
  return types.groups > 1 && types.inputGroups > 1 &&
         scalesBlocks(types.activation, types.scale, types.groupSize,
                      types.inputScale, types.inputGroupSize);
}

bool humming::hasAccumulatorGroups(const GemmTypes &types) {
  if (hasBlockScales(types))
    return false;
  return types.inputGroups > 1 ||
         (types.groups > 1 && types.place == ScaleKind::Accumulator);
}

int64_t humming::accumulatorGroup(const GemmTypes &types) {
  int64_t size = types.k;
  if (!hasAccumulatorGroups(types))
    return size;
  if (types.groups > 1 && types.place == ScaleKind::Accumulator)
    size = std::min(size, types.groupSize);
  if (types.inputGroups > 1)
    size = std::min(size, types.inputGroupSize);
  return size;
}

bool humming::multiplies(const MmaAtom &atom, const GemmTypes &types) {
  std::optional<ScalarKind> operand = scalarKind(types.activation);
  return atom.a == operand && atom.b == operand &&
         atom.acc == accumulatorKind(types.acc);
}

const MmaAtom *humming::selectAtom(const GemmTypes &types, const Arch &arch) {
  bool hasGroups = hasAccumulatorGroups(types);
  int64_t group = accumulatorGroup(types);
  const MmaAtom *best = nullptr;
  for (const MmaAtom &atom : allMmaAtoms())
    if (multiplies(atom, types) && atom.minSm <= arch.sm &&
        (!hasGroups || group % atom.k == 0) &&
        (!best ||
         std::pair(atom.k, atom.minSm) > std::pair(best->k, best->minSm)))
      best = &atom;
  return best;
}

int64_t support::leastDepth(const GemmTypes &types, const Arch &arch) {
  int64_t least = 0;
  for (const MmaAtom &atom : allMmaAtoms())
    if (multiplies(atom, types) && atom.minSm <= arch.sm)
      least = least ? std::min(least, atom.k) : atom.k;
  return least;
}

double support::leastPositive(ScalarKind kind) {
  return std::ldexp(1.0, minExponent(kind) + 1 - int(precision(kind)));
}

std::optional<int> support::exponentOf(const GemmTypes &types) {
  return tile::dequantExponent(types.code, types.activation,
                               types.zero != ZeroKind::None);
}

/// Why operands of the activations' type cannot hold the numbers of the code.
static std::string refuseCode(const GemmTypes &types, const Row &row) {
  bool hasZero = types.zero != ZeroKind::None;
  std::string activation = text(types.activation);
  std::string reason =
      formatv("{0} activations do not go with {1}{2}; they take ", activation,
              shortName(types.code), hasZero ? " and zero points" : "");
  if (hasZero)
    reason += formatv("u1 to u{0}", row.unsignedBitsWithZero);
  else {
    reason += formatv("integers of at most {0} bits", row.integerBits);
    if (row.exponentBits)
      reason +=
          formatv(", floats of at most {0} exponent and {1} mantissa bits",
                  row.exponentBits, row.mantissaBits);
    if (row.tables)
      reason += ", tables";
  }
  SmallVector<std::string> others;
  for (Type other : activationTypes(types.activation.getContext()))
    if (tile::dequantExponent(types.code, other, hasZero))
      others.push_back(text(other));
  return others.empty() ? reason
                        : reason + "; use " + listOf(others) + " activations";
}

std::vector<Type> humming::activationTypes(MLIRContext *context) {
  std::vector<Type> types;
  for (const Row &row : kMatrix)
    types.push_back(scalarType(context, row.activation));
  return types;
}

/// Why rounding the values of a table to the activations' type loses one.
static std::optional<std::string> refuseTable(const GemmTypes &types,
                                              ScalarKind operand) {
  if (types.code.kind() != Code::Kind::Table)
    return std::nullopt;
  for (unsigned code = 0; code < types.code.size(); ++code) {
    double value = types.code.value(code), rounded = roundTo(operand, value);
    if (std::isinf(rounded))
      return formatv("value {0:e3} of {1} is beyond the {2:e3} of {3}; use "
                     "smaller values, and larger scales on accumulators",
                     value, shortName(types.code), maxFinite(operand),
                     text(types.activation));
    if (rounded == 0 && value != 0)
      return formatv("value {0:e3} of {1} vanishes beside the {2:e3} of {3}; "
                     "use larger values, and smaller scales on accumulators",
                     value, shortName(types.code), leastPositive(operand),
                     text(types.activation));
  }
  return std::nullopt;
}

static std::optional<std::string> refuseOperands(const GemmTypes &types,
                                                 const Arch &arch) {
  MLIRContext *context = types.activation.getContext();
  std::string activation = text(types.activation);
  const Row *row = llvm::find_if(kMatrix, [&](const Row &row) {
    return row.activation == scalarKind(types.activation);
  });
  if (row == std::end(kMatrix))
    return formatv("activation type {0} does not lower; expected {1}",
                   activation,
                   listOf(context, llvm::map_to_vector(kMatrix, [](auto &row) {
                            return row.activation;
                          })));
  if (types.zero == ZeroKind::Number &&
      types.activation.getIntOrFloatBitWidth() < 16)
    return formatv("zero points that are numbers do not go with {0} "
                   "activations; use codes, or f16 or bf16 activations",
                   activation);
  if (types.zero != ZeroKind::None && types.code.kind() != Code::Kind::Unsigned)
    return formatv("zero points do not go with {0}; use u{1}",
                   shortName(types.code), types.code.bits());
  if (!exponentOf(types))
    return refuseCode(types, *row);
  if (auto reason = refuseTable(types, row->activation))
    return reason;
  if (leastDepth(types, arch))
    return std::nullopt;
  for (const Arch &newer : allArchs())
    if (leastDepth(types, newer))
      return formatv("{0} activations need {1} or newer, target is {2}",
                     activation, newer.name, arch.name);
  return formatv("no mma accumulates {0} activations in {1}; use acc = {2}",
                 activation, stringifyAccKind(types.acc),
                 isFloat(row->activation) ? "f32" : "i32");
}

std::optional<std::string> humming::refusal(const GemmTypes &types,
                                            const Arch &arch) {
  if (auto reason = refuseOperands(types, arch))
    return reason;
  if (auto reason = refuseScales(types))
    return reason;
  if (auto reason = refuseGroups(types, arch))
    return reason;
  return refuseSums(types);
}
