//===- Expander.h - One pipeline, rewritten ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the kinds of pipelines share. ExpandPipeline.cpp has those of one warp's
// products, ExpandWarpgroups.cpp those of four, ExpandShared.cpp those of four
// that read weights from shared memory.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_DIALECT_HUMMINGTILE_TRANSFORMS_EXPANDER_H
#define HUMMING_LIB_DIALECT_HUMMINGTILE_TRANSFORMS_EXPANDER_H

#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"

namespace humming::tile {

/// Whether cp.async can make a copy: of columns that follow one another, in
/// rows that are aligned.
bool canBeAsync(CopyOp copy);

/// Whether products that go on from `sum` start from zero; so they do without
/// one.
bool isZero(mlir::Value sum);

/// The product of warpgroups in the consume region, if it is there.
WarpgroupMmaOp findWarpgroupMma(PipelineOp pipeline);

/// Checks that a pipeline carries the sum of one product of warpgroups, which
/// nothing ahead of that product reads, and that tiles come in twos, where that
/// is known and weights are in registers.
mlir::LogicalResult checkWarpgroups(PipelineOp pipeline, WarpgroupMmaOp mma);

/// One pipeline, rewritten in place. Where copies are bulk copies, `startBulk`
/// goes first.
class Expander {
public:
  explicit Expander(PipelineOp pipeline)
      : pipeline(pipeline), b(pipeline), loc(pipeline.getLoc()),
        stages(mlir::cast<SmemType>(pipeline.getBuffers()[0].getType())
                   .getStages()) {}

  /// Gives the copies of a pipeline with copy "tma" to a warp of their own.
  mlir::LogicalResult startBulk();
  void expandCpAsync();
  void expandWarpgroups(WarpgroupMmaOp mma);
  /// The same where the weights are in shared memory.
  void expandShared(WarpgroupMmaOp mma);
  void expandSync();

private:
  mlir::Value constant(int64_t value) {
    return mlir::arith::ConstantIndexOp::create(b, loc, value);
  }
  /// `value` of the type that `like` has.
  mlir::Value constantLike(mlir::Value like, int64_t value) {
    return mlir::arith::ConstantOp::create(
        b, loc, b.getIntegerAttr(like.getType(), value));
  }
  /// A number of 32 bits, in which loops count, since each step of an index is
  /// two instructions; and that as ops take it.
  mlir::Value narrow(mlir::Value index);
  mlir::Value asIndex(mlir::Value number);
  mlir::Value nextStage(mlir::Value stage);
  /// Which copies: all, those that cp.async can make, or the others.
  enum class Copies { All, Async, Rest };
  static bool isAmong(CopyOp copy, Copies which) {
    return which == Copies::All || canBeAsync(copy) == (which == Copies::Async);
  }
  void produceAsync(mlir::Value k, mlir::Value stage,
                    Copies which = Copies::All);
  llvm::SmallVector<std::pair<CopyOp, mlir::Value>> loadTiles(mlir::Value k,
                                                              Copies which);
  void storeTiles(llvm::ArrayRef<std::pair<CopyOp, mlir::Value>> tiles,
                  mlir::Value stage);
  void prefetch();
  void land(int64_t pending);
  mlir::Block &body() { return pipeline.getConsume().front(); }
  void cloneConsumed(mlir::Operation &op, mlir::IRMapping &mapping,
                     mlir::Value stage);
  llvm::SmallVector<mlir::Value> consume(mlir::Value k, mlir::Value stage,
                                         mlir::ValueRange carried);
  /// What one tile's products leave to the next.
  struct Turn {
    mlir::Value sum;
    llvm::SmallVector<mlir::Value> codes; ///< what the next weights are made of
    mlir::Value read;                     ///< the stage of the products
    /// The stage that copies fill; of bulk copies the parity of the phase of
    /// `read`.
    mlir::Value write;
  };
  /// What stands ahead of products: loads with what they take, what makes
  /// operands of it, and the values that the latter has from the former.
  struct Ahead {
    llvm::SmallVector<mlir::Operation *> reads, makes;
    llvm::SmallVector<mlir::Value> codes;
  };
  Ahead splitAhead(WarpgroupMmaOp mma);
  llvm::SmallVector<mlir::Value> readCodes(WarpgroupMmaOp mma, mlir::Value k,
                                           mlir::Value stage);
  mlir::Value decode(WarpgroupMmaOp mma, mlir::Value k, const Turn &turn);
  mlir::Value start(WarpgroupMmaOp mma, mlir::Value weights, mlir::Value sum,
                    mlir::Value stage);
  Turn advance(WarpgroupMmaOp mma, mlir::Value k, const Turn &turn,
               bool isLast);
  void cloneTail(WarpgroupMmaOp mma, mlir::IRMapping &mapping,
                 mlir::Value stage, bool ofProducts);
  Turn multiply(WarpgroupMmaOp mma, mlir::Value k, const Turn &turn,
                bool isLast);
  bool followsAtOnce(WarpgroupMmaOp mma);
  Turn multiplyTwo(WarpgroupMmaOp mma, mlir::Value k, const Turn &turn);

  // ExpandShared.cpp
  Turn nextTurn(const Turn &turn);
  void refill(mlir::Value k, Turn &turn);
  void awaitTurn(mlir::Value k, const Turn &turn, int64_t pending);
  mlir::Value finish(WarpgroupMmaOp mma, int64_t pending, mlir::Value sum);
  Turn loopOver(mlir::Value lower, const Turn &turn,
                llvm::function_ref<Turn(mlir::Value, const Turn &)> body);
  mlir::Value streamShared(WarpgroupMmaOp mma, Turn turn);
  mlir::Value finishEach(WarpgroupMmaOp mma, Turn turn);

  // ExpandBulk.cpp
  bool isBulk() const { return barriers != nullptr; }
  void initBarriers(mlir::gpu::GPUFuncOp func, int64_t warps);
  void meetCluster(bool isRelaxed);
  bool sharesTiles();
  void awaitLeft(mlir::Value stage, mlir::Value parity);
  std::pair<mlir::Value, mlir::Value> placeInCluster();
  void produceBulk(llvm::ArrayRef<mlir::Value> sources, int64_t warps);
  mlir::Value emptyBarrier(mlir::Value stage);
  mlir::Value nextParity(mlir::Value parity, mlir::Value next);
  std::pair<mlir::Value, mlir::Value> firstSlot();
  void takeTurn();
  void endTurn(mlir::Value k);
  void awaitTile(mlir::Value stage, mlir::Value parity);
  void leaveStage(mlir::Value stage);

  PipelineOp pipeline;
  mlir::OpBuilder b;
  mlir::Location loc;
  int64_t stages;
  int64_t cluster = 1; ///< blocks that share activations
  int64_t sets = 1;    ///< of warps, which take pieces in turn
  /// mbarriers of bulk copies: of full stages, then of empty ones, then of sets
  /// of warps.
  mlir::Value barriers;
};

} // namespace humming::tile

#endif // HUMMING_LIB_DIALECT_HUMMINGTILE_TRANSFORMS_EXPANDER_H
