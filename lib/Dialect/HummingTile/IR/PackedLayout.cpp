//===- PackedLayout.cpp - layouts of packed weights -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The memory order of packed weights, scales and zero points.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/HummingTile/IR/PackedLayout.h"

using namespace mlir;

namespace humming::tile {

/// Signed, since mode extents are.
static int64_t ceilDiv(int64_t value, int64_t divisor) {
  return (value + divisor - 1) / divisor;
}

int64_t paddedCols(int64_t k) { return ceilDiv(k, kPackedCols) * kPackedCols; }

LayoutAttr packedWeight(MLIRContext *context, int64_t n, int64_t k) {
  // Rows: 0 tile, 1 rowhalf, 2 g. Columns: 3 tile, 4 atom, 5 khalf, 6 t, 7 low.
  int64_t rows[] = {ceilDiv(n, 16), 2, 8};
  int64_t cols[] = {paddedCols(k) / kPackedCols, 4, 2, 4, 2};
  int64_t offset[] = {0, 3, 2, 6, 4, 7, 5, 1};
  return LayoutAttr::get(context, rows, cols, {}, {}, offset, 0);
}

LayoutAttr packedScale(MLIRContext *context, int64_t n, int64_t k,
                       int64_t groups) {
  // Rows: 0 tile, 1 n / 8 % 8, 2 g. Columns: 3 group.
  int64_t groupSize = ceilDiv(k, groups);
  int64_t rows[] = {ceilDiv(n, kPackedRows), 8, 8};
  int64_t cols[] = {ceilDiv(paddedCols(k), groupSize)};
  int64_t offset[] = {3, 0, 2, 1};
  if (groups == 1)
    cols[0] = 1;
  return LayoutAttr::get(context, rows, cols, {}, {}, offset, 0);
}

int64_t paddedElements(LayoutAttr layout) {
  return layout.getRows() * layout.getCols();
}

} // namespace humming::tile
