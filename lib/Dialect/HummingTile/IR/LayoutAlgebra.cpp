//===- LayoutAlgebra.cpp - computing with layouts -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Constructors of layouts and their common refinement. Everything rests on one
// step, splitting a mode in two, which leaves the maps of a layout unchanged.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/HummingTile/IR/Layout.h"

#include "humming/Target/MmaAtom.h"
#include "llvm/ADT/STLExtras.h"

#include <numeric>

using namespace mlir;

namespace humming::tile {

namespace {
/// A layout under construction.
struct Modes {
  SmallVector<int64_t> rows, cols, thread, reg, offset;
  int64_t swizzle = 0;

  Modes() = default;
  explicit Modes(LayoutAttr layout)
      : rows(layout.getRowModes()), cols(layout.getColModes()),
        thread(layout.getThread()), reg(layout.getReg()),
        offset(layout.getOffset()), swizzle(layout.getSwizzle()) {}

  LayoutAttr get(MLIRContext *context) const {
    return LayoutAttr::get(context, rows, cols, thread, reg, offset, swizzle);
  }

  /// Replaces `mode` by an outer mode and an inner one of extent `inner`.
  void split(int64_t mode, int64_t inner) {
    int64_t numRows = rows.size();
    SmallVectorImpl<int64_t> &dim = mode < numRows ? rows : cols;
    int64_t index = mode < numRows ? mode : mode - numRows;
    dim[index] /= inner;
    dim.insert(dim.begin() + index + 1, inner);
    for (SmallVectorImpl<int64_t> *list : {&thread, &reg, &offset}) {
      SmallVector<int64_t> renumbered;
      for (int64_t entry : *list) {
        renumbered.push_back(entry > mode ? entry + 1 : entry);
        if (entry == mode)
          renumbered.push_back(mode + 1);
      }
      list->assign(renumbered);
    }
  }
};
} // namespace

/// Cuts a dimension of a fragment so that `weight` becomes the weight of a
/// mode.
static LogicalResult cutAt(Modes &modes, int64_t dim, int64_t weight) {
  ArrayRef<int64_t> extents = dim == 0 ? modes.rows : modes.cols;
  int64_t below = 1;
  for (int64_t index = extents.size() - 1; index >= 0 && below < weight;
       --index) {
    int64_t above = below * extents[index];
    if (weight < above) {
      if (weight % below != 0 || above % weight != 0)
        return failure();
      modes.split((dim == 0 ? 0 : modes.rows.size()) + index, weight / below);
      return success();
    }
    below = above;
  }
  return success(below == weight);
}

LayoutAttr repeatAtom(MLIRContext *context, const Fragment &atom, Repeat rows,
                      Repeat cols, int64_t before, int64_t after) {
  // Modes: row warps, row atoms, the atom's rows; column warps, column atoms,
  // the atom's columns.
  Modes modes;
  modes.rows = {rows.warps, rows.atoms};
  modes.rows.append(atom.rowModes.begin(), atom.rowModes.end());
  modes.cols = {cols.warps, cols.atoms};
  modes.cols.append(atom.colModes.begin(), atom.colModes.end());
  int64_t numAtomRows = atom.rowModes.size(), firstCol = modes.rows.size();
  auto atomMode = [&](int64_t mode) {
    if (mode < 0) // Lanes that hold the same.
      return mode;
    return mode < numAtomRows ? mode + 2 : mode - numAtomRows + firstCol + 2;
  };

  modes.thread = {-before, 0, firstCol, -after};
  llvm::append_range(modes.thread, llvm::map_range(atom.thread, atomMode));
  llvm::erase(modes.thread, -1);
  modes.reg = {1, firstCol + 1};
  llvm::append_range(modes.reg, llvm::map_range(atom.reg, atomMode));
  return modes.get(context);
}

LayoutAttr repeatWarpgroup(MLIRContext *context, const Fragment &atom,
                           Repeat rows, Repeat cols) {
  constexpr int64_t kWarps = 4;
  auto behindWarps = [](ArrayRef<int64_t> modes, SmallVector<int64_t> first) {
    for (int64_t mode : modes)
      first.push_back(mode + 1);
    return first;
  };
  SmallVector<int64_t> rowModes = {kWarps};
  llvm::append_range(rowModes, atom.rowModes);
  SmallVector<int64_t> thread = behindWarps(atom.thread, {0}),
                       reg = behindWarps(atom.reg, {});
  return repeatAtom(context, {rowModes, atom.colModes, thread, reg},
                    {rows.warps / kWarps, rows.atoms}, cols);
}

/// The fragment with `size` elements in one dimension, all in the threads and
/// none in the place of what was there: threads that differ only in that
/// dimension hold the same elements.
static LayoutAttr flattenDim(LayoutAttr fragment, int64_t dim, int64_t size) {
  // The dimension's modes go, and one comes in their place.
  int64_t numRows = fragment.getRowModes().size();
  int64_t first = dim == 0 ? 0 : numRows;
  int64_t removed = dim == 0 ? numRows : fragment.getColModes().size();
  auto renumbered = [&](int64_t mode) {
    return mode < first ? mode : mode - removed + 1;
  };
  Modes modes;
  modes.rows.assign(fragment.getRowModes());
  modes.cols.assign(fragment.getColModes());
  (dim == 0 ? modes.rows : modes.cols) = {size};
  for (int64_t entry : fragment.getThread()) {
    if (entry >= 0 && fragment.getMode(entry).dim != dim) {
      modes.thread.push_back(renumbered(entry));
      continue;
    }
    int64_t copies = entry < 0 ? -entry : fragment.getMode(entry).extent;
    if (!modes.thread.empty() && modes.thread.back() < 0)
      modes.thread.back() *= copies;
    else if (copies > 1)
      modes.thread.push_back(-copies);
  }
  for (int64_t entry : fragment.getReg())
    if (fragment.getMode(entry).dim != dim)
      modes.reg.push_back(renumbered(entry));
  if (size > 1)
    modes.reg.push_back(first);
  return modes.get(fragment.getContext());
}

LayoutAttr projectRows(LayoutAttr fragment, int64_t cols) {
  return flattenDim(fragment, /*dim=*/1, cols);
}

LayoutAttr projectCols(LayoutAttr fragment, int64_t rows) {
  return flattenDim(fragment, /*dim=*/0, rows);
}

LayoutAttr rowMajor(MLIRContext *context, int64_t rows, int64_t cols,
                    bool transposed) {
  Modes modes;
  modes.rows = {rows};
  modes.cols = {cols};
  modes.offset =
      transposed ? SmallVector<int64_t>{1, 0} : SmallVector<int64_t>{0, 1};
  return modes.get(context);
}

LayoutAttr transposed(LayoutAttr memory) {
  Modes modes(memory);
  assert(modes.thread.empty() && modes.reg.empty() && "memory has an order");
  int64_t numRows = modes.rows.size(), numCols = modes.cols.size();
  for (int64_t &mode : modes.offset)
    mode += mode < numRows ? numCols : -numRows;
  std::swap(modes.rows, modes.cols);
  return modes.get(memory.getContext());
}

LayoutAttr swizzledPanels(MLIRContext *context, int64_t rows, int64_t cols,
                          int64_t elementBits) {
  int64_t rowBytes = cols * elementBits / 8;
  int64_t panelBytes = std::min<int64_t>(rowBytes, 128);
  int64_t panelCols = panelBytes * 8 / elementBits;
  Modes modes;
  modes.rows = {rows};
  modes.cols = {cols / panelCols, panelCols};
  modes.offset = {1, 0, 2};
  modes.swizzle = panelBytes >= 32 ? panelBytes : 0;
  return modes.get(context);
}

LayoutAttr swizzledLines(MLIRContext *context, int64_t rows, int64_t cols,
                         int64_t elementBits) {
  int64_t lineBytes = std::min<int64_t>(rows * elementBits / 8, 128);
  int64_t lineRows = lineBytes * 8 / elementBits;
  Modes modes;
  modes.rows = {rows / lineRows, lineRows};
  modes.cols = {cols};
  modes.offset = {0, 2, 1};
  modes.swizzle = lineBytes >= 32 ? lineBytes : 0;
  return modes.get(context);
}

FailureOr<LayoutAttr> tileOf(LayoutAttr memory, int64_t rows, int64_t cols) {
  Modes modes(memory);
  auto shrink = [](SmallVectorImpl<int64_t> &extents, int64_t size) {
    int64_t inner = 1;
    for (int64_t extent : ArrayRef<int64_t>(extents).drop_front())
      inner *= extent;
    if (size % inner != 0)
      return failure();
    extents[0] = size / inner;
    return success();
  };
  if (failed(shrink(modes.rows, rows)) || failed(shrink(modes.cols, cols)))
    return failure();
  return modes.get(memory.getContext());
}

FailureOr<LayoutAttr> copyFragment(LayoutAttr memory, int64_t elementBits,
                                   int64_t threads, int64_t runBytes) {
  Modes modes(memory);
  modes.swizzle = 0;

  // From the innermost mode outward: first a run to registers, then as
  // much as divides `threads` to threads, the rest to registers again.
  SmallVector<int64_t> inner, outer, thread;
  int64_t vectorLeft = runBytes * 8 / elementBits, threadsLeft = threads;
  enum { Vector, Thread, Rest } phase = Vector;
  auto take = [&](int64_t position, int64_t &left) -> FailureOr<bool> {
    int64_t mode = modes.offset[position], numRows = modes.rows.size();
    int64_t extent =
        mode < numRows ? modes.rows[mode] : modes.cols[mode - numRows];
    int64_t part = std::gcd(extent, left);
    if (part == extent) {
      left /= extent;
      return true;
    }
    if (part != left && phase == Vector)
      return failure();
    modes.split(mode, part);
    left = 1;
    return false; // The inner half, which now follows `position`, was taken.
  };
  SmallVector<std::pair<int64_t, int>>
      taken; // position counted from the end, phase
  for (int64_t position = modes.offset.size() - 1; position >= 0;) {
    while ((phase == Vector && vectorLeft == 1) ||
           (phase == Thread && threadsLeft == 1))
      phase = phase == Vector ? Thread : Rest;
    int64_t fromEnd = modes.offset.size() - 1 - position;
    if (phase == Rest) {
      taken.emplace_back(fromEnd, phase);
      --position;
      continue;
    }
    FailureOr<bool> whole =
        take(position, phase == Vector ? vectorLeft : threadsLeft);
    if (failed(whole))
      return failure();
    taken.emplace_back(fromEnd, phase);
    if (*whole)
      --position;
  }
  if (vectorLeft != 1)
    return failure();
  SmallVector<int64_t> order = llvm::to_vector(llvm::reverse(modes.offset));
  for (auto [fromEnd, which] : taken)
    (which == Vector   ? inner
     : which == Thread ? thread
                       : outer)
        .push_back(order[fromEnd]);
  modes.offset.clear();
  modes.thread.assign(thread.rbegin(), thread.rend());
  modes.reg.assign(outer.rbegin(), outer.rend());
  modes.reg.append(inner.rbegin(), inner.rend());
  return modes.get(memory.getContext());
}

LayoutAttr fragmentOrder(LayoutAttr fragment, int64_t vector) {
  Modes modes(fragment);
  SmallVector<int64_t> inner;
  int64_t taken = 1;
  while (taken < vector) {
    inner.insert(inner.begin(), modes.reg.pop_back_val());
    taken *= fragment.getMode(inner.front()).extent;
  }
  assert(taken == vector && "the vector must end at a mode");
  // The unbounded outermost row mode counts tiles.
  auto shifted = [](int64_t mode) { return mode + 1; };
  modes.rows.insert(modes.rows.begin(), 1);
  modes.offset = {0};
  for (ArrayRef<int64_t> list :
       {ArrayRef<int64_t>(modes.reg), ArrayRef<int64_t>(modes.thread),
        ArrayRef<int64_t>(inner)})
    llvm::append_range(modes.offset, llvm::map_range(list, shifted));
  // The outermost column mode is unbounded too; it has no digit beyond the
  // tile.
  modes.reg.clear();
  modes.thread.clear();
  return modes.get(fragment.getContext());
}

/// `fragment` cut wherever memory has a boundary below the fragment's size.
static FailureOr<LayoutAttr> refine(LayoutAttr fragment, LayoutAttr memory) {
  Modes fine(fragment);
  for (int64_t index = 0, e = memory.getNumModes(); index < e; ++index) {
    LayoutAttr::Mode mode = memory.getMode(index);
    int64_t size = mode.dim == 0 ? fragment.getRows() : fragment.getCols();
    if (mode.weight < size && failed(cutAt(fine, mode.dim, mode.weight)))
      return failure();
  }
  return fine.get(fragment.getContext());
}

/// The memory stride of a mode of a refined fragment: it lies within one mode
/// of memory, so it is the offset of its weight.
static int64_t memoryStride(LayoutAttr memory, LayoutAttr::Mode mode) {
  return mode.dim == 0 ? memory.offsetOf(mode.weight, 0)
                       : memory.offsetOf(0, mode.weight);
}

FailureOr<SmallVector<AlignedMode>> align(LayoutAttr fragment,
                                          LayoutAttr memory) {
  FailureOr<LayoutAttr> refined = refine(fragment, memory);
  if (failed(refined))
    return failure();
  SmallVector<AlignedMode> result;
  for (int64_t index = 0, e = refined->getNumModes(); index < e; ++index)
    if (LayoutAttr::Mode mode = refined->getMode(index); mode.extent > 1)
      result.push_back(
          {mode.dim, mode.extent, mode.weight, refined->getThreadStride(index),
           refined->getRegStride(index), memoryStride(memory, mode)});
  return result;
}

FailureOr<LayoutAttr> inMemoryOrder(LayoutAttr fragment, LayoutAttr memory) {
  FailureOr<LayoutAttr> refined = refine(fragment, memory);
  if (failed(refined))
    return failure();
  Modes modes(*refined);
  llvm::stable_sort(modes.reg, [&](int64_t a, int64_t b) {
    return memoryStride(memory, refined->getMode(a)) >
           memoryStride(memory, refined->getMode(b));
  });
  return modes.get(fragment.getContext());
}

} // namespace humming::tile
