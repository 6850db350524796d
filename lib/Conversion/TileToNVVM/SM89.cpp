//===- SM89.cpp - Instructions added by sm_89 -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Conversions to floats of 8 bits, and of these to f16.
//
//===----------------------------------------------------------------------===//

#include "TileToNVVM.h"
#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;
using namespace humming;

namespace {

/// PTX keeps the order of a packed source: its low half becomes the low byte.
struct LowerConvertPair : ConvertOpToLLVMPattern<tile::ConvertPairOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(tile::ConvertPairOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Value bytes = NVVM::ConvertF16x2ToF8x2Op::create(
        rewriter, op.getLoc(), rewriter.getI16Type(), adaptor.getPair(),
        /*relu=*/false, op.getTo());
    rewriter.replaceOpWithNewOp<LLVM::ZExtOp>(op, rewriter.getI32Type(), bytes);
    return success();
  }
};

/// f8E4M3FN to f16. The instruction converts a pair: zero goes beside.
struct LowerExtend : ConvertOpToLLVMPattern<arith::ExtFOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(arith::ExtFOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Type from = op.getIn().getType();
    if (!isa<Float8E4M3FNType>(from) || !op.getType().isF16())
      return rewriter.notifyMatchFailure(op, "expected f8E4M3FN to f16");
    Location loc = op.getLoc();
    Value wide = LLVM::ZExtOp::create(rewriter, loc, rewriter.getI16Type(),
                                      adaptor.getIn());
    Value bytes = LLVM::BitcastOp::create(
        rewriter, loc, VectorType::get(2, rewriter.getI8Type()), wide);
    Value halves = NVVM::ConvertF8x2ToF16x2Op::create(
        rewriter, loc, VectorType::get(2, op.getType()), bytes, /*relu=*/false,
        from);
    Value first = LLVM::ConstantOp::create(rewriter, loc, rewriter.getI64Type(),
                                           /*value=*/0);
    rewriter.replaceOpWithNewOp<LLVM::ExtractElementOp>(op, halves, first);
    return success();
  }
};

} // namespace

void humming::populateSM89Patterns(const LLVMTypeConverter &converter,
                                   RewritePatternSet &patterns) {
  populateSM80Patterns(converter, patterns);
  patterns.add<LowerConvertPair>(converter);
  // Ahead of upstream's pattern of the same op.
  PatternBenefit benefit = 2;
  patterns.add<LowerExtend>(converter, benefit);
}
