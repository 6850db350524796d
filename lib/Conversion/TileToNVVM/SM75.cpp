//===- SM75.cpp - Instructions of sm_75 -----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Thread and block numbers, the block's barrier, prmt, ldmatrix.
//
//===----------------------------------------------------------------------===//

#include "TileToNVVM.h"
#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace humming;

namespace {

/// gpu.thread_id x and gpu.block_id x: a special register, widened.
template <typename Id, typename Register>
struct LowerId : ConvertOpToLLVMPattern<Id> {
  using ConvertOpToLLVMPattern<Id>::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(Id op, typename Id::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (op.getDimension() != gpu::Dimension::x)
      return op.emitError("expected dimension x: grids and blocks of the "
                          "thread form have one dimension");
    Location loc = op.getLoc();
    Value number = Register::create(rewriter, loc, rewriter.getI32Type(),
                                    range(op, rewriter));
    // Never negative, so that the widening is free in addresses.
    rewriter.replaceOpWithNewOp<LLVM::ZExtOp>(
        op, this->getTypeConverter()->convertType(op.getType()), number);
    return success();
  }

private:
  /// The number of threads is fixed when the kernel is compiled; the number of
  /// blocks is not.
  static LLVM::ConstantRangeAttr range(Id op, OpBuilder &builder) {
    auto kernel = op->template getParentOfType<FunctionOpInterface>();
    auto launch = kernel->template getAttrOfType<tile::LaunchAttr>(
        tile::LaunchAttr::getName());
    if (!std::is_same_v<Id, gpu::ThreadIdOp> || !launch)
      return {};
    return LLVM::ConstantRangeAttr::get(op.getContext(), llvm::APInt(32, 0),
                                        llvm::APInt(32, launch.getThreads()));
  }
};

struct LowerBarrier : ConvertOpToLLVMPattern<gpu::BarrierOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(gpu::BarrierOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<NVVM::Barrier0Op>(op);
    return success();
  }
};

struct LowerBytePermute : ConvertOpToLLVMPattern<tile::BytePermuteOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(tile::BytePermuteOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<NVVM::PermuteOp>(
        op, adaptor.getA().getType(), adaptor.getA(), adaptor.getB(),
        adaptor.getSelector(), NVVM::PermuteMode::DEFAULT);
    return success();
  }
};

struct LowerDotBytes : ConvertOpToLLVMPattern<tile::DotBytesOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(tile::DotBytesOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto bytes = [&](Value word) -> Value {
      return LLVM::BitcastOp::create(rewriter, op.getLoc(),
                                     VectorType::get(4, rewriter.getI8Type()),
                                     word);
    };
    constexpr auto type = NVVM::DotAccumulateType::UNSIGNED;
    rewriter.replaceOpWithNewOp<NVVM::DotAccumulate4WayOp>(
        op, adaptor.getC().getType(), bytes(adaptor.getA()), type,
        bytes(adaptor.getB()), type, adaptor.getC());
    return success();
  }
};

/// nvgpu.ldmatrix: each lane gives the address of a row of 16 bytes. What lies
/// in them is the business of whoever uses the words.
struct LowerLdMatrix : ConvertOpToLLVMPattern<nvgpu::LdMatrixOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(nvgpu::LdMatrixOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto memref = cast<MemRefType>(op.getSrcMemref().getType());
    auto type = cast<VectorType>(op.getRes().getType());
    if (adaptor.getIndices().size() != 1 || type.getRank() != 2)
      return rewriter.notifyMatchFailure(
          op, "expected one index, tiles x elements of a word");

    Value address =
        elementAddress(rewriter, loc, memref, adaptor.getSrcMemref(),
                       adaptor.getIndices().front());
    int64_t tiles = op.getNumTiles();
    Type i32 = rewriter.getI32Type();
    Type loaded = tiles == 1
                      ? i32
                      : LLVM::LLVMStructType::getLiteral(
                            op.getContext(), SmallVector<Type>(tiles, i32));
    Value words = NVVM::LdMatrixOp::create(
        rewriter, loc, loaded, address, tiles,
        op.getTranspose() ? NVVM::MMALayout::col : NVVM::MMALayout::row,
        NVVM::LdStMatrixShapeAttr::get(op.getContext(), 8, 8),
        NVVM::LdStMatrixEltType::B16);

    auto array =
        cast<LLVM::LLVMArrayType>(getTypeConverter()->convertType(type));
    Value result = LLVM::PoisonOp::create(rewriter, loc, array);
    for (int64_t tile = 0; tile < tiles; ++tile) {
      Value word =
          tiles == 1 ? words
                     : LLVM::ExtractValueOp::create(rewriter, loc, words, tile);
      Value elements =
          LLVM::BitcastOp::create(rewriter, loc, array.getElementType(), word);
      result =
          LLVM::InsertValueOp::create(rewriter, loc, result, elements, tile);
    }
    rewriter.replaceOp(op, result);
    return success();
  }
};

/// The words of an ldmatrix as one vector. Upstream's lowering moves elements
/// one by one, which the optimizer does not always put together again.
struct LowerWordCast : ConvertOpToLLVMPattern<vector::ShapeCastOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(vector::ShapeCastOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    VectorType from = op.getSourceVectorType(), to = op.getResultVectorType();
    constexpr int64_t wordBits = 32;
    if (from.getRank() != 2 || to.getRank() != 1 ||
        from.getDimSize(1) * from.getElementTypeBitWidth() != wordBits)
      return rewriter.notifyMatchFailure(op, "expected rows of a word");
    Location loc = op.getLoc();
    Type word = rewriter.getI32Type();
    auto words = VectorType::get(from.getDimSize(0), word);
    Value result = LLVM::PoisonOp::create(rewriter, loc, words);
    for (int64_t row = 0; row < from.getDimSize(0); ++row) {
      Value elements =
          LLVM::ExtractValueOp::create(rewriter, loc, adaptor.getSource(), row);
      Value bits = LLVM::BitcastOp::create(rewriter, loc, word, elements);
      Value position =
          LLVM::ConstantOp::create(rewriter, loc, rewriter.getI64Type(), row);
      result =
          LLVM::InsertElementOp::create(rewriter, loc, result, bits, position);
    }
    rewriter.replaceOpWithNewOp<LLVM::BitcastOp>(
        op, getTypeConverter()->convertType(to), result);
    return success();
  }
};

} // namespace

void humming::insertNVVMDialect(DialectRegistry &registry) {
  registry.insert<NVVM::NVVMDialect>();
}

void humming::populateSM75Patterns(const LLVMTypeConverter &converter,
                                   RewritePatternSet &patterns) {
  patterns.add<LowerId<gpu::ThreadIdOp, NVVM::ThreadIdXOp>,
               LowerId<gpu::BlockIdOp, NVVM::BlockIdXOp>, LowerBarrier,
               LowerBytePermute, LowerDotBytes, LowerLdMatrix>(converter);
  // Ahead of upstream's pattern of the same op.
  PatternBenefit benefit = 2;
  patterns.add<LowerWordCast>(converter, benefit);
}
