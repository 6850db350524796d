//===- MatrixOps.cpp - matrices of a warp in shared memory ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Verifiers of the ops of MatrixOps.td.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"

using namespace mlir;
using namespace humming;
using namespace humming::tile;

LogicalResult StMatrixOp::verify() {
  VectorType value = getValue().getType();
  int64_t length = value.getNumElements();
  // stmatrix_c1
  if (length != 2 && length != 4 && length != 8)
    return emitOpError("expected 2, 4 or 8 elements, got ") << value;
  // stmatrix_c2
  auto memory = cast<MemRefType>(getMemory().getType());
  if (!gpu::GPUDialect::hasWorkgroupMemoryAddressSpace(memory) ||
      memory.getElementType() != value.getElementType())
    return emitOpError("expected shared memory of ")
           << value.getElementType() << ", got " << memory;
  return success();
}
