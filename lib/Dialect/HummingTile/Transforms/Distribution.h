//===- Distribution.h - tiles in one thread ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What humming-tile-distribute is made of: a fragment as the vectors of one
// thread, and the accesses by which fragments meet memory.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_DIALECT_HUMMINGTILE_TRANSFORMS_DISTRIBUTION_H
#define HUMMING_LIB_DIALECT_HUMMINGTILE_TRANSFORMS_DISTRIBUTION_H

#include "humming/Dialect/HummingTile/IR/Layout.h"
#include "mlir/IR/Builders.h"

namespace humming::tile {

/// How a fragment's elements are kept in one thread: vectors of `count` units,
/// `perPiece` elements each. Codes narrower than a byte are kept as packed
/// 32-bit words (one unit), everything else as its own type.
struct PieceInfo {
  ::mlir::VectorType type;
  int64_t perPiece;
  int64_t numPieces;
};
PieceInfo getPieceInfo(FragType type);

/// The type of a code or builtin element as memory of the thread form: bytes
/// for codes and for all of at most eight bits.
::mlir::Type getMemoryElement(::mlir::Type element);

/// A fragment in one thread: registers piece * perPiece + i.
struct ThreadFragment {
  llvm::SmallVector<::mlir::Value> pieces;
  int64_t perPiece = 1;

  /// `length` registers from `start` on, as one vector. Not for packed words.
  /// Where they are whole words, elements of a byte or less are never apart.
  ::mlir::Value slice(::mlir::OpBuilder &b, ::mlir::Location loc, int64_t start,
                      int64_t length) const;
  /// The same as a vector of memory units: elements, or the bytes of those
  /// that memory knows as bytes.
  ::mlir::Value units(::mlir::OpBuilder &b, ::mlir::Location loc, int64_t start,
                      int64_t length, unsigned bits) const;
  /// One register as a scalar.
  ::mlir::Value element(::mlir::OpBuilder &b, ::mlir::Location loc,
                        int64_t reg) const;
};

/// The shared memory of another block of the cluster, by its rank, and the
/// mbarrier there that counts what comes. Without a rank: none.
struct Destination {
  ::mlir::Value rank = {}, barriers = {}, index = {};
};

/// Memory that a tile is read from or written to.
struct TileMemory {
  ::mlir::Value flat;               ///< memref<?xT>: T as getMemoryElement says
  ::mlir::Type element;             ///< code or builtin element
  LayoutAttr layout;                ///< row-major memory has one too
  ::mlir::Value origin;             ///< offset of the tile in elements; null: 0
  int64_t firstElement = 0;         ///< a further offset, within the tile
  ::mlir::Value rowStart, colStart; ///< first row and column of the tile
  ::mlir::Value rowBound,
      colBound; ///< rows and columns of memory; null: the tile lies within
  /// Bits of a row of row-major codes narrower than a byte (rows fill whole
  /// bytes); 0: other memory.
  int64_t codeRowBits = 0;
  int64_t lowBit = 0;  ///< of such a code, the first bit that is kept
  int64_t granule = 0; ///< elements that one access may have; 0: any number
  bool broadcastCols = false; ///< every column is the first
  ::mlir::Value gather; ///< memref of i32: the column in memory of each column
  int64_t rowBlock = 1; ///< rows that lie in one row of memory
  Destination destination; ///< of a store

  /// Whether an element's place is computed from its row and column.
  bool isPicked() const { return gather || rowBlock != 1; }
};

/// The thread of which a program is made.
struct ThreadContext {
  ::mlir::Value number; ///< index, below `count`
  int64_t count;        ///< threads of the block
};

/// A fragment's way to memory: what the thread number decides is computed once,
/// each register adds a constant.
class TileAccess {
public:
  /// Fails, with no diagnostic, where the layouts do not align.
  static ::mlir::FailureOr<TileAccess>
  create(::mlir::OpBuilder &b, ::mlir::Location loc, ThreadContext thread,
         FragType type, const TileMemory &memory);

  /// Elements outside row-major memory read as zero.
  ThreadFragment load(::mlir::OpBuilder &b, ::mlir::Location loc) const;
  /// Elements outside row-major memory are not written.
  void store(::mlir::OpBuilder &b, ::mlir::Location loc,
             const ThreadFragment &fragment) const;
  /// cp.async of the same fragment from here to `dest`, in runs of 4, 8 or 16
  /// bytes.
  void copyAsync(::mlir::OpBuilder &b, ::mlir::Location loc,
                 const TileAccess &dest) const;
  /// Whether ldmatrix gives exactly this fragment.
  bool isLdmatrix() const;
  ThreadFragment loadMatrix(::mlir::OpBuilder &b, ::mlir::Location loc) const;
  /// The matrices that one stmatrix writes of this fragment; 0: it does not lie
  /// as that expects.
  int64_t matricesOfStore() const;
  void storeMatrices(::mlir::OpBuilder &b, ::mlir::Location loc,
                     const ThreadFragment &fragment) const;

private:
  struct Constant {
    int64_t row = 0, col = 0, offset = 0; ///< offset in units
  };
  TileAccess(ThreadContext thread, FragType type, const TileMemory &memory);

  Constant constantOf(int64_t reg) const;
  bool isMatrixRun(int64_t reg, int64_t matrices) const;
  int64_t swizzleMask() const;
  int64_t swizzled(int64_t offset) const;
  ::mlir::Value swizzled(::mlir::OpBuilder &b, ::mlir::Location loc,
                         ::mlir::Value offset) const;
  ::mlir::Value indexOf(::mlir::OpBuilder &b, ::mlir::Location loc,
                        ::mlir::Value threadOffset, int64_t offset) const;
  /// Row and column in memory. The first row stands for one that may lie behind
  /// the last, where that is not known to be inside.
  std::pair<::mlir::Value, ::mlir::Value> placeOf(::mlir::OpBuilder &b,
                                                  ::mlir::Location loc,
                                                  Constant constant,
                                                  bool isInside = true) const;
  ::mlir::Value sourceIndex(::mlir::OpBuilder &b, ::mlir::Location loc,
                            Constant constant) const;
  ::mlir::Value inBounds(::mlir::OpBuilder &b, ::mlir::Location loc,
                         Constant constant) const;
  ::mlir::Value loadRun(::mlir::OpBuilder &b, ::mlir::Location loc,
                        int64_t reg) const;
  ThreadFragment loadCodes(::mlir::OpBuilder &b, ::mlir::Location loc) const;
  ::mlir::Value loadCode(::mlir::OpBuilder &b, ::mlir::Location loc,
                         int64_t reg) const;
  void masked(::mlir::OpBuilder &b, ::mlir::Location loc,
              ::mlir::Value condition,
              llvm::function_ref<void(::mlir::OpBuilder &)> body) const;

  ThreadContext thread;
  FragType type;
  TileMemory memory;
  llvm::SmallVector<AlignedMode> modes;
  int64_t bits,
      unitBits;    ///< of an element; of what `memory.flat` is indexed by
  int64_t run = 1; ///< registers that lie together in memory
  ::mlir::Value rowPart, colPart,
      offsetPart; ///< what the thread number decides; offsetPart swizzled
};

} // namespace humming::tile

#endif // HUMMING_LIB_DIALECT_HUMMINGTILE_TRANSFORMS_DISTRIBUTION_H
