//===- Types.cpp - Types of the thread form in LLVM -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Bare pointers for flat memory, in PTX's address spaces; vectors, element by
// element.
//
//===----------------------------------------------------------------------===//

#include "TileToNVVM.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"

using namespace mlir;
using namespace humming;

static constexpr unsigned kByteBits = 8;

/// The address space of `type`, or nothing where the thread form has no such
/// memory.
static std::optional<unsigned> addressSpace(MemRefType type) {
  Attribute space = type.getMemorySpace();
  if (auto gpuSpace = dyn_cast_or_null<gpu::AddressSpaceAttr>(space)) {
    switch (gpuSpace.getValue()) {
    case gpu::AddressSpace::Global:
      return kGlobalSpace;
    case gpu::AddressSpace::Workgroup:
      return kSharedSpace;
    case gpu::AddressSpace::Private:
      return std::nullopt;
    }
  }
  if (auto number = dyn_cast_or_null<IntegerAttr>(space))
    if (llvm::is_contained({kGlobalSpace, kSharedSpace, kConstantSpace},
                           number.getInt()))
      return number.getInt();
  return std::nullopt;
}

void humming::addTypeConversions(LLVMTypeConverter &converter) {
  converter.addConversion([](MemRefType type) -> std::optional<Type> {
    std::optional<unsigned> space = addressSpace(type);
    if (type.getRank() != 1 || !type.getLayout().isIdentity() || !space)
      return Type(); // Not in the thread form: no conversion at all.
    return LLVM::LLVMPointerType::get(type.getContext(), *space);
  });
  converter.addConversion([](nvgpu::DeviceAsyncTokenType type) -> Type {
    return IntegerType::get(type.getContext(), 32);
  });
  converter.addConversion([](nvgpu::TensorMapDescriptorType type) -> Type {
    return LLVM::LLVMPointerType::get(type.getContext());
  });
}

Value humming::elementAddress(OpBuilder &builder, Location loc,
                              MemRefType memref, Value pointer, Value index) {
  Type element = memref.getElementType();
  unsigned bits = memref.getElementTypeBitWidth();
  // Accesses of 4-bit elements start at whole bytes: at even indices.
  if (bits < kByteBits) {
    Value perByte = LLVM::ConstantOp::create(
        builder, loc, index.getType(),
        builder.getIntegerAttr(index.getType(), kByteBits / bits));
    index = LLVM::UDivOp::create(builder, loc, index, perByte);
  }
  if (bits <= kByteBits)
    element = builder.getI8Type();
  return LLVM::GEPOp::create(builder, loc, pointer.getType(), element, pointer,
                             index, LLVM::GEPNoWrapFlags::inbounds);
}

SmallVector<Value> humming::splitElements(OpBuilder &builder, Location loc,
                                          Value vector) {
  int64_t count = cast<VectorType>(vector.getType()).getNumElements();
  SmallVector<Value> elements;
  for (int64_t index = 0; index < count; ++index) {
    Value position =
        LLVM::ConstantOp::create(builder, loc, builder.getI64Type(), index);
    elements.push_back(
        LLVM::ExtractElementOp::create(builder, loc, vector, position));
  }
  return elements;
}

Value humming::joinElements(OpBuilder &builder, Location loc, VectorType type,
                            ValueRange elements) {
  Value result = LLVM::PoisonOp::create(builder, loc, type);
  for (auto [index, element] : llvm::enumerate(elements)) {
    Value position = LLVM::ConstantOp::create(
        builder, loc, builder.getI64Type(), int64_t(index));
    result =
        LLVM::InsertElementOp::create(builder, loc, result, element, position);
  }
  return result;
}

unsigned humming::accessAlignment(Type type) {
  uint64_t elements = 1;
  if (auto vector = dyn_cast<VectorType>(type)) {
    elements = vector.getNumElements();
    type = vector.getElementType();
  }
  return llvm::divideCeil(elements * type.getIntOrFloatBitWidth(), kByteBits);
}
