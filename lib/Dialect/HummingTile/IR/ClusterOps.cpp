//===- ClusterOps.cpp - blocks that reach each other's memory -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Verifiers of the ops of ClusterOps.td.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace humming;
using namespace humming::tile;

LogicalResult ClusterStoreOp::verify() {
  auto memory = cast<MemRefType>(getMemory().getType());
  // cluster_store_c1
  for (Type shared : {getMemory().getType(), getBarriers().getType()})
    if (!gpu::GPUDialect::hasWorkgroupMemoryAddressSpace(
            cast<MemRefType>(shared)))
      return emitOpError("expected shared memory, got ") << shared;
  // cluster_store_c2: PTX ISA, st: at most four words.
  constexpr unsigned wordBits = 32;
  Type value = getValue().getType(), element = getElementTypeOrSelf(value);
  auto vector = dyn_cast<VectorType>(value);
  bool isWords = element == memory.getElementType() && element.isIntOrFloat() &&
                 element.getIntOrFloatBitWidth() == wordBits;
  if (!isWords ||
      (vector && (vector.getRank() != 1 || vector.isScalable() ||
                  !llvm::is_contained({2, 4}, vector.getNumElements()))))
    return emitOpError("expected one, two or four of the memory's elements of "
                       "32 bits, got ")
           << value << " and " << memory;
  return success();
}
