//===- TensorMap.cpp - Tensor maps of a kernel ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Maps are arguments, and an attribute says what of.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/HummingTile/IR/TensorMap.h"

#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "humming/Dialect/HummingTile/IR/Units.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"

using namespace mlir;
using namespace humming;
using namespace humming::tile;

FailureOr<Value> tile::addTensorMap(gpu::GPUFuncOp kernel, BlockArgument memory,
                                    int64_t rows) {
  MLIRContext *context = kernel.getContext();
  unsigned position = kernel.getFunctionType().getNumInputs() - 1;
  if (!kernel.getArgument(position).getType().isInteger(32))
    return kernel.emitOpError("expected the number of tokens, an i32, as the "
                              "last argument");
  auto source = cast<MemRefType>(memory.getType());
  Type element = source.getElementType();
  int64_t bits = getElementBits(element), cols = kLineBytes * 8 / bits;
  auto box = MemRefType::get(
      {rows, cols}, element, MemRefLayoutAttrInterface(),
      gpu::AddressSpaceAttr::get(context, gpu::AddressSpace::Workgroup));
  auto type = nvgpu::TensorMapDescriptorType::get(
      context, box, nvgpu::TensorMapSwizzleKind::SWIZZLE_128B,
      nvgpu::TensorMapL2PromoKind::L2PROMO_NONE,
      nvgpu::TensorMapOOBKind::OOB_ZERO,
      nvgpu::TensorMapInterleaveKind::INTERLEAVE_NONE);
  SmallVector<Attribute> maps;
  if (auto known = kernel->getAttrOfType<ArrayAttr>(TensorMapAttr::getName()))
    llvm::append_range(maps, known);
  maps.push_back(TensorMapAttr::get(context, memory.getArgNumber(),
                                    source.getDimSize(1), rows, cols, bits));
  if (failed(kernel.insertArgument(position, type, {}, memory.getLoc())))
    return failure();
  kernel->setAttr(TensorMapAttr::getName(), ArrayAttr::get(context, maps));
  return Value(kernel.getArgument(position));
}
