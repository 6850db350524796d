//===- Constant.cpp - Constants and undefined values ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Handlers of constants, of undef and poison, of freeze, and of the addresses
// of globals. None of them is an instruction when the kernel
// runs.
//
//===----------------------------------------------------------------------===//

#include "Decoder.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinAttributes.h"

using namespace mlir;

namespace humming::emulator {

static LogicalResult decodeConstant(Decoder &decoder, Operation *op) {
  auto constant = cast<LLVM::ConstantOp>(op);
  Type type = constant.getType();
  std::optional<Scalar> scalar = getScalar(getElementType(type));
  SmallVector<Scalar> scalars;
  if (!scalar || failed(decoder.flatten(op, type, scalars)))
    return refuse(op, "a constant of this type");

  SmallVector<Plane> planes;
  auto add = [&](const APInt &bits) {
    planes.push_back(decoder.constant(bits.getZExtValue(), scalar->log2Bytes));
  };
  Attribute value = constant.getValue();
  if (auto integer = dyn_cast<IntegerAttr>(value)) {
    add(integer.getValue());
  } else if (auto real = dyn_cast<FloatAttr>(value)) {
    add(real.getValue().bitcastToAPInt());
  } else if (auto dense = dyn_cast<DenseElementsAttr>(value)) {
    if (isa<FloatType>(dense.getElementType()))
      for (const APFloat &element : dense.getValues<APFloat>())
        add(element.bitcastToAPInt());
    else
      for (const APInt &element : dense.getValues<APInt>())
        add(element);
  }
  if (planes.size() != scalars.size())
    return refuse(op, "a constant given in this way");
  decoder.alias(constant.getRes(), planes);
  return success();
}

static LogicalResult decodePoison(Decoder &decoder, Operation *op) {
  SmallVector<Scalar> scalars;
  if (failed(decoder.flatten(op, op->getResult(0).getType(), scalars)))
    return failure();
  SmallVector<Plane> planes;
  for (Scalar scalar : scalars)
    planes.push_back(decoder.poison(scalar.log2Bytes));
  decoder.alias(op->getResult(0), planes);
  return success();
}

static LogicalResult decodeZero(Decoder &decoder, Operation *op) {
  SmallVector<Scalar> scalars;
  if (failed(decoder.flatten(op, op->getResult(0).getType(), scalars)))
    return failure();
  SmallVector<Plane> planes;
  for (Scalar scalar : scalars)
    planes.push_back(decoder.constant(0, scalar.log2Bytes));
  decoder.alias(op->getResult(0), planes);
  return success();
}

/// Freezing poison gives zero; anything else is itself.
static LogicalResult decodeFreeze(Decoder &decoder, Operation *op) {
  SmallVector<Scalar> scalars;
  if (failed(decoder.flatten(op, op->getResult(0).getType(), scalars)))
    return failure();
  SmallVector<Plane> planes;
  for (auto [scalar, plane] :
       llvm::zip_equal(scalars, decoder.planes(op->getOperand(0))))
    planes.push_back(plane == decoder.poison(scalar.log2Bytes)
                         ? decoder.constant(0, scalar.log2Bytes)
                         : plane);
  decoder.alias(op->getResult(0), planes);
  return success();
}

static LogicalResult decodeAddressOf(Decoder &decoder, Operation *op) {
  auto address = cast<LLVM::AddressOfOp>(op);
  FailureOr<uint64_t> value =
      decoder.globalAddress(op, address.getGlobalName());
  if (failed(value))
    return failure();
  decoder.alias(address.getRes(), decoder.constant(*value, 3));
  return success();
}

void registerConstantHandlers(HandlerTable &table) {
  table["llvm.mlir.constant"] = decodeConstant;
  table["llvm.mlir.undef"] = decodePoison;
  table["llvm.mlir.poison"] = decodePoison;
  table["llvm.mlir.zero"] = decodeZero;
  table["llvm.mlir.addressof"] = decodeAddressOf;
  table["llvm.freeze"] = decodeFreeze;
}

} // namespace humming::emulator
