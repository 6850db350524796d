//===- GemmWriter.h - writing the kernel of one gemm ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The writer behind createGemmKernel: the frame of the kernel and what fills
// shared memory in GemmToTile.cpp, products in GemmProduct.cpp, what becomes of
// their sums in GemmEpilogue.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_CONVERSION_HUMMINGTOTILE_GEMMWRITER_H
#define HUMMING_LIB_CONVERSION_HUMMINGTOTILE_GEMMWRITER_H

#include "HummingToTile.h"

#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/IRMapping.h"

namespace humming {

/// Writes one kernel.
///
/// A scale acts where its number of columns and #humming.numerics say: on
/// operands in `dequant`; on the sum of each group, where the weights' scale or
/// the input scale has several columns; on the whole sum in the epilogue.
/// Scales of blocks are operands of the matrix instruction.
class GemmWriter {
public:
  GemmWriter(mlir::OpBuilder &b, GemmOp gemm, const Arch &arch);

  void write(llvm::StringRef name, mlir::ValueRange arguments);

private:
  /// A shared tile and the memory it is filled from.
  struct Operand {
    mlir::Value memory, buffer;
    int64_t group; ///< values of k for each column of the tile
  };
  /// Makes the value of a `map` from the arguments of its region.
  using MapBody = llvm::function_ref<mlir::Value(mlir::ValueRange)>;

  // GemmToTile.cpp
  mlir::Type argumentType(mlir::Value operand);
  Operand allocate(mlir::Value source, int64_t rows, int64_t group);
  mlir::Value tabulated();
  mlir::Value multiply(mlir::Value kBegin, mlir::Value kEnd);
  void prefetch(mlir::Value kBegin, mlir::Value kEnd);
  void produce(mlir::Block *block);
  mlir::Value groupOf(mlir::Value k, int64_t group);

  // GemmProduct.cpp
  mlir::Value makeWeights(mlir::ValueRange planes);
  void consume(mlir::Block *block);
  mlir::Value load(const Operand &operand);
  mlir::Value column(const Operand &operand, int64_t at,
                     bool transpose = false);
  mlir::Value accumulate(mlir::Value weights, mlir::Value tokens,
                         mlir::Value sum, mlir::DenseI64ArrayAttr columns,
                         mlir::ValueRange scales = {});
  llvm::SmallVector<mlir::Value> loadBlockScales(mlir::Value k);
  mlir::Value accumulateGroups(mlir::Value weights, mlir::Value tokens,
                               mlir::Value sum);
  mlir::Value decoded(mlir::Value scales, mlir::Type from, mlir::Type to);

  // GemmEpilogue.cpp
  mlir::Value epilogue(mlir::Value sum);
  mlir::Value loadTokenScale();
  void store(mlir::Value output, mlir::Value result);
  mlir::Value loadForOutputs(mlir::Value operand);
  mlir::Value scaled(mlir::Value sum, mlir::ValueRange scales,
                     mlir::ValueRange uniform);
  llvm::SmallVector<mlir::Value> uniformFactors();

  mlir::Value constant(int64_t value) {
    return mlir::arith::ConstantIndexOp::create(b, loc, value);
  }
  tile::FragType frag(int64_t rows, int64_t cols, mlir::Type element) {
    return tile::FragType::get(b.getContext(), rows, cols, element, {});
  }
  mlir::Value zeros(tile::FragType type);
  mlir::Value map(tile::FragType type, mlir::ValueRange inputs, MapBody body);
  mlir::Value toF32(mlir::Value number);

  bool scalesOperand() const;
  /// Whether the weights' scale acts on the sum of each group, or the whole.
  bool scalesGroups() const;
  bool scalesSum() const;
  bool hasInputGroups() const;
  /// An input scale for each token, or one for all of them.
  bool hasTokenScale() const;
  bool hasTensorInputScale() const;
  /// Whether the schedule's atom is a warpgroup's.
  bool usesWarpgroups() const;
  /// Whether weights have been packed as operands.
  bool packsOperands() const;
  /// Whether several blocks may work on one output tile.
  bool sharesTiles() const { return split > 1 || schedule.getBlocks() > 0; }
  /// Whether their sums go through memory.
  bool addsInMemory() const {
    return sharesTiles() && schedule.getFixup() == FixupKind::Memory;
  }
  /// Whether sums of groups are kept apart, and scaled before they are added.
  bool keepsGroups() const {
    return (scalesGroups() || hasInputGroups()) && !gemm.hasBlockScales();
  }

  mlir::OpBuilder &b;
  mutable GemmOp gemm;
  mlir::Location loc;
  ScheduleAttr schedule;
  const Arch &arch;
  int exponent;             ///< weights are made as number * 2^exponent
  int64_t turn;             ///< tiles of k that are never apart
  int64_t split;            ///< slices of k
  mlir::Type product;       ///< element type of the matrix instruction's sums
  mlir::Type sumType;       ///< of the sum over k, in front of the epilogue
  mlir::IRMapping memories; ///< the gemm's operands as the kernel's arguments
  mlir::Value n0, m0;       ///< the output tile's first row and column
  llvm::SmallVector<Operand> codes; ///< one for each plane
  Operand activations, scale, zero;
  Operand tokenScale; ///< the input scale, where it has groups of its own
  mlir::Value table;  ///< of codes, in shared memory
};

} // namespace humming

#endif // HUMMING_LIB_CONVERSION_HUMMINGTOTILE_GEMMWRITER_H
