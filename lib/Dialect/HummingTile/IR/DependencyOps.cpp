//===- DependencyOps.cpp - a kernel and the one before it -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How packed memory lies, for the ops of DependencyOps.td, and their verifiers.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/Dialect/HummingTile/IR/HummingTile.h"

using namespace mlir;
using namespace humming;
using namespace humming::tile;

/// PTX ISA, cp.async.bulk.prefetch: address and size are multiples of 16 bytes.
static constexpr int64_t kBulkBits = 128;

/// The outermost modes of rows and columns.
static std::pair<int64_t, int64_t> outermost(LayoutAttr layout) {
  return {0, layout.getRowModes().size()};
}

int64_t PrefetchOp::getPartElements() {
  auto layout =
      cast<LayoutAttr>(cast<MemRefType>(getSource().getType()).getLayout());
  auto [row, col] = outermost(layout);
  return layout.getMode(row).weight * layout.getMode(col).weight;
}

std::optional<bool> PrefetchOp::joinsColumns() {
  auto layout =
      cast<LayoutAttr>(cast<MemRefType>(getSource().getType()).getLayout());
  auto [row, col] = outermost(layout);
  int64_t part = getPartElements();
  // All modes take part in the offset, so those inside fill a part when both
  // outermost ones step over it.
  std::optional<int64_t> rowStride = layout.getOffsetStride(row),
                         colStride = layout.getOffsetStride(col);
  if (layout.getSwizzle() || !rowStride || !colStride || *rowStride < part ||
      *colStride < part)
    return std::nullopt;
  if (*colStride == part)
    return true;
  return *rowStride == part ? std::optional(false) : std::nullopt;
}

LogicalResult PrefetchOp::verify() {
  auto type = cast<MemRefType>(getSource().getType());
  auto layout = dyn_cast<LayoutAttr>(type.getLayout());
  // prefetch_c2
  if (!layout || !joinsColumns() ||
      getPartElements() * getElementBits(type.getElementType()) % kBulkBits)
    return emitOpError("expected packed memory in runs of whole 16 bytes, got ")
           << type;
  // prefetch_c1
  int64_t weight = layout.getMode(outermost(layout).first).weight,
          rows = getRows();
  if (rows < 1 || rows % weight)
    return emitOpError("expected a positive multiple of ")
           << weight << " rows, got " << rows;
  return success();
}
