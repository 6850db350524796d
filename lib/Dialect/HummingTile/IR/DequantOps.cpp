//===- DequantOps.cpp - codes to operands ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Verifiers of dequant, dequant_atom and tabulate.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/Dialect/HummingTile/IR/DequantRecipe.h"
#include "humming/Dialect/HummingTile/IR/HummingTile.h"

using namespace mlir;
using namespace humming;
using namespace humming::tile;

LogicalResult TabulateOp::verify() {
  // tabulate_c1
  auto type = dyn_cast<CodeType>(getCode());
  SmemType buffer = getBuffer().getType();
  Type element = buffer.getElementType();
  if (!type || (!readsSharedTable(type.getCode(), element) &&
                !hasPairTable(type.getCode(), element)))
    return emitOpError("expected a table of at least 16 values and a 16-bit "
                       "float, got ")
           << getCode() << " and " << element;
  // tabulate_c2
  auto [rows, cols] = sharedTableShape(type.getCode());
  if (buffer.getStages() != 1 || buffer.getRows() != rows ||
      buffer.getCols() != cols)
    return emitOpError("expected a buffer of 1x")
           << rows << "x" << cols << ", got " << buffer;
  return success();
}

/// dequant_c5, dequant_atom_c4
template <typename Op>
static LogicalResult verifyInPlace(Op op, CodeType code, Type element) {
  if (!op.getInPlace() ||
      (!op.getScale() && alignedExponent(code.getCode(), element)))
    return success();
  return op.emitOpError("expected in_place without scale, with a minifloat of "
                        "fewer exponent bits and f16, got ")
         << code << " to " << element;
}

LogicalResult DequantOp::verify() {
  FragType result = getResult().getType();
  // dequant_c1
  auto code = dyn_cast<CodeType>(getCode());
  unsigned bits = 0;
  for (Value plane : getCodes()) {
    auto type = cast<FragType>(plane.getType());
    if (!isa<CodeType>(type.getElementType()))
      return emitOpError("expected codes, got ") << type.getElementType();
    bits += getElementBits(type.getElementType());
    if (type.getRows() != result.getRows() ||
        type.getCols() != result.getCols())
      return emitOpError("expected planes of ")
             << result.getRows() << "x" << result.getCols() << ", got "
             << type.getRows() << "x" << type.getCols();
  }
  if (!code || bits != code.getBits())
    return emitOpError("expected planes that make up ")
           << getCode() << ", got " << bits << " bits";
  // dequant_c2
  if (getScale()) {
    FragType scale = getScale().getType();
    Type factor = scaledIn(result.getElementType());
    if (scale.getElementType() != factor ||
        scale.getRows() != result.getRows() ||
        result.getCols() % scale.getCols() != 0)
      return emitOpError("expected a scale of ")
             << result.getRows() << " rows of " << factor
             << " whose columns divide " << result.getCols() << ", got "
             << scale;
  }
  // dequant_c3
  if (getZero()) {
    FragType zero = getZero().getType();
    bool sameShape =
        !getScale() || getScale().getType().getCols() == zero.getCols();
    Type element = zero.getElementType();
    bool isBytes = isa<CodeType>(element) && getElementBits(element) == 8;
    if ((!isBytes && element != result.getElementType()) ||
        zero.getRows() != result.getRows() || !sameShape ||
        result.getCols() % zero.getCols() != 0)
      return emitOpError("expected zero points of ")
             << result.getRows() << " rows of bytes or "
             << result.getElementType() << ", one for each scale, got " << zero;
  }
  if (failed(verifyInPlace(*this, code, result.getElementType())))
    return failure();
  // dequant_c4
  if (!getTable())
    return success();
  SmemType table = getTable().getType();
  auto [rows, cols] = sharedTableShape(code.getCode());
  if (table.getStages() != 1 || table.getRows() != rows ||
      table.getCols() != cols ||
      table.getElementType() != result.getElementType())
    return emitOpError("expected a table of 1x")
           << rows << "x" << cols << "x" << result.getElementType() << ", got "
           << table;
  return success();
}

LogicalResult DequantAtomOp::verify() {
  auto code = dyn_cast<CodeType>(getCode());
  int64_t words = cast<VectorType>(getWords().getType()).getNumElements();
  // dequant_atom_c1
  if (!code || words != static_cast<int64_t>(code.getBits()))
    return emitOpError("expected a word for each bit of the code, got ")
           << words << " for " << getCode();
  int64_t elements = 0;
  for (Type type : getResultTypes()) {
    elements += cast<VectorType>(type).getNumElements();
    if (type != getResultTypes().front())
      return emitOpError("expected results of one type, got ")
             << getResultTypes().front() << " and " << type;
  }
  if (elements != kTileCodes)
    return emitOpError("expected ")
           << kTileCodes << " elements of results, got " << elements;
  // dequant_atom_c2
  auto isPerGroup = [](Type type, Type element) {
    auto vector = cast<VectorType>(type);
    return vector.getElementType() == element &&
           llvm::is_contained({2, 4, 8, 16}, vector.getNumElements());
  };
  Type element = cast<VectorType>(getResultTypes().front()).getElementType();
  Type factor = scaledIn(element);
  if (getScale() && !isPerGroup(getScale().getType(), factor))
    return emitOpError("expected two scales of ")
           << factor << " for each group, got " << getScale().getType();
  Type byte = IntegerType::get(getContext(), 8);
  if (getZero() && !isPerGroup(getZero().getType(), byte) &&
      !isPerGroup(getZero().getType(), element))
    return emitOpError("expected two zero points, bytes or ")
           << element << ", for each group, got " << getZero().getType();
  if (getScale() && getZero() &&
      cast<VectorType>(getScale().getType()).getNumElements() !=
          cast<VectorType>(getZero().getType()).getNumElements())
    return emitOpError("expected as many zero points as scales, got ")
           << getZero().getType() << " and " << getScale().getType();
  // dequant_atom_c3
  bool isOfPairs = getTable() && code.getCode().bits() == kLookupBits;
  if (isOfPairs != bool(getCopy()))
    return emitOpError("expected a copy beside a table of pairs, which ")
           << code << (isOfPairs ? " has" : " has not");
  return verifyInPlace(*this, code, element);
}
