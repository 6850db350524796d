//===- Layout.h - computing with layouts ------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Layouts flow from the matrix instruction outward: an atom's fragment is
// repeated over warps and steps, memory is ordered to suit it, and a copy
// shares memory among threads. These are the constructors, and `align`, which
// relates a fragment to memory.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_DIALECT_HUMMINGTILE_IR_LAYOUT_H
#define HUMMING_DIALECT_HUMMINGTILE_IR_LAYOUT_H

#include "humming/Dialect/HummingTile/IR/HummingTile.h"

namespace humming {
struct Fragment;
}

namespace humming::tile {

/// Bytes of one thread's share of a copy: the widest global access, and what
/// cp.async.cg moves.
constexpr int64_t kCopyBytes = 16;

/// How one dimension of a block's fragment is made of atoms: `warps` contiguous
/// parts of `atoms` atoms each.
struct Repeat {
  int64_t warps = 1, atoms = 1;
};

/// The block's fragment made of one atom's: thread = [before, row warps, column
/// warps, after, lane], registers = [row atoms, column atoms, atom register].
/// `before` and `after` count warps that hold the same elements.
LayoutAttr repeatAtom(::mlir::MLIRContext *context, const Fragment &atom,
                      Repeat rows, Repeat cols, int64_t before = 1,
                      int64_t after = 1);

/// The same by instructions of four warps, each of which has the atom's rows
/// behind those of the one before: threads = [fours of row warps, warp, lane].
LayoutAttr repeatWarpgroup(::mlir::MLIRContext *context, const Fragment &atom,
                           Repeat rows, Repeat cols);

/// The fragment in which the threads of `fragment` hold what belongs to its
/// rows in a tile of `cols` columns (scales, zero points): threads that differ
/// only in the column hold the same elements.
LayoutAttr projectRows(LayoutAttr fragment, int64_t cols);

/// The same of its columns, in a tile of `rows` rows (what belongs to tokens).
LayoutAttr projectCols(LayoutAttr fragment, int64_t rows);

/// `fragment` with its registers in the order of memory. Fails as `align` does.
::mlir::FailureOr<LayoutAttr> inMemoryOrder(LayoutAttr fragment,
                                            LayoutAttr memory);

/// The same memory with rows and columns exchanged.
LayoutAttr transposed(LayoutAttr memory);

/// Memory in the order of rows, then columns; `transposed`: columns, then rows.
LayoutAttr rowMajor(::mlir::MLIRContext *context, int64_t rows, int64_t cols,
                    bool transposed = false);

/// Shared memory for ldmatrix: panels of at most 128 bytes of columns, rows in
/// order within a panel, 16-byte chunks swizzled.
LayoutAttr swizzledPanels(::mlir::MLIRContext *context, int64_t rows,
                          int64_t cols, int64_t elementBits);

/// The same with rows and columns exchanged: elements of a column lie together,
/// in lines of at most 128 bytes.
LayoutAttr swizzledLines(::mlir::MLIRContext *context, int64_t rows,
                         int64_t cols, int64_t elementBits);

/// The layout of a tile of `rows` x `cols` cut from padded memory, in the same
/// order. Fails where the tile does not divide the outermost modes.
::mlir::FailureOr<LayoutAttr> tileOf(LayoutAttr memory, int64_t rows,
                                     int64_t cols);

/// The fragment in which each thread holds runs of `runBytes` of memory and
/// consecutive threads hold consecutive runs. Uses at most `threads` threads.
/// Fails where memory does not divide into such runs.
::mlir::FailureOr<LayoutAttr> copyFragment(LayoutAttr memory,
                                           int64_t elementBits, int64_t threads,
                                           int64_t runBytes = kCopyBytes);

/// Memory in which a fragment is stored so that every access of a warp is
/// contiguous: [outer registers, thread, inner `vector` registers]. Tiles
/// follow one another along the rows. The fragment must not replicate.
LayoutAttr fragmentOrder(LayoutAttr fragment, int64_t vector);

/// A mode of the common refinement of a fragment and memory.
struct AlignedMode {
  int64_t dim, extent, weight;
  std::optional<int64_t> threadStride, regStride;
  int64_t memoryStride; ///< elements; the swizzle left out
};

/// Refines both layouts until their modes agree. Fails where a mode of one
/// straddles modes of the other.
::mlir::FailureOr<llvm::SmallVector<AlignedMode>> align(LayoutAttr fragment,
                                                        LayoutAttr memory);

} // namespace humming::tile

#endif // HUMMING_DIALECT_HUMMINGTILE_IR_LAYOUT_H
