//===- SupportCells.cpp - The cells of the support matrix -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Lists every activation type, code and kind of zero point, with the oldest
// architecture that runs them together or the reason why none does.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/Humming/Transforms/Support.h"
#include "humming/Dialect/HummingTile/IR/PackedLayout.h"

using namespace mlir;
using namespace humming;

std::vector<Code> humming::allCodes() {
  constexpr unsigned maxBits = 8;
  std::vector<Code> codes;
  for (unsigned bits = 1; bits <= maxBits; ++bits)
    codes.push_back(Code::unsignedInteger(bits));
  for (unsigned bits = 1; bits <= maxBits; ++bits)
    codes.push_back(Code::signedInteger(bits));
  for (unsigned exponent = 1; exponent < maxBits; ++exponent)
    for (unsigned mantissa = 0; 1 + exponent + mantissa <= maxBits; ++mantissa)
      codes.push_back(Code::minifloat(exponent, mantissa));
  codes.push_back(Code::normalFloat4());
  for (unsigned bits = 1; bits <= maxBits; ++bits) {
    // Any values do: from -1 up, in even steps.
    std::vector<double> values(size_t(1) << bits);
    for (auto [index, value] : llvm::enumerate(values))
      value = 2.0 * index / values.size() - 1;
    codes.push_back(Code::table(std::move(values)));
  }
  return codes;
}

std::string humming::shortName(const Code &code) {
  bool isNamed =
      code.kind() != Code::Kind::Table || code == Code::normalFloat4();
  return isNamed ? code.name() : "lut" + std::to_string(code.bits());
}

/// The cell of these types: a gemm of one packed tile and no scale.
static SupportCell cellOf(Type activation, const Code &code, ZeroKind zero) {
  GemmTypes types{activation, code, zero};
  types.acc = activation.isInteger() ? AccKind::I32 : AccKind::F32;
  types.k = tile::kPackedCols;
  SupportCell cell{activation, code, zero, /*least=*/nullptr, /*reason=*/{}};
  for (const Arch &arch : allArchs()) {
    std::optional<std::string> reason = refusal(types, arch);
    if (!reason) {
      cell.least = &arch;
      cell.reason.clear();
      return cell;
    }
    cell.reason = std::move(*reason);
  }
  return cell;
}

std::vector<SupportCell> humming::supportCells(MLIRContext *context) {
  std::vector<SupportCell> cells;
  for (Type activation : activationTypes(context))
    for (const Code &code : allCodes()) {
      cells.push_back(cellOf(activation, code, ZeroKind::None));
      if (code.kind() != Code::Kind::Unsigned)
        continue;
      cells.push_back(cellOf(activation, code, ZeroKind::Code));
      cells.push_back(cellOf(activation, code, ZeroKind::Number));
    }
  return cells;
}
