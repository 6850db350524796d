//===- Vector.cpp - Taking vectors and structs apart ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Handlers of insert, extract and shuffle. With constant positions they only
// rename planes; an extract or insert at a computed position selects per lane.
//
//===----------------------------------------------------------------------===//

#include "Decoder.h"
#include "Lanes.h"
#include "Machine.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace humming::emulator {

/// Position of the first plane of a field, and the field's type.
static std::pair<unsigned, Type> locateField(Decoder &decoder, Operation *op,
                                             Type type,
                                             ArrayRef<int64_t> position) {
  unsigned offset = 0;
  for (int64_t index : position) {
    SmallVector<Scalar> before;
    if (auto structure = dyn_cast<LLVM::LLVMStructType>(type)) {
      for (Type field : structure.getBody().take_front(index))
        (void)decoder.flatten(op, field, before);
      type = structure.getBody()[index];
    } else {
      Type element = cast<LLVM::LLVMArrayType>(type).getElementType();
      for (int64_t i = 0; i < index; ++i)
        (void)decoder.flatten(op, element, before);
      type = element;
    }
    offset += before.size();
  }
  return {offset, type};
}

static LogicalResult decodeExtractValue(Decoder &decoder, Operation *op) {
  auto extract = cast<LLVM::ExtractValueOp>(op);
  auto [offset, type] = locateField(
      decoder, op, extract.getContainer().getType(), extract.getPosition());
  SmallVector<Scalar> field;
  if (failed(decoder.flatten(op, type, field)))
    return failure();
  decoder.alias(
      extract.getRes(),
      decoder.planes(extract.getContainer()).slice(offset, field.size()));
  return success();
}

static LogicalResult decodeInsertValue(Decoder &decoder, Operation *op) {
  auto insert = cast<LLVM::InsertValueOp>(op);
  auto [offset, type] = locateField(
      decoder, op, insert.getContainer().getType(), insert.getPosition());
  SmallVector<Plane> planes(decoder.planes(insert.getContainer()));
  llvm::copy(decoder.planes(insert.getValue()), planes.begin() + offset);
  decoder.alias(insert.getRes(), planes);
  return success();
}

static LogicalResult decodeShuffle(Decoder &decoder, Operation *op) {
  auto shuffle = cast<LLVM::ShuffleVectorOp>(op);
  SmallVector<Plane> sources(decoder.planes(shuffle.getV1()));
  llvm::append_range(sources, decoder.planes(shuffle.getV2()));
  std::optional<Scalar> scalar =
      getScalar(getElementType(shuffle.getV1().getType()));
  SmallVector<Plane> planes;
  for (int32_t index : shuffle.getMask())
    planes.push_back(index < 0 ? decoder.poison(scalar->log2Bytes)
                               : sources[index]);
  decoder.alias(shuffle.getRes(), planes);
  return success();
}

//===----------------------------------------------------------------------===//
// Positions: constant, or per lane
//===----------------------------------------------------------------------===//

static std::optional<uint64_t> constantPosition(Value position) {
  APInt value;
  if (matchPattern(position, m_ConstantInt(&value)))
    return value.getZExtValue();
  return std::nullopt;
}

static uint64_t positionOf(const Instruction &inst, Warp &warp, Plane plane,
                           unsigned lane) {
  return inst.bits <= 32 ? warp.lanes<uint32_t>(plane)[lane]
                         : warp.lanes<uint64_t>(plane)[lane];
}

static Step failPosition(const Instruction &inst, Warp &warp, unsigned lane,
                         uint64_t position) {
  return warp.fail(inst, HazardKind::Invalid,
                   "position " + Twine(position) + " of a vector of " +
                       Twine(inst.elements),
                   lane);
}

/// operands: elements, then the position.
template <typename Cell>
static Step extractElement(const Instruction &inst, Warp &warp) {
  Step step = Step::Next;
  Cell *result = warp.lanes<Cell>(inst.results[0]);
  forEachLane(warp.active, [&](unsigned lane) {
    uint64_t position =
        positionOf(inst, warp, inst.operands[inst.elements], lane);
    if (position >= inst.elements)
      step = failPosition(inst, warp, lane, position);
    else
      result[lane] = warp.lanes<Cell>(inst.operands[position])[lane];
  });
  return step;
}

/// operands: elements, the position, then the element to insert.
template <typename Cell>
static Step insertElement(const Instruction &inst, Warp &warp) {
  Step step = Step::Next;
  const Cell *inserted = warp.lanes<Cell>(inst.operands[inst.elements + 1]);
  forEachLane(warp.active, [&](unsigned lane) {
    uint64_t position =
        positionOf(inst, warp, inst.operands[inst.elements], lane);
    if (position >= inst.elements)
      step = failPosition(inst, warp, lane, position);
    for (unsigned e = 0; e < inst.elements; ++e)
      warp.lanes<Cell>(inst.results[e])[lane] =
          e == position ? inserted[lane]
                        : warp.lanes<Cell>(inst.operands[e])[lane];
  });
  return step;
}

static LogicalResult checkPosition(Operation *op, Value position) {
  unsigned bits = getScalar(position.getType())->bits;
  return bits == 32 || bits == 64
             ? success()
             : refuse(op, "a computed position must be i32 or i64");
}

static LogicalResult decodeExtractElement(Decoder &decoder, Operation *op) {
  auto extract = cast<LLVM::ExtractElementOp>(op);
  ArrayRef<Plane> elements = decoder.planes(extract.getVector());
  if (auto position = constantPosition(extract.getPosition())) {
    if (*position >= elements.size())
      return refuse(op, "the position is beyond the vector");
    decoder.alias(extract.getRes(), elements[*position]);
    return success();
  }
  FailureOr<ArrayRef<Plane>> result = decoder.define(extract.getRes());
  if (failed(result) || failed(checkPosition(op, extract.getPosition())))
    return failure();
  SmallVector<Plane> operands(elements);
  llvm::append_range(operands, decoder.planes(extract.getPosition()));
  Instruction &inst =
      decoder.emit(op, InstructionKind::Select, *result, operands);
  constexpr EffectFn table[] = {
      extractElement<uint8_t>, extractElement<uint16_t>,
      extractElement<uint32_t>, extractElement<uint64_t>};
  inst.effect = table[getScalar(extract.getRes().getType())->log2Bytes];
  inst.elements = elements.size();
  inst.bits = getScalar(extract.getPosition().getType())->bits;
  return success();
}

static LogicalResult decodeInsertElement(Decoder &decoder, Operation *op) {
  auto insert = cast<LLVM::InsertElementOp>(op);
  SmallVector<Plane> planes(decoder.planes(insert.getVector()));
  Plane inserted = decoder.planes(insert.getValue())[0];
  if (auto position = constantPosition(insert.getPosition())) {
    if (*position >= planes.size())
      return refuse(op, "the position is beyond the vector");
    planes[*position] = inserted;
    decoder.alias(insert.getRes(), planes);
    return success();
  }
  FailureOr<ArrayRef<Plane>> results = decoder.define(insert.getRes());
  if (failed(results) || failed(checkPosition(op, insert.getPosition())))
    return failure();
  unsigned elements = planes.size();
  llvm::append_range(planes, decoder.planes(insert.getPosition()));
  planes.push_back(inserted);
  Instruction &inst =
      decoder.emit(op, InstructionKind::Select, *results, planes);
  constexpr EffectFn table[] = {insertElement<uint8_t>, insertElement<uint16_t>,
                                insertElement<uint32_t>,
                                insertElement<uint64_t>};
  inst.effect = table[getScalar(insert.getValue().getType())->log2Bytes];
  inst.elements = elements;
  inst.bits = getScalar(insert.getPosition().getType())->bits;
  inst.passesPoison = true;
  return success();
}

void registerVectorHandlers(HandlerTable &table) {
  table["llvm.extractvalue"] = decodeExtractValue;
  table["llvm.insertvalue"] = decodeInsertValue;
  table["llvm.shufflevector"] = decodeShuffle;
  table["llvm.extractelement"] = decodeExtractElement;
  table["llvm.insertelement"] = decodeInsertElement;
}

} // namespace humming::emulator
