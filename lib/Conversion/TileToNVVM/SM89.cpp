//===- SM89.cpp - Instructions added by sm_89 -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Conversions to floats of 8 bits.
//
//===----------------------------------------------------------------------===//

#include "TileToNVVM.h"
#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"
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

} // namespace

void humming::populateSM89Patterns(const LLVMTypeConverter &converter,
                                   RewritePatternSet &patterns) {
  populateSM80Patterns(converter, patterns);
  patterns.add<LowerConvertPair>(converter);
}
