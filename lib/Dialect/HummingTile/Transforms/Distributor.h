//===- Distributor.h - one thread's program of a kernel ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The writer behind humming-tile-distribute: control flow in Distribute.cpp,
// memory in DistributeMemory.cpp and DistributePrefetch.cpp, tables in
// DistributeTable.cpp, arithmetic in DistributeArith.cpp, products of
// warpgroups in DistributeWarpgroup.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_DIALECT_HUMMINGTILE_TRANSFORMS_DISTRIBUTOR_H
#define HUMMING_LIB_DIALECT_HUMMINGTILE_TRANSFORMS_DISTRIBUTOR_H

#include "Distribution.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/DenseMap.h"

namespace humming {
struct Arch;
}

namespace humming::tile {

/// What of memory a load or store takes, where that is not a plain tile.
struct Selection {
  int64_t plane = 0;            ///< first bit of each code
  int64_t column = 0;           ///< of a shared tile
  mlir::Value gather;           ///< as in TileMemory
  int64_t rowBlock = 1;         ///< as in TileMemory
  Destination destination = {}; ///< as in TileMemory
};

/// Where a thread looks codes up: bytes, and of pairs its copy there.
struct DequantTable {
  mlir::Value memory, copy;
};

/// Rewrites one kernel.
class Distributor {
public:
  Distributor(mlir::gpu::GPUFuncOp func, const Arch &arch)
      : func(func), arch(arch), b(func) {}
  mlir::LogicalResult run();

private:
  mlir::LogicalResult distribute(mlir::Block &block);
  mlir::LogicalResult distribute(mlir::Operation &op);
  mlir::LogicalResult distributeLoop(mlir::scf::ForOp loop);
  mlir::LogicalResult distributeIf(mlir::scf::IfOp branch);
  mlir::LogicalResult distributeCopy(CopyOp copy);
  mlir::LogicalResult distributeLoad(LoadOp load);
  mlir::LogicalResult distributeStore(StoreOp store);
  void distributePrefetch(PrefetchOp prefetch);
  void distributeTabulate(TabulateOp tabulate);
  void tabulatePairs(TabulateOp tabulate);
  DequantTable tableOf(DequantOp dequant);
  void distributeSplat(SplatOp splat);
  void distributeMma(MmaOp mma);
  void distributeMap(MapOp map);
  mlir::LogicalResult distributeWarpgroupMma(WarpgroupMmaOp mma);
  mlir::FailureOr<mlir::Value> describeWeights(WarpgroupMmaOp mma,
                                               int64_t rowAtoms);
  void distributeWarpgroupWait(WarpgroupWaitOp wait);
  mlir::LogicalResult distributeWarps(WarpsOp warps);
  mlir::LogicalResult distributeBulkCopy(BulkCopyOp copy);
  mlir::LogicalResult distributeBulkStore(BulkStoreOp store);
  void distributeMbarrierWait(MbarrierWaitOp wait);
  void distributeBarrier(mlir::gpu::BarrierOp op);
  void distributeWarpgroupBarrier(WarpgroupBarrierOp op);
  mlir::Value warpgroup();
  mlir::LogicalResult distributeDequant(DequantOp dequant);
  void placeAlloc(AllocOp alloc);
  void placeView(ViewOp view);

  mlir::FailureOr<TileAccess> access(mlir::Operation *op, FragType type,
                                     mlir::Value memory,
                                     mlir::ValueRange indices,
                                     mlir::Value stage, bool transpose,
                                     const Selection &selection = {});
  TileMemory sharedMemory(mlir::Value buffer, mlir::Value stage,
                          int64_t column = 0, bool transpose = false);
  TileMemory globalMemory(FragType type, mlir::Value memref,
                          mlir::ValueRange indices, bool transpose,
                          const Selection &selection);
  ThreadFragment fragmentOf(mlir::Value value) {
    return fragments.lookup(value);
  }
  void setPieces(mlir::Value value, mlir::ValueRange pieces);
  llvm::SmallVector<mlir::Value> flatten(mlir::ValueRange values);
  void bind(mlir::ValueRange values, mlir::ValueRange flat);
  mlir::Value constant(int64_t value);

  mlir::gpu::GPUFuncOp func;
  const Arch &arch;
  mlir::OpBuilder b;
  mlir::IRMapping scalars; ///< also memrefs, now flat
  llvm::DenseMap<mlir::Value, ThreadFragment> fragments;
  ThreadContext block;  ///< a thread's number in the block
  ThreadContext thread; ///< the same, or that in a region of warps
  /// The barrier of the region of warps, 0 outside of one; the first of those
  /// of its warpgroups, 0 before there is one; and how many there are in all.
  int64_t barrier = 0, groupBarriers = 0, numBarriers = 0;
  mlir::Value tokens; ///< m, the one dynamic size
};

} // namespace humming::tile

#endif // HUMMING_LIB_DIALECT_HUMMINGTILE_TRANSFORMS_DISTRIBUTOR_H
