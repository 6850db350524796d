//===- SM90Bulk.cpp - Bulk copies and mbarriers of sm_90 ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Copies that one lane starts and that count their bytes at an mbarrier, those
// back to memory, and what the warps of a block wait for each other with. A
// destination is the block's own shared memory as a cluster sees it: PTX knows
// no other form of these copies before version 8.6, which old drivers refuse.
//
//===----------------------------------------------------------------------===//

#include "TileToNVVM.h"
#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;
using namespace humming;

static Value createI32(OpBuilder &builder, Location loc, int64_t value) {
  return LLVM::ConstantOp::create(builder, loc, builder.getI32Type(), value);
}

static Value truncate(OpBuilder &builder, Location loc, Value index) {
  return LLVM::TruncOp::create(builder, loc, builder.getI32Type(), index);
}

/// The address of the mbarrier that `op` names.
template <typename Op>
static Value barrierAddress(OpBuilder &builder, Op op,
                            typename Op::Adaptor adaptor) {
  return elementAddress(builder, op.getLoc(),
                        cast<MemRefType>(op.getBarriers().getType()),
                        adaptor.getBarriers(), adaptor.getIndex());
}

/// The address that a copy writes to. The memory is converted, not its element,
/// so that copies to constant distances have one conversion.
template <typename Op>
static Value destAddress(OpBuilder &builder, Op op,
                         typename Op::Adaptor adaptor) {
  Value memory = LLVM::AddrSpaceCastOp::create(
      builder, op.getLoc(),
      LLVM::LLVMPointerType::get(builder.getContext(), kSharedClusterSpace),
      adaptor.getDest());
  return elementAddress(builder, op.getLoc(),
                        cast<MemRefType>(op.getDest().getType()), memory,
                        adaptor.getTo());
}

namespace {

struct LowerElect : ConvertOpToLLVMPattern<tile::ElectOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(tile::ElectOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    constexpr int64_t allLanes = -1;
    Location loc = op.getLoc();
    NVVM::SyncWarpOp::create(rewriter, loc, createI32(rewriter, loc, allLanes));
    if (op.getCount() > 1) {
      Value lane = NVVM::LaneIdOp::create(rewriter, loc, rewriter.getI32Type());
      rewriter.replaceOpWithNewOp<LLVM::ICmpOp>(
          op, LLVM::ICmpPredicate::ult, lane,
          createI32(rewriter, loc, op.getCount()));
      return success();
    }
    rewriter.replaceOpWithNewOp<NVVM::ElectSyncOp>(op, rewriter.getI1Type(),
                                                   /*membermask=*/Value());
    return success();
  }
};

struct LowerMaxRegisters : ConvertOpToLLVMPattern<tile::MaxRegistersOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(tile::MaxRegistersOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<NVVM::SetMaxRegisterOp>(
        op, op.getCount(),
        op.getMore() ? NVVM::SetMaxRegisterAction::increase
                     : NVVM::SetMaxRegisterAction::decrease);
    return success();
  }
};

struct LowerNamedBarrier : ConvertOpToLLVMPattern<tile::NamedBarrierOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(tile::NamedBarrierOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value id = createI32(rewriter, loc, op.getId());
    if (Value plus = adaptor.getPlus())
      id =
          LLVM::AddOp::create(rewriter, loc, id, truncate(rewriter, loc, plus));
    NVVM::BarrierOp::create(rewriter, loc, TypeRange(), id,
                            createI32(rewriter, loc, op.getThreads()), {},
                            Value());
    rewriter.eraseOp(op);
    return success();
  }
};

struct LowerMbarrierInit : ConvertOpToLLVMPattern<tile::MbarrierInitOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(tile::MbarrierInitOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<NVVM::MBarrierInitOp>(
        op, barrierAddress(rewriter, op, adaptor),
        createI32(rewriter, op.getLoc(), op.getCount()),
        /*predicate=*/Value());
    return success();
  }
};

struct LowerMbarrierFence : ConvertOpToLLVMPattern<tile::MbarrierFenceOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(tile::MbarrierFenceOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<NVVM::FenceMbarrierInitOp>(op);
    return success();
  }
};

struct LowerMbarrierArrive : ConvertOpToLLVMPattern<tile::MbarrierArriveOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(tile::MbarrierArriveOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value barrier = barrierAddress(rewriter, op, adaptor);
    if (std::optional<uint32_t> bytes = op.getExpect())
      NVVM::MBarrierArriveExpectTxOp::create(
          rewriter, loc, /*res=*/Type(), barrier,
          createI32(rewriter, loc, *bytes), NVVM::MemScopeKind::CTA,
          /*relaxed=*/false, /*predicate=*/Value());
    else if (Value rank = adaptor.getRank())
      // At the scope of the cluster ptxas waits for all memory of the GPU
      // (MEMBAR.ALL.GPU): that is for what was written, and is nothing here.
      NVVM::MBarrierArriveOp::create(
          rewriter, loc, /*res=*/Type(),
          memoryOfBlock(rewriter, loc, barrier, rank), /*count=*/Value(),
          NVVM::MemScopeKind::CTA, /*relaxed=*/false);
    else
      NVVM::MBarrierArriveOp::create(rewriter, loc, rewriter.getI64Type(),
                                     barrier, /*count=*/Value(),
                                     NVVM::MemScopeKind::CTA,
                                     /*relaxed=*/false);
    rewriter.eraseOp(op);
    return success();
  }
};

struct LowerMbarrierTryWait : ConvertOpToLLVMPattern<tile::MbarrierTryWaitOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(tile::MbarrierTryWaitOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<NVVM::MBarrierTryWaitOp>(
        op, rewriter.getI1Type(), barrierAddress(rewriter, op, adaptor),
        adaptor.getParity(), /*ticks=*/Value(), NVVM::MemScopeKind::CTA,
        /*relaxed=*/false);
    return success();
  }
};

struct LowerBulkRun : ConvertOpToLLVMPattern<tile::BulkRunOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(tile::BulkRunOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value from = elementAddress(rewriter, loc,
                                cast<MemRefType>(op.getSource().getType()),
                                adaptor.getSource(), adaptor.getFrom());
    rewriter.replaceOpWithNewOp<NVVM::CpAsyncBulkGlobalToSharedClusterOp>(
        op, destAddress(rewriter, op, adaptor), from,
        barrierAddress(rewriter, op, adaptor),
        createI32(rewriter, loc, op.getBytes()), /*multicastMask=*/Value(),
        /*l2CacheHint=*/Value());
    return success();
  }
};

struct LowerBulkBox : ConvertOpToLLVMPattern<tile::BulkBoxOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(tile::BulkBoxOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    // The innermost dimension goes first.
    Value place[] = {truncate(rewriter, loc, adaptor.getCol()),
                     truncate(rewriter, loc, adaptor.getRow())};
    rewriter.replaceOpWithNewOp<NVVM::CpAsyncBulkTensorGlobalToSharedClusterOp>(
        op, destAddress(rewriter, op, adaptor), adaptor.getMap(), place,
        barrierAddress(rewriter, op, adaptor), /*im2colOffsets=*/ValueRange(),
        adaptor.getMask(), /*l2CacheHint=*/Value(), NVVM::TMALoadMode::TILE,
        /*isCTAOnly=*/false,
        /*group=*/NVVM::CTAGroupKindAttr(), /*predicate=*/Value());
    return success();
  }
};

struct LowerBulkBoxStore : ConvertOpToLLVMPattern<tile::BulkBoxStoreOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(tile::BulkBoxStoreOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value from = elementAddress(rewriter, loc,
                                cast<MemRefType>(op.getSource().getType()),
                                adaptor.getSource(), adaptor.getFrom());
    Value place[] = {truncate(rewriter, loc, adaptor.getCol()),
                     truncate(rewriter, loc, adaptor.getRow())};
    NVVM::CpAsyncBulkTensorSharedCTAToGlobalOp::create(
        rewriter, loc, adaptor.getMap(), from, place, /*l2CacheHint=*/Value(),
        NVVM::TMAStoreMode::TILE, /*predicate=*/Value());
    rewriter.replaceOpWithNewOp<NVVM::CpAsyncBulkCommitGroupOp>(op);
    return success();
  }
};

struct LowerBulkStoreWait : ConvertOpToLLVMPattern<tile::BulkStoreWaitOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(tile::BulkStoreWaitOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<NVVM::CpAsyncBulkWaitGroupOp>(
        op, rewriter.getI32IntegerAttr(0), /*read=*/rewriter.getUnitAttr());
    return success();
  }
};

} // namespace

void humming::populateBulkPatterns(const LLVMTypeConverter &converter,
                                   RewritePatternSet &patterns) {
  patterns
      .add<LowerElect, LowerMaxRegisters, LowerNamedBarrier, LowerMbarrierInit,
           LowerMbarrierFence, LowerMbarrierArrive, LowerMbarrierTryWait,
           LowerBulkRun, LowerBulkBox, LowerBulkBoxStore, LowerBulkStoreWait>(
          converter);
}
